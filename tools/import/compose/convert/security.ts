import type { JsonObject } from "../../../lib/merge.ts";
import { type Entry, type Part, carried, lost, partly } from "../entry.ts";
import { type ComposeNode, at, flagOf, itemsOf, pairsOf, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { part, together } from "./part.ts";

/** Who the program is and what it may. What is not said stays hardened. */
export function security(context: Context): Part {
  const { node } = context;
  return together([
    user(at(node, "user")),
    groups(itemsOf(at(node, "group_add"))),
    readOnly(at(node, "read_only")),
    privileged(at(node, "privileged")),
    capabilities(at(node, "cap_add"), "add"),
    capabilities(at(node, "cap_drop"), "drop"),
    ...itemsOf(at(node, "security_opt")).map((item) => option(item, flagOf(at(node, "privileged")) === true)),
    sysctls(at(node, "sysctls")),
  ]);
}

const RESTRICTED = "Pod Security restricted refuses it";
const LEVEL = "let the image do without, or set podSecurity of the namespace and add an exception with its reason";

function user(node: ComposeNode | undefined): Part {
  const text = textOf(node);
  if (!node || text === null) return part({}, []);
  const [name = "", group] = text.split(":");
  const uid = name === "root" ? 0 : /^\d+$/.test(name) ? Number(name) : null;
  if (uid === null)
    return part({}, [
      lost(node, `Kubernetes wants the number of the user "${name}"`, "write securityContext.pod.runAsUser"),
    ]);
  const gid = group === undefined ? uid : group === "root" ? 0 : /^\d+$/.test(group) ? Number(group) : null;
  const pod: JsonObject = {
    runAsUser: uid,
    ...(gid !== null && { runAsGroup: gid, fsGroup: gid }),
    ...(uid === 0 && { runAsNonRoot: false }),
  };
  const noGroup =
    gid === null ? partly(node, `Kubernetes wants the number of the group "${group}"`, "write runAsGroup") : null;
  const told = uid === 0 ? partly(node, `it runs as root: ${RESTRICTED}`, LEVEL) : noGroup;
  return part({ securityContext: { pod } }, [carried(node, "securityContext.pod.runAsUser", told)]);
}

function groups(items: readonly ComposeNode[]): Part {
  const isNumber = (item: ComposeNode): boolean => /^\d+$/.test(textOf(item) ?? "");
  const supplementalGroups = items.filter(isNumber).map((item) => Number(textOf(item)));
  const entries = items.map((item) =>
    isNumber(item)
      ? carried(item, "securityContext.pod.supplementalGroups")
      : lost(item, "Kubernetes wants the number of a group", "write securityContext.pod.supplementalGroups"),
  );
  return part(supplementalGroups.length === 0 ? {} : { securityContext: { pod: { supplementalGroups } } }, entries);
}

function readOnly(node: ComposeNode | undefined): Part {
  const flag = flagOf(node);
  if (!node || flag === null) return part({}, []);
  const field = "securityContext.container.readOnlyRootFilesystem";
  return part({ securityContext: { container: { readOnlyRootFilesystem: flag } } }, [carried(node, field)]);
}

function privileged(node: ComposeNode | undefined): Part {
  const flag = flagOf(node);
  if (!node || flag === null) return part({}, []);
  const field = "securityContext.container.privileged";
  if (!flag) return part({}, [carried(node, field)]);
  const container = { privileged: true, allowPrivilegeEscalation: true };
  return part({ securityContext: { container } }, [carried(node, field, partly(node, RESTRICTED, LEVEL))]);
}

function capabilities(node: ComposeNode | undefined, field: "add" | "drop"): Part {
  const names = itemsOf(node).flatMap((item) => textOf(item)?.toUpperCase().replace(/^CAP_/, "") ?? []);
  if (!node || names.length === 0) return part({}, []);
  const told =
    field === "add" && names.some((name) => name !== "NET_BIND_SERVICE") ? partly(node, RESTRICTED, LEVEL) : null;
  // ALL is dropped by default, and a written list would take its place.
  const list = field === "drop" && !names.includes("ALL") ? ["ALL"] : names;
  return part({ securityContext: { container: { capabilities: { [field]: list } } } }, [
    carried(node, `securityContext.container.capabilities.${field}`, told),
  ]);
}

function option(node: ComposeNode, isPrivileged: boolean): Part {
  const text = textOf(node) ?? "";
  const [name = "", value = "true"] = text.split(/[:=](.*)/s);
  const field = "securityContext.container";
  if (name === "no-new-privileges" && isPrivileged)
    return part({}, [lost(node, "Kubernetes refuses it together with privileged", "remove one of the two")]);
  if (name === "no-new-privileges") {
    const allowPrivilegeEscalation = value !== "true";
    return part({ securityContext: { container: { allowPrivilegeEscalation } } }, [carried(node, field)]);
  }
  if (name === "seccomp" && value === "unconfined") {
    const seccompProfile = { type: "Unconfined" };
    return part({ securityContext: { container: { seccompProfile }, pod: { seccompProfile } } }, [
      carried(node, field, partly(node, RESTRICTED, LEVEL)),
    ]);
  }
  if (name === "label") return label(node, value);
  return part({}, [lost(node, `"${text}" must lie on the nodes`, "write securityContext, or an entry of patches")]);
}

/** `label:type:container_t` */
function label(node: ComposeNode, value: string): Part {
  const [key = "", setting] = value.split(/:(.*)/s);
  if (setting === undefined || !["level", "role", "type", "user"].includes(key))
    return part({}, [lost(node, "SELinux is on or off for a whole node", "remove it")]);
  return part({ securityContext: { pod: { seLinuxOptions: { [key]: setting } } } }, [
    carried(node, "securityContext.pod.seLinuxOptions"),
  ]);
}

// https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
const SAFE =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|tcp_syncookies|ping_group_range|ip_unprivileged_port_start|ip_local_reserved_ports|tcp_keepalive_.*|tcp_fin_timeout))$/;

function sysctls(node: ComposeNode | undefined): Part {
  const pairs = pairsOf(node);
  const entries = pairs.map(({ name, node: item }): Entry => {
    const told = SAFE.test(name)
      ? null
      : partly(item, `the kubelet must allow ${name}`, "--allowed-unsafe-sysctls of the nodes");
    return carried(item, "securityContext.pod.sysctls", told);
  });
  const list = pairs.map(({ name, value }) => ({ name, value: value ?? "" }));
  return part(list.length === 0 ? {} : { securityContext: { pod: { sysctls: list } } }, entries);
}
