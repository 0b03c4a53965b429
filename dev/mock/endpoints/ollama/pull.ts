import { sendJson } from "../../http/respond.ts";
import { ndjson, ndjsonType, sendFrames } from "../../http/stream.ts";
import type { Endpoint } from "../endpoint.ts";
import { modelFrom, readRequest, refusal, streamFrom, textFrom } from "./body.ts";
import { digestOf, sizeBytes } from "./model-card.ts";

/** As for a model that is there already (`PullModel` in server/images.go); one that is not there is nowhere. */
export const pull: Endpoint = {
  methods: ["POST"],
  path: "/api/pull",
  api: "ollama",
  handle: async ({ request, response, store }) => {
    const body = await readRequest(request);
    const name = textFrom(body, "model") || textFrom(body, "name");
    if (name === "") throw refusal("invalid model name");
    const isHere = store.current.models.some((model) => isModel(name, model));
    if (streamFrom(body)) {
      const frames = isHere ? progress(name) : [{ status: "pulling manifest" }, { error: missing }];
      return sendFrames(
        response,
        ndjsonType,
        frames.map((frame) => ndjson(frame)),
        { tokensPerSecond: 0 },
      );
    }
    if (!isHere) throw refusal(missing, 500);
    sendJson(response, 200, { status: "success" }, "ollama");
  },
};

const missing = "pull model manifest: file does not exist";

function progress(name: string): object[] {
  const digest = `sha256:${digestOf(name)}`;
  return [
    { status: "pulling manifest" },
    { status: `pulling ${digest.slice(7, 19)}`, digest, total: sizeBytes, completed: sizeBytes },
    { status: "verifying sha256 digest" },
    { status: "writing manifest" },
    { status: "success" },
  ];
}

function isModel(name: string, model: string): boolean {
  try {
    return modelFrom(name, [model]) === model;
  } catch {
    return false;
  }
}
