import { type Check, DEPLOYED } from "../../check.ts";
import { perContainer } from "../../pods.ts";

const OFF: readonly RegExp[] = [
  /^NODE_TLS_REJECT_UNAUTHORIZED=0$/,
  /^PYTHONHTTPSVERIFY=0$/,
  /^GIT_SSL_NO_VERIFY=(1|true)$/i,
  /(^|_)(SSL_|TLS_|CERT_)?VERIFY(_SSL|_TLS|_CERT|_CERTS|_PEER)?=(0|false|no|off|none)$/i,
  /(^|_)(INSECURE|SKIP_VERIFY|INSECURE_SKIP_VERIFY|TLS_SKIP_VERIFY)=(1|true|yes|on)$/i,
  /^--?(insecure|insecure-skip-tls-verify|no-check-certificate|skip-tls-verify|tls-skip-verify)(=true)?$/,
  /(^|\s)--(trusted-host|no-check-certificate|insecure)\b/,
];

export const tlsVerify: Check = {
  code: "TLS_VERIFY",
  severity: "error",
  title: "certificates are verified",
  tags: ["airgap/AG24"],
  profiles: DEPLOYED,
  run: (subject) =>
    perContainer(subject, ({ name, command, args, env }) =>
      [...env.map((one) => `${one.name}=${one.value ?? ""}`), ...command, ...args]
        .filter((word) => OFF.some((pattern) => pattern.test(word)))
        .map((word) => ({
          message: `container ${name} believes every certificate: ${word.length > 60 ? `${word.slice(0, 60)}…` : word}`,
          fix: "mount the authority's certificate, and name it: SSL_CERT_FILE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS",
        })),
    ),
};
