/** What credentials look like, whatever they are called; the forms that gitleaks and the services themselves describe. */
export const SECRET_SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:[^\s:/@$]+@/i,
  /\b(AKIA|ASIA)[A-Z2-7]{16}\b|\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\bgithub_pat_\w{60,}/,
  /\bglpat-[\w-]{20}/,
  /\bhf_[A-Za-z]{34}\b/,
  /\bsk-(ant-|proj-)?[A-Za-z0-9_-]{32,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\bAIza[\w-]{35}\b/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bpypi-AgE[\w-]{20,}/,
  /\bhvs\.[\w-]{20,}/,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
];
