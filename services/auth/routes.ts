import type { Redis } from "ioredis";
import type { Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";
import { verifyPassword } from "../base/passwords.ts";
import { text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { requireUser } from "../base/users.ts";
import { countAttempt, forgetAttempts } from "./attempts.ts";
import type { SigningKey } from "./keys.ts";
import type { Tokens } from "./tokens.ts";

interface Parts {
  readonly query: Query;
  readonly redis: Redis;
  readonly key: SigningKey;
  readonly tokens: Tokens;
  readonly lifetimeSeconds: number;
}

const credentials = Type.Object({
  username: text(100),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
});

export function addRoutes(app: App, parts: Parts): void {
  const { redis, key, tokens, lifetimeSeconds } = parts;

  app.post("/token", { schema: { body: credentials } }, async ({ body: { username, password } }, reply) => {
    await countAttempt(redis, username);
    const user = await findUser(parts.query, username);
    // The same work and the same answer, whether the user or the password is wrong.
    if (!(await verifyPassword(password, user?.password_hash)) || user === undefined) throw wrongCredentials();
    await forgetAttempts(redis, username);
    const token = await tokens.issue(username, user.roles);
    void reply.header("cache-control", "no-store");
    return { access_token: token, token_type: "Bearer", expires_in: lifetimeSeconds };
  });

  app.get("/jwks", async () => ({ keys: [key.jwk] }));

  app.post("/check", { schema: { body: Type.Object({ token: Type.String({ maxLength: 8_000 }) }) } }, ({ body }) =>
    stateOf(tokens, body.token),
  );

  void app.register(async (scope) => {
    requireUser(scope, tokens);
    scope.get("/me", async ({ user: { name, roles } }) => ({ name, roles }));
    scope.post("/logout", async ({ user }, reply) => {
      await tokens.revoke(user.token);
      return reply.status(204).send();
    });
  });
}

async function findUser(query: Query, name: string) {
  const sql = "select password_hash, roles from users where name = $1";
  const [user] = await query<{ password_hash: string; roles: string[] }>(sql, [name]);
  return user;
}

// The words of RFC 7662: a token that is not valid is an answer here, not an error.
async function stateOf(tokens: Tokens, token: string) {
  try {
    const { name, roles } = await tokens.of(`Bearer ${token}`);
    return { active: true, sub: name, roles };
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) return { active: false };
    throw error;
  }
}

function wrongCredentials(): HttpError {
  return new HttpError(401, "wrong_credentials", "the user name or the password is wrong");
}
