import { hostOf } from "../../model/image.ts";
import { type Check, containers } from "../check.ts";

/** In an air gap an image from anywhere else is one that never arrives. */
export const publicRegistry: Check = {
  code: "PUBLIC_REGISTRY",
  title: "airgap runs nothing but images of its own registry",
  run: (subject) => {
    if (subject.model.profile !== "airgap") return [];
    const own = subject.model.registryHost;
    return containers(subject)
      .filter(({ container }) => own === null || !(container.image === own || container.image.startsWith(`${own}/`)))
      .map(({ object, container }) => ({
        object,
        message: `${container.image} comes from ${hostOf(container.image)}, which the enclave cannot reach`,
        fix:
          own === null
            ? `name the enclave's registry in environments.${subject.model.environment}.registry`
            : `let registries mirror it: "mirror": true puts it under ${own}/`,
      }));
  },
};
