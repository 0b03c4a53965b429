import { type IncomingMessage, type RequestOptions, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";

/** One GET of a port of this machine. */
export interface Question {
  readonly port: number;
  readonly path: string;
  /** What the client would call the server: the Host header, and the name in TLS. The port's own address by default. */
  readonly host?: string;
  readonly isTls?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What an answer must be. */
export interface Expected {
  readonly status?: number | undefined;
  readonly contains?: string | undefined;
}

const TIMEOUT_MS = 15_000;

/** Follows no redirect. A certificate is not verified: what is asked is whether the way leads to the service. */
export function ask({ port, path, host, isTls = false }: Question): Promise<Answer> {
  const common: RequestOptions = {
    host: "127.0.0.1",
    port,
    path,
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const options = { ...common, headers: { connection: "close", ...(host !== undefined && { host }) } };
  return new Promise((resolve, reject) => {
    const onAnswer = (response: IncomingMessage): void => void answerOf(response).then(resolve, reject);
    const request = isTls
      ? requestTls({ ...options, rejectUnauthorized: false, ...(host !== undefined && { servername: host }) }, onAnswer)
      : requestPlain(options, onAnswer);
    request.once("error", reject);
    request.end();
  });
}

/** What is wrong with an answer, or null. */
export function judgeAnswer(path: string, answer: Answer, { status = 200, contains }: Expected): string | null {
  const said = answer.body.slice(0, 200);
  if (answer.status !== status) return `${path} answered ${answer.status}, not ${status}: ${said}`;
  return contains === undefined || answer.body.includes(contains)
    ? null
    : `${path} answered without "${contains}": ${said}`;
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  response.setEncoding("utf8");
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}
