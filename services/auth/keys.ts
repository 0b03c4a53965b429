import { createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { calculateJwkThumbprint, exportJWK } from "../base/users.ts";

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  /** The public half, as `/jwks` shows it. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7).
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
const leastSecretLength = 16;

/** The Ed25519 key of this secret: always the same, so that all replicas agree, and told apart by its id when it changes. */
export async function signingKeyFrom(secret: string): Promise<SigningKey> {
  if (secret.length < leastSecretLength)
    throw new Error(`AUTH_SEED is shorter than ${leastSecretLength} characters: take 32 random ones`);
  const seed = Buffer.from(hkdfSync("sha256", secret, "", "mage-auth Ed25519 signing key", 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
  const jwk = await exportJWK(createPublicKey(privateKey));
  const id = await calculateJwkThumbprint(jwk);
  return { id, privateKey, jwk: { ...jwk, kid: id, alg: "EdDSA", use: "sig" } };
}
