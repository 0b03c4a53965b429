import { type BrokenService, type Place, deployment, SLEEP } from "./service.ts";

export function refused(place: Place): BrokenService[] {
  const reported = /FailedCreate/;
  const one = { "example.com/widget": "1" };
  return [
    {
      name: "quota",
      objects: [deployment(place, "quota", SLEEP, { resources: { requests: one, limits: one } })],
      code: "QUOTA_EXCEEDED",
      words: /quota widgets allows requests\.example\.com\/widget=0/,
      fix: /resourceQuota/,
      reported,
    },
    {
      name: "security",
      objects: [deployment({ ...place, namespace: place.restricted }, "security", SLEEP)],
      code: "POD_SECURITY_REFUSED",
      words: /Pod Security restricted forbids allowPrivilegeEscalation != false/,
      fix: /securityContext/,
      reported,
    },
    {
      name: "webhook",
      objects: [deployment(place, "webhook", SLEEP)],
      code: "WEBHOOK_UNREACHABLE",
      words: /the webhook webhook\.slipway\.test does not answer: .*service "absent" not found/,
      fix: /validatingwebhookconfigurations/,
      reported,
    },
    {
      name: "policy",
      objects: [deployment(place, "policy", SLEEP)],
      code: "ADMISSION_REFUSED",
      words: new RegExp(`the policy ${place.id} refuses them: no pod of this name`),
      fix: /what it demands/,
      reported,
    },
  ];
}
