import { type RegistryData, changedRegistry } from "./build-registry.ts";

/** The registry of the other tests, with what the checks would still ask of it. */
export function policyRegistry(change: (registry: RegistryData) => void = () => {}): RegistryData {
  return changedRegistry((registry) => {
    const { services, namespaces, volumes } = registry;
    const quota = { "requests.cpu": "64", "requests.memory": "128Gi", "limits.cpu": "64", "limits.memory": "128Gi" };
    for (const name of ["front", "back"]) {
      namespaces![name].resourceQuota = { ...namespaces![name].resourceQuota, ...quota };
      namespaces![name].limitRange = { default: { cpu: "500m", memory: "512Mi" } };
    }
    volumes!["media"].storageClassName = "bulk";
    services!["model"].env = { HF_HUB_OFFLINE: "1", VLLM_NO_USAGE_STATS: "1" };
    const size = { cpu: "1", memory: "8Gi", "ephemeral-storage": "1Gi" };
    services!["model"].resources = { requests: size, limits: size };
    delete services!["api"].env.PASSWORD;
    services!["api"].files = { "/run/secrets/password": { secret: "database", key: "password" } };
    change(registry);
  });
}
