import { userError } from "../../tools/lib/errors.ts";
import { suggestion } from "../../tools/lib/text.ts";
import type { PodLine } from "../core/logs.ts";
import { podLogs } from "../sources/logs.ts";
import { watchPods } from "../sources/pods.ts";
import type { DevCommand, Invocation } from "./command.ts";
import { type Opened, withCluster } from "./open.ts";

export const logs: DevCommand = {
  name: "logs",
  usage: "[service …]",
  summary: "what the newest pods of all services, or of some, say, until Ctrl-C",
  run: (invocation) => withCluster(invocation, (opened) => follow(invocation, opened)),
};

async function follow({ words, signal, isJson, paint, print }: Invocation, { read, api }: Opened): Promise<number> {
  const names = chosen(
    words,
    read.target.services.map(({ name }) => name),
  );
  const width = Math.max(...names.map((name) => name.length));
  const { pods, ended } = watchPods(api, read.inputs.registry.name, signal);
  const source = podLogs(api, pods);
  const say = (service: string, line: PodLine): void =>
    print(
      isJson ? `${JSON.stringify({ service, ...line })}\n` : `${paint("cyan", service.padEnd(width))}  ${line.text}\n`,
    );
  await Promise.all([ended, ...names.map((name) => source.follow(name, (line) => say(name, line), signal))]);
  return 0;
}

function chosen(words: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined)
    throw userError("SERVICE_UNKNOWN", "logs", `there is no service "${unknown}"`, suggestion(unknown, known));
  return words.length === 0 ? known : words;
}
