import { chatCompletions } from "./chat-completions.ts";
import type { Endpoint } from "./endpoint.ts";
import { health } from "./health.ts";
import { models } from "./models.ts";

/** Everything the mock answers: an endpoint is one file and one line here. */
export const endpoints: readonly Endpoint[] = [health, models, chatCompletions];
