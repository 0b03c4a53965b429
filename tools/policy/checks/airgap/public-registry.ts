import { hostOf } from "../../../model/image.ts";
import { AIRGAP, type Check, type Subject } from "../../check.ts";
import { textsBelow } from "../../fields.ts";
import { perContainer, pods } from "../../pods.ts";

/** In an air gap an image from anywhere else is one that never arrives. */
export const publicRegistry: Check = {
  code: "PUBLIC_REGISTRY",
  severity: "error",
  title: "airgap runs nothing but images of its own registry",
  tags: ["trivy/KSV-0125", "kubescape/C-0078", "kyverno/restrict-image-registries", "zarf/image-domain", "airgap/AG01"],
  profiles: AIRGAP,
  run: (subject) => [
    ...perContainer(subject, ({ image }) => [isOwn(image, subject) ? null : problem(image, subject)]),
    ...others(subject).map(({ object, image }) => ({ object, ...problem(image, subject) })),
  ],
};

/** Custom resources have their controllers start images too: every field that is called so. */
function others(subject: Subject) {
  const known = new Set(pods(subject).map(({ object }) => object));
  return subject.placed
    .filter((object) => !known.has(object) && object.object.kind !== "CustomResourceDefinition")
    .flatMap((object) =>
      textsBelow(object.object)
        .filter(({ path, text }) => path.at(-1) === "image" && /^[\w][\w.:/@-]*$/.test(text) && !isOwn(text, subject))
        .map(({ text }) => ({ object, image: text })),
    );
}

function isOwn(image: string, { model: { registryHost } }: Subject): boolean {
  return registryHost !== null && image.startsWith(`${registryHost}/`);
}

function problem(image: string, { model }: Subject): { readonly message: string; readonly fix: string } {
  return {
    message: `${image} comes from ${hostOf(image)}, which the enclave cannot reach`,
    fix:
      model.registryHost === null
        ? `name the enclave's registry in environments.${model.environment}.registry`
        : `let registries mirror it: "mirror": true puts it under ${model.registryHost}/`,
  };
}
