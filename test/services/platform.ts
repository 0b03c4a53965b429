import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createMockServer } from "../../dev/mock/server.ts";
import { openDatabase } from "../../services/base/database.ts";
import type { Database } from "../../services/base/database.ts";
import { createLogger } from "../../services/base/logger.ts";
import { issuer } from "../../services/base/users.ts";
import { applyMigrations } from "../../services/init-data/migrations.ts";
import type { Cleanup } from "./cleanup.ts";
import { eventually, freePort, runContainer } from "./docker.ts";

/** What services depend on, for one test file: real PostgreSQL with the schema, real Redis, stand-ins for auth and the models. */
export interface Platform {
  /** PG*, REDIS_URL, AUTH_URL and free ports; a program's other variables are added to these. */
  readonly env: Readonly<Record<string, string>>;
  readonly database: Database;
  readonly redis: Redis;
  /** For `docker pause` and `docker restart`; they keep their ports, but not what is in them once they are stopped. */
  readonly containers: { readonly database: string; readonly redis: string };
  /** Stands in for vLLM, Ollama and transcription; without `/v1`. */
  readonly modelUrl: string;
  /** A token of `name`, which every service accepts that is given `env`. */
  token(name: string, roles?: readonly string[]): Promise<string>;
  /** The path of a file with this content, for a variable `*_FILE`. */
  secretFile(name: string, content: string): Promise<string>;
}

const models = ["mage-chat", "mage-small", "nomic-embed-text", "whisper-large-v3"];
const password = "only-for-this-test";

/** To be called in a `before`, with the cleanup of the file or suite. `migrated: false` leaves the database empty. */
export async function startPlatform(cleanup: Cleanup, { migrated = true } = {}): Promise<Platform> {
  const folder = await mkdtemp(join(tmpdir(), "platform-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  const secretFile = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const passwordFile = await secretFile("db-password", `${password}\n`);
  const [postgres, cache, auth, modelUrl] = await Promise.all([
    startPostgres(cleanup, passwordFile),
    startRedis(cleanup),
    startIssuer(cleanup),
    listen(cleanup, createMockServer({ models })),
  ]);
  const env = { PORT: "0", METRICS_PORT: "0", ...postgres.env, ...cache.env, ...auth.env };
  const database = openDatabase("test", env, createLogger("test", { LOG_LEVEL: "silent" }), 30_000);
  cleanup.after(() => database.close());
  await eventually(() => database.query("select 1"), 60_000);
  if (migrated) await applyMigrations(database);
  const containers = { database: postgres.container, redis: cache.container };
  return { env, database, redis: cache.redis, containers, modelUrl, token: auth.token, secretFile };
}

/** Serves on any free port until the end; gives its URL. */
export async function listen(cleanup: Cleanup, server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanup.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// Ports are chosen here, because those chosen by Docker change when the container restarts.
async function startPostgres(cleanup: Cleanup, passwordFile: string) {
  const port = String(await freePort());
  const options = ["-e", `POSTGRES_PASSWORD=${password}`, "-p", `127.0.0.1:${port}:5432`];
  const container = await runContainer(cleanup, ...options, "pgvector/pgvector:pg16");
  const env = {
    PGHOST: "127.0.0.1",
    PGPORT: port,
    PGUSER: "postgres",
    PGDATABASE: "postgres",
    PGPASSWORD_FILE: passwordFile,
  };
  return { container, env };
}

async function startRedis(cleanup: Cleanup) {
  const port = String(await freePort());
  const container = await runContainer(cleanup, "-p", `127.0.0.1:${port}:6379`, "redis:7-alpine");
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  // It may not listen yet, and a test may stop it.
  redis.on("error", () => undefined);
  cleanup.after(async () => redis.disconnect());
  await redis.ping();
  return { container, redis, env: { REDIS_URL: url } };
}

// In place of auth: services ask for its keys, and whether it lives.
export async function startIssuer(cleanup: Cleanup) {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "EdDSA", use: "sig", kid: "test" }] });
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json").end(request.url === "/jwks" ? jwks : "{}");
  });
  const token = (name: string, roles: readonly string[] = ["analyst"]) =>
    new SignJWT({ roles })
      .setProtectedHeader({ alg: "EdDSA", kid: "test" })
      .setIssuer(issuer)
      .setSubject(name)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);
  return { token, env: { AUTH_URL: await listen(cleanup, server) } };
}
