import type { Model } from "../model/model.ts";
import { pointerSegment } from "../model/names.ts";
import type { SecretModel } from "../model/secret.ts";
import { generatedFile } from "./generated.ts";

/** `secrets.example.yaml`: every Secret that must exist before the overlay runs. Names and keys, no value; no kustomization lists it. */
export function secretsExample(folder: string, model: Model): [string, string][] {
  if (model.secrets.length === 0) return [];
  const intro = `Every Secret that this environment needs. It holds no value and is not part of the kustomization.\n\`npm run secrets -- ${model.environment}\` makes those that are generated; with \`--print\` it shows the commands for the others.`;
  const pointer = `/environments/${pointerSegment(model.environment ?? "")}/secrets`;
  return [
    [
      `${folder}/secrets.example.yaml`,
      generatedFile(pointer, model.secrets.map(example), `${intro}\n\n${model.secrets.map(told).join("\n")}`),
    ],
  ];
}

function example(secret: SecretModel): object {
  const stringData = Object.fromEntries(Object.keys(secret.keys).map((key) => [key, ""]));
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret.name, namespace: secret.namespace },
    type: secret.type,
    stringData,
  };
}

/** One paragraph a Secret: who reads it, how it comes to exist, what its keys are for. */
function told({ namespace, name, from, envFile, readers, description, keys }: SecretModel): string {
  const how = {
    existing: "given by whoever runs the cluster",
    generated: "made by `npm run secrets`",
    externalSecret: "made by the External Secrets operator",
    envFile: `made by \`npm run secrets\` from ${envFile}`,
  }[from];
  const lines = Object.entries(keys).flatMap(([key, { description: words }]) =>
    words === undefined ? [] : [`  ${key}: ${words}`],
  );
  return [
    `${namespace}/${name}: ${how}; read by ${readers.join(", ")}${description === null ? "" : `. ${description}`}`,
    ...lines,
  ].join("\n");
}
