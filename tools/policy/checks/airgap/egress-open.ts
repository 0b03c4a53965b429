import { AIRGAP, type Check, type Problem, ofKind } from "../../check.ts";
import { closedWorldOf, type ClosedWorld } from "../../closed-world.ts";
import { objectsAt, textAt } from "../../fields.ts";
import type { JsonObject } from "../../../lib/merge.ts";

export const egressOpen: Check = {
  code: "EGRESS_OPEN",
  severity: "error",
  title: "in airgap policies let nothing out but to named peers and ports",
  tags: ["airgap/AG09"],
  profiles: AIRGAP,
  run: (subject) => {
    const world = closedWorldOf(subject);
    return ofKind(subject, "NetworkPolicy").flatMap((object) =>
      objectsAt(object.object, "spec", "egress").flatMap((rule) =>
        problems(rule, world).map((problem) => ({ object, ...problem })),
      ),
    );
  },
};

function problems(rule: JsonObject, world: ClosedWorld): Problem[] {
  const peers = objectsAt(rule, "to");
  const blocks = peers.map((peer) => textAt(peer, "ipBlock", "cidr")).filter((cidr) => cidr !== "");
  return [
    ...(peers.length === 0
      ? [{ message: "a rule without peers lets everything out", fix: 'name whom it may ask in "to"' }]
      : []),
    ...blocks
      .filter((cidr) => !world.allowsNetwork(cidr))
      .map((cidr) => ({
        message: `it lets traffic out to ${cidr}, which is not the enclave`,
        fix: "name the enclave's networks; closedWorld.cidrs lists them",
      })),
    ...(objectsAt(rule, "ports").length === 0
      ? [{ message: "a rule without ports lets every port out", fix: "name the ports" }]
      : []),
  ];
}
