import { createRemoteJWKSet, jwtVerify } from "jose";
import type { JWTVerifyGetKey } from "jose";
import type { Dependency } from "./dependencies.ts";
import { textFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { HttpError } from "./errors.ts";
import { connectPeer } from "./peer.ts";
import type { App } from "./service.ts";

/** Who calls, as the token says. */
export interface User {
  readonly name: string;
  readonly roles: readonly string[];
  /** The token itself, for calls on the user's behalf. */
  readonly token: string;
}

export interface Users {
  readonly dependency: Dependency;
  /** The user of an `authorization` header; rejects with `HttpError` 401. */
  of(authorization: string | undefined): Promise<User>;
}

// For auth, which makes the tokens.
export { calculateJwkThumbprint, createLocalJWKSet, exportJWK, SignJWT } from "jose";

declare module "fastify" {
  interface FastifyRequest {
    /** Set wherever `requireUser` is. */
    user: User;
  }
}

export const issuer = "mage-auth";

/** The users that `AUTH_URL` signs in: tokens are checked with its public keys, which are fetched once and when a new one appears. */
export function usersFrom(env: Environment): Users {
  const url = textFrom(env, "AUTH_URL");
  const keys = createRemoteJWKSet(new URL("jwks", `${url}/`), { timeoutDuration: 2_000 });
  return {
    dependency: connectPeer("auth", url).dependency,
    of: (authorization) => userOf(authorization, keys),
  };
}

/** The user of an `authorization` header, whose token one of these keys signed; rejects with `HttpError` 401. */
export async function userOf(authorization: string | undefined, keys: JWTVerifyGetKey): Promise<User> {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) throw unauthorized("no bearer token");
  const { payload } = await jwtVerify(token, keys, { issuer }).catch(refuse);
  return { name: String(payload.sub), roles: rolesOf(payload["roles"]), token };
}

/** Refuses every request of this scope without a valid token; handlers find the user in `request.user`. */
export function requireUser(app: App, users: Pick<Users, "of">): void {
  app.decorateRequest("user");
  app.addHook("onRequest", async (request) => {
    request.user = await users.of(request.headers.authorization);
  });
}

// jose's own errors say what is wrong with the token; any other means that the keys could not be had.
function refuse(cause: unknown): never {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/^ERR_(JWT|JWS)|^ERR_JWKS_NO_MATCHING_KEY/.test(code)) throw unauthorized("the token is not valid", cause);
  throw new HttpError(503, "auth_unavailable", "the token cannot be checked now", { cause });
}

function unauthorized(message: string, cause?: unknown): HttpError {
  return new HttpError(401, "unauthorized", message, { cause, headers: { "www-authenticate": "Bearer" } });
}

function rolesOf(roles: unknown): string[] {
  return Array.isArray(roles) ? roles.map(String) : [];
}
