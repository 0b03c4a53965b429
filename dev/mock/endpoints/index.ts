import type { Endpoint } from "./endpoint.ts";
import { chat } from "./ollama/chat.ts";
import { embed, embeddings as ollamaEmbeddings } from "./ollama/embed.ts";
import { generate } from "./ollama/generate.ts";
import { ps, root, show, tags, version as ollamaVersion } from "./ollama/listings.ts";
import { pull } from "./ollama/pull.ts";
import { settings } from "./settings.ts";
import { chatCompletions } from "./vllm/chat-completions.ts";
import { completions } from "./vllm/completions.ts";
import { embeddings } from "./vllm/embeddings.ts";
import { health } from "./vllm/health.ts";
import { metrics } from "./vllm/metrics.ts";
import { models } from "./vllm/models.ts";
import { detokenize, tokenize } from "./vllm/tokenize.ts";
import { version } from "./vllm/version.ts";
import { transcriptions, translations } from "./whisper/transcriptions.ts";

/** Everything the mock answers: an endpoint is one file and one line here. */
export const endpoints: readonly Endpoint[] = [
  settings,
  health,
  metrics,
  models,
  version,
  chatCompletions,
  completions,
  embeddings,
  tokenize,
  detokenize,
  root,
  ollamaVersion,
  tags,
  ps,
  show,
  pull,
  chat,
  generate,
  embed,
  ollamaEmbeddings,
  transcriptions,
  translations,
];
