import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emitYaml } from "../../tools/lib/yaml.ts";
import { environmentModel } from "../../tools/model/model.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { render } from "../../tools/render/render.ts";
import { inputsOf } from "../support/inputs.ts";
import { syntheticRegistry } from "./synthetic.ts";

// The synthetic platform as other generators are given it: the six objects of a service as a template, what differs from
// service to service as values, and what differs from environment to environment as values of each.

export const ENVIRONMENTS = {
  local: { replicas: 1, cpu: "50m", registry: "", tag: "dev" },
  staging: { replicas: 2, cpu: "250m", registry: "", tag: "1.0.0" },
  airgap: { replicas: 2, cpu: "250m", registry: "registry.internal/", tag: "1.0.0" },
  prod: { replicas: 2, cpu: "250m", registry: "", tag: "1.0.0" },
} as const;

/** A chart whose template goes over the services; a file of values per environment. */
export function writeChart(folder: string, count: number): void {
  mkdirSync(join(folder, "templates"), { recursive: true });
  const template = marked(
    objects()
      .map((object) => `---\n${emitYaml(object)}`)
      .join(""),
    (mark) => (mark in ENVIRONMENTS.local ? `{{ $.Values.${mark} }}` : `{{ .${mark} }}`),
  );
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 1.0.0\n");
  writeFileSync(join(folder, "values.yaml"), emitYaml({ services: services(count) }));
  writeFileSync(join(folder, "templates", "services.yaml"), `{{- range .Values.services }}\n${template}{{- end }}\n`);
  for (const [name, values] of Object.entries(ENVIRONMENTS))
    writeFileSync(join(folder, `values-${name}.yaml`), emitYaml(values));
}

/** A program for cdk8s: a chart per environment, the objects built in a function of service and environment. */
export function writeApp(folder: string, count: number): void {
  const code = marked(JSON.stringify(objects(), null, 2), (mark) => `\${${mark}}`)
    .replace(/"replicas": \$\{replicas\}/, '"replicas": Number("${replicas}")')
    .replaceAll(/"([^"\n]*\$\{[^"\n]*)"(?!\))/g, "`$1`")
    .replaceAll('Number("${replicas}")', "replicas");
  writeFileSync(
    join(folder, "app.cjs"),
    `const { ApiObject, App, Chart } = require("cdk8s");
const objects = ({ name, before, after, number, program }, { replicas, cpu, registry, tag }) => ${code};
const app = new App({ outdir: "dist" });
for (const [environment, settings] of Object.entries(${JSON.stringify(ENVIRONMENTS)})) {
  const chart = new Chart(app, environment);
  for (const service of ${JSON.stringify(services(count))})
    for (const object of objects(service, settings)) new ApiObject(chart, service.name + object.kind, object);
}
app.synth();
`,
  );
}

/** Of a service with one before it and one after it, as Slipway renders them. */
export function objects(environment = "prod"): readonly KubeObject[] {
  const inputs = inputsOf(syntheticRegistry(3));
  return render(environmentModel(inputs, environment))
    .filter(({ service }) => service === SAMPLE)
    .map(({ object }) => object);
}

export const SAMPLE = "service-0001";

/** Only the request differs, not the limit. Marks where services and environments differ, in YAML as in JSON. */
function marked(text: string, mark: (name: string) => string): string {
  return text
    .replaceAll("bench/service-1:1.0.0", `${mark("registry")}bench/${mark("program")}:${mark("tag")}`)
    .replaceAll("service-0001", mark("name"))
    .replaceAll("service-0000", mark("before"))
    .replaceAll("service-0002", mark("after"))
    .replaceAll(/("?NUMBER"?: )"1"/g, `$1"${mark("number")}"`)
    .replace(/("?replicas"?: )2/, `$1${mark("replicas")}`)
    .replace("250m", mark("cpu"));
}

function services(count: number): object[] {
  const name = (i: number): string => `service-${String(i).padStart(4, "0")}`;
  return Array.from({ length: count }, (_, i) => ({
    name: name(i),
    before: name(i - 1),
    after: name(i + 1),
    number: String(i),
    program: `service-${i}`,
  }));
}
