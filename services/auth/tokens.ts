import { createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, issuer, SignJWT, userOf } from "../base/users.ts";
import type { User } from "../base/users.ts";

export interface Tokens {
  readonly lifetimeSeconds: number;
  /** The public keys, as `/jwks` shows them. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  issue(name: string, roles: readonly string[]): Promise<string>;
  /** The user of an `authorization` header; rejects with `HttpError` 401. */
  of(authorization: string | undefined): Promise<User>;
}

// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7).
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
const leastSecretLength = 16;

/** Tokens signed with a key that follows from the secret: all replicas agree on it, and its id tells it from another's. */
export async function tokensFrom(secret: string, lifetimeSeconds: number): Promise<Tokens> {
  if (secret.length < leastSecretLength)
    throw new Error(`AUTH_SEED is shorter than ${leastSecretLength} characters: take 32 random ones`);
  const seed = Buffer.from(hkdfSync("sha256", secret, "", "mage-auth Ed25519 signing key", 32));
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
  const jwk = await exportJWK(createPublicKey(key));
  const kid = await calculateJwkThumbprint(jwk);
  const jwks = { keys: [{ ...jwk, kty: "OKP", kid, alg: "EdDSA", use: "sig" }] };
  const keys = createLocalJWKSet(jwks);
  const issue = (name: string, roles: readonly string[]) =>
    new SignJWT({ roles })
      .setProtectedHeader({ alg: "EdDSA", kid })
      .setIssuer(issuer)
      .setSubject(name)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(key);
  return { lifetimeSeconds, jwks, issue, of: (authorization) => userOf(authorization, keys) };
}
