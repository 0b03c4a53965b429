import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run.ts";

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/**
 * A certificate authority of its own: `ca.crt`, and for each host `<host>.crt` and `<host>.key`, all PEM. They are
 * valid for two days, and the authority's key stays in `folder`.
 */
export async function issueCertificates(folder: string, hosts: readonly string[]): Promise<void> {
  const [key, certificate] = [join(folder, "ca.key"), join(folder, "ca.crt")];
  await openssl(["req", "-x509", ...KEY, "-days", "2", "-subj", "/CN=enclave", "-keyout", key, "-out", certificate]);
  for (const host of hosts) {
    const [request, names, own] = ["csr", "ext", "key"].map((end) => join(folder, `${host}.${end}`)) as [
      string,
      string,
      string,
    ];
    await writeFile(names, `subjectAltName=DNS:${host}\n`);
    await openssl(["req", ...KEY, "-subj", `/CN=${host}`, "-keyout", own, "-out", request]);
    const signer = ["-CA", certificate, "-CAkey", key, "-CAcreateserial", "-extfile", names];
    await openssl(["x509", "-req", "-in", request, ...signer, "-days", "2", "-out", join(folder, `${host}.crt`)]);
  }
}

function openssl(args: readonly string[]): Promise<string> {
  return run("openssl", args);
}
