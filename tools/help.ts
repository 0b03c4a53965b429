import type { Command, CommandFlag } from "./commands/command.ts";

type Flags = Readonly<Record<string, CommandFlag & { readonly short?: string }>>;

/** `slipway --help`: what there is, and where to begin. */
export function generalHelp(commands: readonly (readonly [string, Command])[], common: Flags): string {
  const width = Math.max(...commands.map(([name]) => name.length));
  return [
    "Slipway: one registry (services.json), every overlay, and a dev loop.",
    "",
    "  npm run <command> -- [flags]      or      slipway <command> [flags]",
    "",
    "Commands",
    ...commands.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    `  ${"dev".padEnd(width)}  build, deliver and run it in the local cluster, again at each save (npm run dev -- --help)`,
    "",
    "Flags of every command",
    ...flagLines(common),
    "",
    "Exit codes: 0 all is well, 1 something was found, 2 wrong usage.",
    "`<command> --help` says more, with examples.",
  ].join("\n");
}

export function commandHelp(name: string, command: Command, common: Flags): string {
  return [
    `${name}: ${command.summary}`,
    "",
    ...command.examples.map((example) => `  ${example}`),
    "",
    `Usage: ${["npm run", name, "--", command.usage, "[flags]"].filter(Boolean).join(" ")}`,
    ...(command.details ? ["", ...command.details] : []),
    "",
    "Flags",
    ...flagLines({ ...command.flags, ...common }),
  ].join("\n");
}

function flagLines(flags: Flags): string[] {
  const names = Object.entries(flags).map(
    ([name, { short, value }]) =>
      `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
  );
  const width = Math.max(...names.map((name) => name.length));
  return Object.values(flags).map(({ description }, i) => `  ${(names[i] ?? "").padEnd(width)}  ${description}`);
}
