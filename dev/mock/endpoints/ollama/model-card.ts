import { createdAt, fingerprint } from "../../words/fingerprint.ts";
import { tagged } from "./body.ts";

/** `ModelDetails` of api/types.go. */
export const details = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "8.0B",
  quantization_level: "Q4_K_M",
};

export const sizeBytes = 4_920_753_328;

/** Hexadecimal, of a model's manifest. */
export function digestOf(model: string): string {
  return fingerprint("manifest", tagged(model));
}

/** `ListModelResponse`. */
export function listed(model: string) {
  const name = tagged(model);
  return { name, model: name, modified_at: createdAt, size: sizeBytes, digest: digestOf(model), details };
}
