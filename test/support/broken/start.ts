import type { KubeObject } from "../../../tools/render/object.ts";
import { type BrokenService, type Place, deployment, SLEEP, mounted, reference } from "./service.ts";

/** The first bytes of a program for arm64, and no more. */
const FOREIGN = Buffer.from("7f454c460201010000000000000000000200b70001000000", "hex").toString("base64");

export function starts(place: Place): BrokenService[] {
  const { namespace } = place;
  const half = (kind: "Secret" | "ConfigMap"): KubeObject =>
    ({
      apiVersion: "v1",
      kind,
      metadata: { name: `half-${kind.toLowerCase()}`, namespace },
      [kind === "Secret" ? "stringData" : "data"]: { user: "core" },
    }) as KubeObject;
  const foreign = { configMap: { name: "foreign", defaultMode: 0o755 } };
  return [
    {
      name: "command",
      objects: [deployment(place, "command", "", { command: ["serve"] })],
      code: "POD_START",
      words: /^container main cannot start: "serve" is not a program in its image$/,
      fix: /correct command/,
      reported: /executable file not found/,
    },
    {
      name: "platform",
      objects: [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "foreign", namespace },
          binaryData: { program: FOREIGN },
        } as KubeObject,
        deployment(place, "platform", "", { ...mounted(foreign)[0], command: ["/v/program"] }, mounted(foreign)[1]),
      ],
      code: "POD_PLATFORM",
      words: /^container main: \/v\/program is for another processor than this node's \(\w+\)/,
      fix: /for this platform/,
      reported: /exec format error/,
    },
    {
      name: "root",
      objects: [deployment(place, "root", SLEEP, { securityContext: { runAsNonRoot: true } })],
      code: "POD_ROOT",
      words: /^container main: its image runs as root/,
      fix: /numeric USER/,
      reported: /runAsNonRoot/,
    },
    {
      name: "secret-variable",
      objects: [deployment(place, "secret-variable", SLEEP, reference({ secretKeyRef: { name: "absent", key: "k" } }))],
      code: "SECRET_MISSING",
      words: /^container main: the Secret absent does not exist$/,
      fix: /npm run secrets -- local/,
      reported: /secret \\?"absent\\?" not found/,
    },
    {
      name: "secret-key",
      objects: [
        half("Secret"),
        deployment(place, "secret-key", SLEEP, reference({ secretKeyRef: { name: "half-secret", key: "password" } })),
      ],
      code: "SECRET_KEY_MISSING",
      words: /^container main: the Secret half-secret has no key password$/,
      fix: /npm run secrets -- local/,
      reported: /couldn't find key password/,
    },
    {
      name: "config-variable",
      objects: [
        deployment(place, "config-variable", SLEEP, reference({ configMapKeyRef: { name: "absent", key: "k" } })),
      ],
      code: "CONFIG_MISSING",
      words: /^container main: the ConfigMap absent does not exist$/,
      fix: /declare it/,
      reported: /configmap \\?"absent\\?" not found/,
    },
    {
      name: "config-file-key",
      objects: [
        half("ConfigMap"),
        deployment(
          place,
          "config-file-key",
          SLEEP,
          ...mounted({ configMap: { name: "half-configmap", items: [{ key: "app.conf", path: "app.conf" }] } }),
        ),
      ],
      code: "CONFIG_KEY_MISSING",
      words: /^the ConfigMap half-configmap has no key app\.conf$/,
      fix: /config\.values/,
      reported: /references non-existent config key/,
    },
    {
      name: "secret-file",
      objects: [deployment(place, "secret-file", SLEEP, ...mounted({ secret: { secretName: "absent" } }))],
      code: "SECRET_MISSING",
      words: /^the Secret absent does not exist$/,
      fix: /npm run secrets -- local/,
      reported: /secret \\?"absent\\?" not found/,
    },
  ];
}
