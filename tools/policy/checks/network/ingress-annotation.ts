import { type Check, ofKind } from "../../check.ts";
import { annotationsOf } from "../../fields.ts";
import { NGINX_ANNOTATIONS } from "../../nginx-annotations.ts";
import { didYouMean } from "../../../lib/text.ts";

const PREFIX = "nginx.ingress.kubernetes.io/";
// Known to be asked for by a name that never existed.
const MEANT: Readonly<Record<string, string>> = {
  "rate-limit": "limit-rps",
  "rate-limit-window": "limit-rpm",
  "max-body-size": "proxy-body-size",
  cors: "enable-cors",
};

export const ingressAnnotation: Check = {
  code: "INGRESS_ANNOTATION",
  severity: "error",
  title: "annotations for ingress-nginx are some that it reads",
  tags: [],
  run: (subject) =>
    ofKind(subject, "Ingress").flatMap((object) =>
      Object.keys(annotationsOf(object.object))
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length))
        .filter((name) => !NGINX_ANNOTATIONS.includes(name))
        .map((name) => {
          const meant = MEANT[name] ?? didYouMean(name, NGINX_ANNOTATIONS);
          return {
            object,
            message: `ingress-nginx knows no annotation ${name}: it does nothing`,
            fix: meant === null ? "remove it, or correct its name" : `did you mean ${PREFIX}${meant}?`,
          };
        }),
    ),
};
