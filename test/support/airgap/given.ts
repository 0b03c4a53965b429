import type { Needs } from "./needs.ts";
import { run } from "../run.ts";

// What is there before the platform comes: given by the hardware, and by what operators install with the cluster.

type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Runs kubectl on one cluster. */
export function kubectlOf(kubeconfig: string): Kubectl {
  return (args, input) =>
    run("kubectl", args, { env: { KUBECONFIG: kubeconfig }, ...(input !== undefined && { input }) });
}

/** GPUs that are only a number, runtimes that are runc, and storage that is a folder of the node. */
export async function giveWhatIsNeeded(
  kubectl: Kubectl,
  node: string,
  { devices, runtimeClasses, provisioners }: Needs,
): Promise<void> {
  await advertise(kubectl, node, devices);
  for (const name of runtimeClasses) await kubectl(["apply", "-f", "-"], JSON.stringify(runtimeClass(name)));
  for (const name of provisioners) await provision(kubectl, name);
}

/** The kubelet keeps what it does not know: https://kubernetes.io/docs/tasks/administer-cluster/extended-resource-node/ */
async function advertise(kubectl: Kubectl, node: string, devices: Needs["devices"]): Promise<void> {
  const capacity = Object.fromEntries(Object.entries(devices).map(([name, count]) => [name, String(count)]));
  const patch = JSON.stringify({ status: { capacity, allocatable: capacity } });
  await kubectl(["patch", "node", node, "--subresource=status", "--type=merge", "--patch", patch]);
}

function runtimeClass(name: string): object {
  return { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name }, handler: "runc" };
}

interface Deployment {
  metadata: { name: string; namespace: string };
  spec: { template: { spec: { containers: [{ command: string[] }]; volumes: { configMap?: { name: string } }[] } } };
}

/**
 * kind's own provisioner a second time, under another's name; with a file system that all nodes share, as far as it
 * knows, so that claims which several pods write are granted:
 * https://github.com/rancher/local-path-provisioner#configuration
 */
async function provision(kubectl: Kubectl, provisioner: string): Promise<void> {
  const at = ["-n", "local-path-storage", "-o", "json"];
  const name = provisioner.replaceAll(".", "-");
  const config = JSON.parse(await kubectl(["get", "configmap", "local-path-config", ...at])) as {
    data: Record<string, string>;
  };
  const sharedFileSystemPath = `/var/${name}`;
  config.data["config.json"] = JSON.stringify({ sharedFileSystemPath });
  const deployment = JSON.parse(
    await kubectl(["get", "deployment", "local-path-provisioner", ...at]).then((text) =>
      text.replaceAll('"app": "local-path-provisioner"', `"app": "${name}"`),
    ),
  ) as Deployment;
  const { containers, volumes } = deployment.spec.template.spec;
  containers[0].command.push("--provisioner-name", provisioner);
  for (const { configMap } of volumes) if (configMap) configMap.name = name;
  for (const object of [config, deployment] as { metadata?: object }[])
    await kubectl(
      ["apply", "-f", "-"],
      JSON.stringify({ ...object, status: undefined, metadata: { name, namespace: "local-path-storage" } }),
    );
}
