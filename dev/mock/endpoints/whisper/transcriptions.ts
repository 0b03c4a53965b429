import { readForm } from "../../http/form.ts";
import type { Upload } from "../../http/form.ts";
import { badRequest, invalidRequest } from "../../http/errors.ts";
import { sendJson, sendText } from "../../http/respond.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Endpoint } from "../endpoint.ts";
import { begin, generated } from "../script.ts";
import { modelFrom } from "../vllm/fields.ts";
import { srt, vtt } from "./subtitles.ts";
import { inventedText, segmentsOf, wordsOf } from "./transcript.ts";
import { secondsOf } from "./wav.ts";

/** What was said, in its own language. */
export const transcriptions = speechEndpoint("/v1/audio/transcriptions", "transcribe");

/** What was said, in English. */
export const translations = speechEndpoint("/v1/audio/translations", "translate");

/**
 * `multipart/form-data` with `file`, as OpenAI's API takes it and vLLM does (`TranscriptionRequest` in
 * vllm/entrypoints/openai/protocol.py). vLLM 0.11 answers `json` and `text` alone; the other formats are those of
 * OpenAI's API, which the servers of Whisper follow.
 */
function speechEndpoint(path: string, task: Task): Endpoint {
  return {
    methods: ["POST"],
    path,
    api: "vllm",
    handle: async (exchange) => {
      const upload = await readForm(exchange.request);
      const speech = speechFrom(upload, exchange.store.current, task);
      const { model, fileName, sha256, seconds } = speech;
      const script = await begin(exchange, { model, fileName, sha256, text: speech.prompt });
      const text = script.rule?.answer ?? inventedText(sha256, seconds);
      if (!(await generated(exchange, script))) return;
      const body = bodyOf(speech, text);
      if (typeof body === "string") sendText(exchange.response, 200, body);
      else sendJson(exchange.response, 200, body);
    },
  };
}

type Task = "transcribe" | "translate";
type Speech = ReturnType<typeof speechFrom>;

/** What vLLM takes as well (VLLM_MAX_AUDIO_CLIP_FILESIZE_MB). */
const limitBytes = 25 * 2 ** 20;
const formats = ["json", "text", "srt", "verbose_json", "vtt"];

function speechFrom({ fields, files }: Upload, settings: Settings, task: Task) {
  const file = files["file"];
  if (file === undefined) throw invalidRequest("file: Field required");
  const one = (name: string) => fields[name]?.at(-1);
  const format = one("response_format") ?? "json";
  if (!formats.includes(format)) {
    throw invalidRequest("response_format: Input should be 'json', 'text', 'srt', 'verbose_json' or 'vtt'");
  }
  const temperature = Number(one("temperature") ?? "0");
  if (!Number.isFinite(temperature)) throw invalidRequest("temperature: Input should be a valid number");
  const model = modelFrom({ model: one("model") }, settings.models);
  if (file.size > limitBytes) throw badRequest("Maximum file size exceeded.");
  const granularities = [...(fields["timestamp_granularities[]"] ?? []), ...(fields["timestamp_granularities"] ?? [])];
  return {
    model,
    format,
    task,
    temperature,
    prompt: one("prompt") ?? "",
    language: task === "translate" ? "en" : one("language") || "en",
    withWords: granularities.includes("word"),
    fileName: file.name,
    sha256: file.sha256,
    seconds: secondsOf(file),
  };
}

function bodyOf({ format, task, language, temperature, seconds, withWords }: Speech, text: string): string | object {
  const segments = () => segmentsOf(text, seconds, temperature);
  switch (format) {
    case "text":
      return `${text}\n`;
    case "srt":
      return srt(segments());
    case "vtt":
      return vtt(segments());
    case "verbose_json":
      return {
        task,
        language: languageNames[language] ?? language,
        duration: Math.round(seconds * 100) / 100,
        text,
        segments: segments(),
        ...(withWords && { words: wordsOf(text, seconds) }),
      };
    default:
      return { text, usage: { type: "duration", seconds: Math.ceil(seconds) } };
  }
}

// OpenAI's API answers with a language's name where the request gave its code.
const languageNames: Readonly<Record<string, string>> = {
  de: "german",
  en: "english",
  es: "spanish",
  fr: "french",
  it: "italian",
  ja: "japanese",
  nl: "dutch",
  pl: "polish",
  pt: "portuguese",
  ru: "russian",
  uk: "ukrainian",
  zh: "chinese",
};
