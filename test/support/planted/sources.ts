import type { ContextFixture } from "../build-contexts.ts";
import type { Planted } from "./plant.ts";

const HEAD = "ARG BASE=python:3.12-slim\nFROM ${BASE}\n";
const TAIL = "USER 10001\n";

/** The context of web, broken in one way. */
function web(code: string, by: string, where: string, context: ContextFixture, also: readonly string[] = []): Planted {
  return { code, by, where: [`web/${where}`], contexts: { web: context }, also };
}

/** A Dockerfile whose third line is wrong. */
function line(code: string, by: string, text: string, files: ContextFixture["files"] = {}): Planted {
  return web(code, by, "Dockerfile:3", { dockerfile: `${HEAD}${text}\n${TAIL}`, files });
}

function start(code: string, by: string, where: string, text: string, isExecutable = true): Planted {
  const dockerfile = `${HEAD}COPY start.sh /\n${TAIL}ENTRYPOINT ["/start.sh"]\nCMD ["serve"]\n`;
  return web(code, by, where, { dockerfile, files: { "start.sh": { text, isExecutable } } });
}

const script = (name: string, text: string): Planted =>
  start("START_FETCH", name, "start.sh:2", `#!/bin/sh\n${text}\nexec serve\n`);

export const SOURCES: readonly Planted[] = [
  web("DOCKERFILE_MISSING", "a context without one", "Dockerfile", { dockerfile: null }),
  web("BASE_IMAGE", "no tag", "Dockerfile:2", { dockerfile: `ARG BASE=python\nFROM \${BASE}\n${TAIL}` }),
  web("BASE_IMAGE", "latest", "Dockerfile:2", { dockerfile: `ARG BASE=python:latest\nFROM \${BASE}\n${TAIL}` }),
  web("BASE_REGISTRY", "a name without a variable", "Dockerfile:1", { dockerfile: `FROM python:3.12\n${TAIL}` }),
  line("BASE_REGISTRY", "what is copied from an image", "COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/"),
  web("SYNTAX_LINE", "one", "Dockerfile:1", { dockerfile: `# syntax=docker/dockerfile:1.7\n${HEAD}${TAIL}` }),
  line("BUILD_FETCH", "apt", "RUN apt-get update && apt-get install -y curl"),
  web("BUILD_FETCH", "apt, on its own line", "Dockerfile:4", {
    dockerfile: `${HEAD}RUN echo add-apt && \\\n  apt-get install -y curl\n${TAIL}`,
  }),
  line("BUILD_FETCH", "apk", "RUN apk add --no-cache curl"),
  line("BUILD_FETCH", "pip", "RUN pip install --no-cache-dir flask==3"),
  line("BUILD_FETCH", "npm", "RUN npm ci"),
  line("BUILD_FETCH", "crates", "RUN cargo build --release"),
  line("BUILD_FETCH", "a model", "RUN huggingface-cli download acme/model"),
  line("BUILD_FETCH", "a download", "RUN curl -fsSL https://get.acme.example/install.sh | sh"),
  web("BUILD_FETCH", "the line of a long command", "Dockerfile:5", {
    dockerfile: `${HEAD}RUN set -e; \\\n    mkdir /x; \\\n    git clone git@internal:x.git; \\\n    ls\n${TAIL}`,
  }),
  line("BUILD_SECRET", "a variable", "ENV DB_PASSWORD=hunter2"),
  line("BUILD_SECRET", "an argument", "ARG NPM_TOKEN"),
  line("BUILD_SECRET", "a key", "COPY id_rsa /root/.ssh/", { id_rsa: "" }),
  line("BUILD_SECRET", "a token in a command", `RUN git config x ghp_${"a1".repeat(18)}`),
  line("DEV_COMMAND", "--reload", 'CMD ["uvicorn", "app:app", "--reload"]'),
  line("DEV_COMMAND", "a watcher", "CMD nodemon app.js"),
  line("DEV_COMMAND", "a variable", "ENV NODE_ENV=development"),
  web("IMAGE_USER", "none", "Dockerfile:2", { dockerfile: HEAD }),
  web("IMAGE_USER", "root at the end", "Dockerfile:4", { dockerfile: `${HEAD}${TAIL}USER root\n` }),
  line("ADD_URL", "one", "ADD https://files.shop.internal/model.bin /"),
  line("COPY_MISSING", "a file", "COPY app.py ./", { "app.js": "" }),
  line("COPY_MISSING", "a pattern", "COPY src/*.py ./", { "src/deep/a.py": "", "src/a.js": "" }),
  line("COPY_MISSING", "a name with brackets", "COPY pages/[ ./", { "pages/[id].tsx": "" }),
  line("COPY_MISSING", "one that .dockerignore leaves out", "COPY app.py ./", {
    "app.py": { text: "", isIgnored: true },
  }),
  ...["git+https://github.com/acme/x@main", "--index-url https://pypi.org/simple", "https://acme.example/x-1.whl"].map(
    (text): Planted =>
      web("REQUIREMENT_SOURCE", text, "requirements.txt:2", {
        dockerfile: HEAD + TAIL,
        files: { "requirements.txt": `flask==3.0.3\n${text}\n` },
      }),
  ),
  web("REQUIREMENT_PIN", "a range", "requirements.txt:3", {
    dockerfile: HEAD + TAIL,
    files: { "requirements.txt": "# web\nflask==3.0.3\nrequests>=2\nuvicorn[standard]\n" },
  }),
  start("START_SCRIPT", "no right to run it", "start.sh", "#!/bin/sh\nexec serve\n", false),
  start("START_SCRIPT", "lines of Windows", "start.sh:1", "#!/bin/sh\r\nexec serve\r\n"),
  start("BUILD_SECRET", "a token in a script", "start.sh:2", `#!/bin/sh\nTOKEN=ghp_${"a1".repeat(18)}\n`),
  script("a package", "pip install flask"),
  script("a download", "curl -O https://acme.example/model.bin"),
  web("ENV_FILE", "one that is sent", ".env", {
    dockerfile: HEAD + TAIL,
    files: { ".env": "A=b\n", ".env.example": "A=\n" },
  }),
];
