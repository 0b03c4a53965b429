import { type BrokenService, type Place, deployment, claim, SLEEP, mounted, claimed } from "./service.ts";

export function volumes(place: Place): BrokenService[] {
  const { id } = place;
  return [
    {
      name: "claim-absent",
      objects: [deployment(place, "claim-absent", SLEEP, ...claimed("absent"))],
      code: "CLAIM_MISSING",
      words: /persistentvolumeclaim "absent" not found$/,
      fix: /declare the volume/,
      reported: /persistentvolumeclaim \\"absent\\" not found/,
    },
    {
      name: "claim-class",
      objects: [
        claim(place, "claim-class", { storageClassName: `${id}-absent` }),
        deployment(place, "claim-class", SLEEP, ...claimed("claim-class")),
      ],
      code: "CLAIM_CLASS",
      words: /^the claim claim-class wants the StorageClass \S+-absent, which does not exist$/,
      fix: /environments\.local\.storageClasses/,
      reported: /ProvisioningFailed/,
    },
    {
      name: "claim-provisioner",
      objects: [
        claim(place, "claim-provisioner", { storageClassName: `${id}-nobody` }),
        deployment(place, "claim-provisioner", SLEEP, ...claimed("claim-provisioner")),
      ],
      code: "CLAIM_PROVISIONER",
      words: /the provisioner example\.com\/nobody does not answer$/,
      fix: /environments\.local\.storageClasses/,
      reported: /ExternalProvisioning/,
      patienceMs: 10_000,
    },
    {
      name: "claim-mode",
      objects: [
        claim(place, "claim-mode", { storageClassName: "standard", accessModes: ["ReadWriteMany"] }),
        deployment(place, "claim-mode", SLEEP, ...claimed("claim-mode")),
      ],
      code: "CLAIM_ACCESS_MODE",
      words: /^the claim claim-mode gets no volume, since its StorageClass does not know its access mode/,
      fix: /accessModes/,
      reported: /ProvisioningFailed/,
    },
    {
      name: "volume",
      objects: [
        deployment(place, "volume", SLEEP, ...mounted({ hostPath: { path: "/absent-folder", type: "Directory" } })),
      ],
      code: "POD_VOLUME",
      words: /^the volume v cannot be mounted: hostPath type check failed/,
      fix: /volumes/,
      reported: /FailedMount/,
    },
  ];
}
