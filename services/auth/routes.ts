import type { Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";
import { verifyPassword } from "../base/passwords.ts";
import type { Redis } from "../base/redis.ts";
import { text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { countAttempt, forgetAttempts } from "./attempts.ts";
import type { Tokens } from "./tokens.ts";

const credentials = Type.Object({ username: text(100), password: Type.String({ minLength: 1, maxLength: 1_000 }) });

export function addRoutes(app: App, query: Query, redis: Redis, tokens: Tokens): void {
  app.post("/token", { schema: { body: credentials } }, async ({ body: { username, password } }, reply) => {
    await countAttempt(redis, username);
    const sql = "select password_hash as hash, roles from users where name = $1";
    const [user] = await query<{ hash: string; roles: string[] }>(sql, [username]);
    // The same work and the same answer, whether the user or the password is wrong.
    if (!(await verifyPassword(password, user?.hash)) || user === undefined)
      throw new HttpError(401, "wrong_credentials", "the user name or the password is wrong");
    await forgetAttempts(redis, username);
    void reply.header("cache-control", "no-store");
    const token = await tokens.issue(username, user.roles);
    return { access_token: token, token_type: "Bearer", expires_in: tokens.lifetimeSeconds };
  });

  app.get("/jwks", async () => tokens.jwks);

  app.get("/me", async ({ headers: { authorization } }) => {
    const { name, roles } = await tokens.of(authorization);
    return { name, roles };
  });
}
