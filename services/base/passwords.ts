import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { ScryptOptions } from "node:crypto";

// 32 MiB and some tenths of a second; OWASP's password storage cheat sheet has these numbers.
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3 };
const hashBytes = 32;

/** `scrypt:N:r:p:salt:hash`, the last two in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64"), hash.toString("base64")].join(":");
}

/** Whether `stored` is a hash of this password. Without a hash: false, after the same work. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? nobody).split(":");
  const expected = Buffer.from(hash ?? "", "base64");
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt ?? "", "base64"), options);
  return expected.length === actual.length && timingSafeEqual(expected, actual) && stored !== undefined;
}

const nobody = `scrypt:${cost.N}:${cost.r}:${cost.p}:${"A".repeat(22)}==:${"A".repeat(43)}=`;

// One after the other: several at once would take all of Node's few threads, and then new connections time out,
// since their handshakes want one as well.
let last: Promise<unknown> = Promise.resolve();

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  const result = last.then(() => deriveNow(password.normalize("NFKC"), salt, options));
  last = result.catch(() => undefined);
  return result;
}

function deriveNow(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Node's default allows just under what these numbers need.
    scrypt(password, salt, hashBytes, { ...options, maxmem: 1 << 27 }, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}
