import { userError } from "../lib/errors.ts";
import { suggestion } from "../lib/text.ts";

import type { Command, CommandContext, CommandFlag, CommandResult } from "./command.ts";
import { newPlatform } from "./new-platform.ts";
import { newService } from "./new-service.ts";

const THINGS: Readonly<Record<string, (context: CommandContext, name: string | undefined) => Promise<CommandResult>>> =
  {
    service: newService,
    platform: newPlatform,
  };

const FLAGS: Readonly<Record<string, CommandFlag>> = {
  kind: { type: "string", value: "KIND", description: "Deployment by default" },
  namespace: { type: "string", value: "NAME", description: "one of `namespaces`" },
  build: { type: "string", value: "DIR", description: "folder with a Dockerfile; without it the image is pulled" },
  image: { type: "string", value: "IMAGE", description: "name:tag; with --build: of what is built" },
  port: { type: "string", value: "NAME=NUMBER", multiple: true, description: "a port; may be given several times" },
  "depends-on": { type: "string", value: "NAME", multiple: true, description: "a service that it calls; the same" },
  route: { type: "string", value: "PATH", description: "a way in from outside, to the first port" },
};

export const newEntry: Command = {
  summary: "add a service to services.json, or begin a services.json",
  usage: "service|platform [NAME]",
  maxPositionals: 2,
  examples: [
    "npm run new -- service                                     # asks",
    "npm run new -- service cache --image redis:7-alpine --port redis=6379",
    "npm run new -- service api --build services/api --port http=8080 --depends-on cache --route /api",
    "npm run new -- platform shop                               # a services.json without services",
  ],
  flags: FLAGS,
  details: [
    "What no flag says is asked for at a terminal; elsewhere defaults hold, and what has none is an error.",
    "The entry is written as its neighbours are, and only when the registry is right with it; then gen runs.",
  ],
  async run(context) {
    const [thing, name] = context.positionals;
    const make = thing !== undefined && Object.hasOwn(THINGS, thing) ? THINGS[thing] : undefined;
    if (make) return make(context, name);
    const known = Object.keys(THINGS);
    const message = thing === undefined ? "say what is to be made" : `there is no "${thing}" to be made`;
    throw userError("THING_UNKNOWN", "command line", message, suggestion(thing ?? "", known));
  },
};
