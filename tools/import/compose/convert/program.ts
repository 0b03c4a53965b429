import { type Part, carried, guess, lost, partly } from "../entry.ts";
import { marker, markersIn, replaceMarkers } from "../interpolate.ts";
import { labelOf } from "../names.ts";
import { at, textOf } from "../node.ts";
import type { Context } from "../project.ts";
import { secondsOf } from "../units.ts";
import { verbatim, wordsOf } from "../words.ts";
import { secretArguments, variableOf } from "./environment.ts";
import { hidden } from "../secret-values.ts";
import { part, together } from "./part.ts";

/** What runs: image, command, folder. */
export function program(context: Context): Part {
  return together([
    image(context),
    ...(["entrypoint", "command"] as const).map((key) => command(context, key)),
    folder(context),
    pullPolicy(context),
    containerName(context),
    gracePeriod(context),
    platform(context),
  ]);
}

function image({ node, name, project }: Context): Part {
  const written = at(node, "image");
  const text = textOf(written);
  if (written && text !== null) return part({ image: text }, [carried(written, "image")]);
  const build = at(node, "build");
  if (!build) return part({}, [lost(node, "it has neither image nor build", 'complete "image" in services.json')]);
  const made = `${project.name}/${name}:1.0.0`;
  const told = guess(build, `the image that is built gets the name ${made}`, 'write another into "image"');
  return part({ image: made }, [{ ...carried(build, "image", told) }]);
}

// Kubernetes' `command` is Compose's `entrypoint`, and `args` is its `command`.
const FIELDS = { entrypoint: "command", command: "args" } as const;

function command(context: Context, key: "entrypoint" | "command"): Part {
  const written = at(context.node, key);
  if (!written || written.value === null) return part({}, written ? [carried(written, "the image's own")] : []);
  const words = wordsOf(written);
  if (words === null) return part({}, [lost(written, "its quotes do not close", `write ${FIELDS[key]} as a list`)]);
  if (words.length === 0)
    return part({}, [lost(written, "Kubernetes cannot empty what the image says", `write ${FIELDS[key]}`)]);
  const secrets = secretArguments(words, context);
  const result = words.map((word, i) => secrets.get(i) ?? argument(word, context));
  const hides = secrets.size > 0 || words.some((word) => markersIn(hidden(word, context.project)).length > 0);
  const told = hides
    ? partly(written, "a secret in it became a variable, which Kubernetes puts in", "let the program read the variable")
    : null;
  return part({ [FIELDS[key]]: result }, [carried(written, FIELDS[key], told)]);
}

function argument(word: string, context: Context): string {
  return replaceMarkers(verbatim(hidden(word, context.project)), (name) => `$(${variableOf(marker(name), context)})`);
}

function folder({ node }: Context): Part {
  const written = at(node, "working_dir");
  const text = textOf(written);
  if (!written || text === null) return part({}, []);
  if (text.startsWith("/")) return part({ workingDir: text }, [carried(written, "workingDir")]);
  return part({}, [lost(written, "Kubernetes wants an absolute path", "write workingDir")]);
}

const PULL: Readonly<Record<string, string>> = {
  always: "Always",
  never: "Never",
  missing: "IfNotPresent",
  if_not_present: "IfNotPresent",
};

function pullPolicy({ node }: Context): Part {
  const written = at(node, "pull_policy");
  const text = textOf(written);
  if (!written || text === null) return part({}, []);
  const policy = PULL[text];
  if (policy) return part({ imagePullPolicy: policy }, [carried(written, "imagePullPolicy")]);
  if (text === "build") return part({}, [carried(written, "build")]);
  return part({}, [lost(written, `Kubernetes has no policy "${text}"`, 'write "imagePullPolicy": "Always"')]);
}

function containerName({ node, name }: Context): Part {
  const written = at(node, "container_name");
  const text = textOf(written);
  if (!written || text === null) return part({}, []);
  const label = labelOf(text);
  const told =
    label === text
      ? null
      : partly(written, `Kubernetes allows no "${text}", so the container is ${label}`, "check who names it");
  return part(label === name ? {} : { containerName: label }, [carried(written, "containerName", told)]);
}

function gracePeriod({ node }: Context): Part {
  const written = at(node, "stop_grace_period");
  const seconds = secondsOf(textOf(written) ?? "");
  if (!written) return part({}, []);
  if (seconds === null) return part({}, [lost(written, "it is no duration", "write terminationGracePeriodSeconds")]);
  return part({ terminationGracePeriodSeconds: seconds }, [carried(written, "terminationGracePeriodSeconds")]);
}

function platform({ node }: Context): Part {
  const written = at(node, "platform");
  const [os = "", architecture] = (textOf(written) ?? "").split("/");
  if (!written || os === "") return part({}, []);
  const labels = {
    "kubernetes.io/os": os,
    ...(architecture !== undefined && { "kubernetes.io/arch": architecture }),
  };
  return part({ nodeSelector: labels }, [carried(written, "nodeSelector")]);
}
