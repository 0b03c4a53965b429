import type { ContainerStatus } from "../../sources/pod.ts";
import type { Code } from "./causes.ts";
import type { ClusterEvent, Found } from "./evidence.ts";

/** Of the message of a container that waits for its image; null when it waits for something else. */
export function imageTrouble(
  { image = "", state }: ContainerStatus,
  who: string,
  events: readonly ClusterEvent[],
): Found | null {
  const { reason = "", message = "" } = state?.waiting ?? {};
  if (
    !/^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable)$/.test(
      reason,
    )
  )
    return null;
  // Before Kubernetes 1.31 a kubelet that backs off does not repeat why.
  const failed = events.findLast((event) => (event.message ?? "").startsWith("Failed to pull image"))?.message ?? "";
  const text = reason === "ImagePullBackOff" ? `${message} ${failed}` : message;
  const { code, cause, fix } = ANSWERS.find(({ pattern }) => pattern.test(`${reason}: ${text}`)) ?? OTHER;
  return {
    code,
    message: `${who}: the node has no image ${image}, and ${cause}`,
    fix: fix.replaceAll("<image>", image),
    isFinal: true,
  };
}

interface Answer {
  readonly pattern: RegExp;
  readonly code: Code;
  readonly cause: string;
  readonly fix: string;
}

const LOAD = "put it into the node: kind load docker-image <image> --name <kind cluster>";

/** The first that fits: a registry that denies a pull often adds that the image may not exist. */
const ANSWERS: readonly Answer[] = [
  {
    pattern: /^ErrImageNeverPull/,
    code: "POD_IMAGE_MISSING",
    cause: "must not pull it",
    fix: LOAD,
  },
  {
    pattern: /^InvalidImageName/,
    code: "POD_IMAGE",
    cause: "that is not the name of an image",
    fix: 'correct "image" in services.json',
  },
  {
    pattern: /no match for platform/,
    code: "POD_PLATFORM",
    cause: "its registry does not have it for this processor",
    fix: "build it for the node's platform, or choose another tag",
  },
  {
    pattern: /\b401\b|\b403\b|unauthorized|authorization (failed|required)|access denied|no basic auth|\bdenied\b/i,
    code: "POD_IMAGE_DENIED",
    cause: "its registry does not give it without credentials (or does not have it)",
    fix: 'correct "image" in services.json, or name credentials in imagePullSecrets; or ' + LOAD,
  },
  {
    pattern:
      /no such host|dial tcp|i\/o timeout|connection refused|TLS handshake|x509|server gave HTTP response|deadline exceeded|network is unreachable|EOF/,
    code: "POD_IMAGE_UNREACHABLE",
    cause: "its registry cannot be reached",
    fix: `correct "image" in services.json, or ${LOAD} (after docker pull, where this machine lacks it)`,
  },
  {
    pattern: /not found|manifest unknown|\b404\b/,
    code: "POD_IMAGE_NOT_FOUND",
    cause: "its registry does not have it",
    fix: `correct "image" in services.json, or ${LOAD}`,
  },
];

const OTHER: Omit<Answer, "pattern"> = {
  code: "POD_IMAGE",
  cause: "it cannot be pulled",
  fix: `correct "image" in services.json, or ${LOAD}`,
};
