import { request } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.ts";

/** The enclave's registry: a container that answers to its name in the enclave's network, with TLS. */
export interface PrivateRegistry {
  /** Puts an image of the engine there. `target`: host, repository and tag as the overlay names them. */
  push(image: string, target: string): Promise<void>;
  /** Digest of the manifest that it gives out for a target. */
  digest(target: string): Promise<string>;
}

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Starts it. The engine pushes to the same registry by its published port: what an engine calls 127.0.0.1 needs
 * neither a certificate that it trusts nor a name that it resolves, and the name of a host is no part of an image.
 */
export async function startRegistry(
  container: string,
  network: string,
  host: string,
  certificates: string,
): Promise<PrivateRegistry> {
  const settings = {
    REGISTRY_HTTP_ADDR: ":443",
    REGISTRY_HTTP_TLS_CERTIFICATE: `/certificates/${host}.crt`,
    REGISTRY_HTTP_TLS_KEY: `/certificates/${host}.key`,
  };
  const environment = Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const named = ["--name", container, "--network", network, "--network-alias", host];
  const files = ["--volume", `${certificates}:/certificates:ro`];
  await run("docker", ["run", "--detach", ...named, "--publish", "127.0.0.1::443", ...files, ...environment, IMAGE]);
  const port = Number((await run("docker", ["port", container, "443/tcp"])).split("\n")[0]?.split(":").at(-1));
  const ca = readFileSync(join(certificates, "ca.crt"));
  return {
    push: (image, target) => push(image, target.replace(host, `127.0.0.1:${port}`)),
    digest: (target) => digestOf(target.slice(host.length + 1), { host: "127.0.0.1", port, servername: host, ca }),
  };
}

const IMAGE = "registry:2";

/** The name for pushing is gone again afterwards. */
async function push(image: string, name: string): Promise<void> {
  await run("docker", ["tag", image, name]);
  try {
    await run("docker", ["push", "--quiet", name]);
  } finally {
    await run("docker", ["rmi", name]);
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
function digestOf(name: string, server: object): Promise<string> {
  const tagAt = name.lastIndexOf(":");
  const path = `/v2/${name.slice(0, tagAt)}/manifests/${name.slice(tagAt + 1)}`;
  return new Promise((resolve, reject) => {
    const asked = request({ ...server, path, method: "HEAD", headers: { accept: MANIFESTS } }, (response) => {
      response.resume();
      const digest = response.headers["docker-content-digest"];
      if (typeof digest === "string") resolve(digest);
      else reject(new Error(`${path}: ${response.statusCode}`));
    });
    asked.on("error", reject).end();
  });
}
