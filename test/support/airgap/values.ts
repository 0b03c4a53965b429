import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "../../../tools/model/model.ts";

/**
 * The files that the page's commands make Secrets of, one for each value: random ones, and for TLS what the enclave's
 * authority issued to the host of the routes.
 */
export function writeValues(folder: string, { secrets, ingress }: Model, certificates: string): void {
  for (const { name, type, keys } of secrets)
    for (const key of Object.keys(keys)) {
      const end = type === "kubernetes.io/tls" ? key.replace("tls.", "") : key;
      const issued = join(certificates, `${ingress?.host}.${end}`);
      const value = type === "kubernetes.io/tls" ? readFileSync(issued) : randomBytes(18).toString("base64url");
      writeFileSync(join(folder, `${name}.${end}`), value);
    }
}
