import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { createLocalJWKSet, decodeJwt, issuer, SignJWT, unauthorized, userOf } from "../base/users.ts";
import type { User } from "../base/users.ts";
import type { SigningKey } from "./keys.ts";

export interface Tokens {
  issue(name: string, roles: readonly string[]): Promise<string>;
  /** The user of an `authorization` header; rejects with `HttpError` 401, also when the token was given back. */
  of(authorization: string | undefined): Promise<User>;
  /** Gives a valid token back: from now on `of` refuses it. */
  revoke(token: string): Promise<void>;
}

export function createTokens(key: SigningKey, redis: Redis, lifetimeSeconds: number): Tokens {
  const keys = createLocalJWKSet({ keys: [{ ...key.jwk, kty: "OKP" }] });
  return {
    issue: (name, roles) =>
      new SignJWT({ roles })
        .setProtectedHeader({ alg: "EdDSA", kid: key.id })
        .setIssuer(issuer)
        .setSubject(name)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${lifetimeSeconds}s`)
        .sign(key.privateKey),
    of: async (authorization) => {
      const user = await userOf(authorization, keys);
      if ((await redis.exists(revokedKey(user.token))) > 0) throw unauthorized("the token was given back");
      return user;
    },
    // Remembered for as long as it would be valid: after that it is refused anyway.
    revoke: async (token) => {
      await redis.set(revokedKey(token), "1", "EXAT", decodeJwt(token).exp ?? 0);
    },
  };
}

function revokedKey(token: string): string {
  return `auth:revoked:${decodeJwt(token).jti}`;
}
