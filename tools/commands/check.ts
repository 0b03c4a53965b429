import { count } from "../lib/text.ts";
import { environmentModel } from "../model/model.ts";
import { CHECKS, type DeclaredException, type Report, runChecks } from "../policy/run.ts";
import { type Inputs, readInputs } from "../registry/read.ts";
import { render } from "../render/render.ts";
import type { Command, CommandResult } from "./command.ts";

export const check: Command = {
  summary: "check every environment's objects: hardening, references, secrets, the closed world of an air gap",
  usage: "",
  maxPositionals: 0,
  examples: ["npm run check", "npm run -s check -- --json"],
  flags: {},
  details: [
    "Checks (an `exceptions` entry with a reason answers one):",
    ...CHECKS.map(({ code, title }) => `  ${code.padEnd(22)} ${title}`),
  ],
  async run({ root }) {
    const { inputs, warnings } = await readInputs(root);
    const subjects = Object.keys(inputs.registry.environments).map((environment) => {
      const model = environmentModel(inputs, environment);
      return { model, placed: render(model) };
    });
    const report = runChecks(subjects, declaredExceptions(inputs), new Date().toISOString().slice(0, 10));
    return toResult({ ...report, findings: [...warnings, ...report.findings] });
  },
};

/** Every `exceptions` entry of the registry, with its place. */
export function declaredExceptions({ registry, source }: Inputs): DeclaredException[] {
  const ofServices = Object.entries(registry.services).flatMap(([service, { exceptions = [], environments = {} }]) => [
    ...exceptions.map((exception, i) => ({
      exception,
      where: source.where(["services", service, "exceptions", i]),
      service,
      environment: null,
    })),
    ...Object.entries(environments).flatMap(([environment, patch]) =>
      (patch?.exceptions ?? []).map((exception, i) => ({
        exception,
        where: source.where(["services", service, "environments", environment, "exceptions", i]),
        service,
        environment,
      })),
    ),
  ]);
  const ofEnvironments = Object.entries(registry.environments).flatMap(([environment, { exceptions = [] }]) =>
    exceptions.map((exception, i) => ({
      exception,
      where: source.where(["environments", environment, "exceptions", i]),
      service: null,
      environment,
    })),
  );
  return [...ofServices, ...ofEnvironments];
}

function toResult(report: Report): CommandResult {
  const errors = report.findings.filter(({ severity }) => severity === "error").length;
  const done = `${count(CHECKS.length, "check")} on ${count(report.objects, "object")}`;
  const reasons = [...new Set(report.answered.map(({ finding, reason }) => `${finding.code}: ${reason}`))];
  const output = reasons.map(
    (reason) =>
      `excepted  ${reason} (${report.answered.filter(({ finding, reason: words }) => `${finding.code}: ${words}` === reason).length}×)`,
  );
  const summary =
    errors === 0
      ? `${done}: nothing found, ${report.answered.length} excepted`
      : `${done}: ${count(errors, "error")}, ${report.answered.length} excepted`;
  return { output, summary, findings: report.findings, exitCode: errors === 0 ? 0 : 1, data: report };
}
