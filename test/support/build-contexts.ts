import { type BuildContext, type ContextFile } from "../../tools/sources/build-context.ts";
import { parseDockerfile } from "../../tools/sources/dockerfile.ts";

/** A file of a build context: its text, or more than that. */
export type FileFixture = string | (Partial<ContextFile> & { readonly text: string });

export interface ContextFixture {
  readonly dockerfile: string | null;
  readonly files?: Readonly<Record<string, FileFixture>>;
}

// What the registry of the policy tests builds, with nothing wrong in it.
const CLEAN: Readonly<Record<string, ContextFixture>> = {
  base: {
    dockerfile: 'ARG BASE=node:22.4-slim\nFROM ${BASE}\nUSER 10001:10001\nCMD ["node"]\n',
  },
  mock: {
    dockerfile: 'FROM node:22.4-slim\nCOPY main.js ./\nUSER 10001\nCMD ["node", "--watch", "main.js"]\n',
    files: { "main.js": "" },
  },
  api: {
    dockerfile:
      'ARG BASE=node:22.4-slim\nFROM ${BASE} AS deps\nARG NPM_CONFIG_REGISTRY\nCOPY package.json ./\nRUN npm ci\n\nFROM base\nCOPY --from=deps /node_modules node_modules\nCOPY src/*.js ./\nENTRYPOINT ["./start.sh"]\n',
    files: {
      "package.json": "{}",
      "src/main.js": "",
      "start.sh": { text: "#!/bin/sh\nexec node main.js\n", isExecutable: true },
      ".env.example": "PASSWORD=\n",
    },
  },
  web: {
    dockerfile:
      "ARG BASE=python:3.12-slim\nFROM ${BASE}\nARG PIP_INDEX_URL\nCOPY requirements.txt app ./\nRUN pip install -r requirements.txt\nUSER app\nCMD gunicorn app\n",
    files: { "requirements.txt": "flask==3.0.3\n", "app/main.py": "" },
  },
};

/** Build contexts by key, as they would be read; those named differently replace the clean ones. */
export function buildContexts(
  changed: Readonly<Record<string, ContextFixture>> = {},
): ReadonlyMap<string, BuildContext> {
  return new Map(
    Object.entries({ ...CLEAN, ...changed }).map(([folder, fixture]) => [
      `${folder} Dockerfile`,
      contextOf(folder, fixture),
    ]),
  );
}

function contextOf(folder: string, { dockerfile, files = {} }: ContextFixture): BuildContext {
  const folders = new Set(Object.keys(files).flatMap((path) => path.split("/").slice(0, -1).slice(0, 1)));
  return {
    folder,
    dockerfile: `${folder}/Dockerfile`,
    lines: dockerfile?.split("\n") ?? null,
    instructions: dockerfile === null ? [] : parseDockerfile(dockerfile),
    files: [
      ...[...folders].map((path): ContextFile => ({
        path,
        type: "folder",
        isIgnored: false,
        isExecutable: false,
        text: null,
      })),
      ...Object.entries(files).map(([path, file]): ContextFile => ({
        path,
        type: "file",
        isIgnored: false,
        isExecutable: false,
        ...(typeof file === "string" ? { text: file } : file),
      })),
    ],
  };
}
