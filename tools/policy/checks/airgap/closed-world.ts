import { AIRGAP, type Check, type Subject } from "../../check.ts";
import { closedWorldOf, hostsIn } from "../../closed-world.ts";
import { textAt, textsBelow } from "../../fields.ts";
import type { Placed } from "../../../render/render.ts";

// Images are another check's; the rest is for reading only, or names no host.
const UNREAD = ["image", "apiVersion", "kind", "description", "caBundle", "provisioner", "cidr"];
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/i;
const HOST_NAME = /(^|_)(HOST|HOSTS|ADDR|ADDRESS|ENDPOINT|SERVER|DOMAIN|URL|URI)$/;

/** Every text of every object: what a program is told to ask, it will ask, and wait for the answer. */
export const closedWorld: Check = {
  code: "CLOSED_WORLD",
  severity: "error",
  title: "in airgap nothing names a host that the enclave does not have",
  tags: ["airgap/AG05"],
  profiles: AIRGAP,
  run: (subject) => {
    const world = closedWorldOf(subject);
    return subject.placed
      .filter(({ object }) => object.kind !== "CustomResourceDefinition")
      .flatMap((object) =>
        namedHosts(object)
          .filter(({ host }) => !world.allowsHost(host))
          .map(({ host, where }) => ({ object, ...problem(host, where, subject) })),
      );
  },
};

function problem(host: string, where: string, { model }: Subject): { readonly message: string; readonly fix: string } {
  return {
    message: `${where} names ${host}, which the enclave does not have`,
    fix: `name a host of the enclave; if it is one, add it to environments.${model.environment}.closedWorld.domains (or cidrs)`,
  };
}

function namedHosts({ object }: Placed): { readonly host: string; readonly where: string }[] {
  const found = textsBelow(object).flatMap(({ path, text }) => {
    if (path.some((key) => UNREAD.includes(key)) || path.includes("labels")) return [];
    return hostsOf(object, path, text).map((host) => ({ host, where: whereOf(object, path) }));
  });
  return [...new Map(found.map((one) => [`${one.where} ${one.host}`, one])).values()];
}

function hostsOf(object: unknown, path: readonly string[], text: string): string[] {
  const hosts = text
    .split("\n")
    .filter((line) => !/^\s*(#|\/\/)/.test(line))
    .flatMap(hostsIn);
  const isHost = path.at(-1) === "host" || path.at(-1) === "externalName" || HOST_NAME.test(nameOf(object, path));
  return isHost && HOST.test(text) ? [...hosts, text.replace(/:\d+$/, "")] : hosts;
}

/** The name of the variable whose value stands at a path; empty for anything else. */
function nameOf(object: unknown, path: readonly string[]): string {
  if (path.at(-1) !== "value") return "";
  return textAt(object, ...path.slice(0, -1), "name");
}

function whereOf(object: unknown, path: readonly string[]): string {
  const variable = nameOf(object, path);
  if (variable !== "") return `the variable ${variable}`;
  if (path.includes("annotations")) return `the annotation ${path.at(-1)}`;
  if (path[0] === "data") return `the key ${path[1]}`;
  return path.filter((key) => !/^\d+$/.test(key)).at(-1) ?? "it";
}
