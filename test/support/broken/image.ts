import type { KubeObject } from "../../../tools/render/object.ts";
import { type BrokenService, type Place, deployment, SLEEP } from "./service.ts";

export function images(place: Place): BrokenService[] {
  const pulled = (name: string, image: string, policy = "IfNotPresent"): KubeObject[] => [
    deployment(place, name, SLEEP, { image, imagePullPolicy: policy }),
  ];
  return [
    {
      name: "image-never",
      objects: pulled("image-never", "acme/nothing:1", "Never"),
      code: "POD_IMAGE_MISSING",
      words: /^container main: the node has no image acme\/nothing:1, and must not pull it$/,
      fix: /kind load docker-image acme\/nothing:1/,
      reported: /ErrImageNeverPull/,
    },
    {
      name: "image-unreachable",
      objects: pulled("image-unreachable", "registry.invalid/acme/nothing:1"),
      code: "POD_IMAGE_UNREACHABLE",
      words: /no image registry\.invalid\/acme\/nothing:1, and its registry cannot be reached$/,
      fix: /kind load docker-image/,
      reported: /Failed to pull image|ErrImagePull|ImagePullBackOff/,
    },
    {
      name: "image-absent",
      objects: pulled("image-absent", `localhost:${place.port}/acme/nothing:1`),
      code: "POD_IMAGE_NOT_FOUND",
      words: /its registry does not have it$/,
      fix: /correct "image"/,
      reported: /Failed to pull image|ErrImagePull|ImagePullBackOff/,
    },
    {
      name: "image-denied",
      objects: pulled("image-denied", `localhost:${place.port}/denied/nothing:1`),
      code: "POD_IMAGE_DENIED",
      words: /its registry does not give it without credentials/,
      fix: /imagePullSecrets/,
      reported: /Failed to pull image|ErrImagePull|ImagePullBackOff/,
    },
  ];
}
