const LEFTOVERS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["--reload", /(^|\s)--reload\b/],
  ["nodemon", /\bnodemon\b/],
  ["a watcher", /\b(?:tsx|node)\s+(?:--?\S+\s+)*(?:watch\b|--watch\b)|\bts-node-dev\b|\bwatchmedo\b|\bair\s+-c\b/],
  [
    "a development server",
    /\b(?:npm|pnpm|yarn)\s+(?:run\s+)?dev\b|\bvite\s+(?:dev|serve)\b|\bnext\s+dev\b|\bflask\s+run\b.*--debug\b|\bmanage\.py\s+runserver\b/,
  ],
  ["--debug", /(^|\s)--debug\b/],
  ["a debugger", /\bdebugpy\b|(^|\s)--inspect(?:-brk)?\b|\bdlv\s+(?:debug|exec)\b/],
  ["sleep infinity", /\bsleep\s+(?:infinity|inf|\d{6,})\b/],
  ["tail -f /dev/null", /\btail\s+-[fF]\s+\/dev\/null\b/],
];

/** What of a command belongs to a developer's desk. */
export function leftoversIn(command: string): string[] {
  return LEFTOVERS.filter(([, pattern]) => pattern.test(command)).map(([what]) => what);
}

/** `NODE_ENV=development`, `DEBUG=1`. */
export function isLeftover(name: string, value: string): boolean {
  if (/^(FLASK_ENV|NODE_ENV|APP_ENV|RAILS_ENV|ENVIRONMENT|ASPNETCORE_ENVIRONMENT)$/.test(name))
    return /^(dev|development)$/i.test(value);
  return /^(FLASK_DEBUG|DJANGO_DEBUG|DEBUG)$/.test(name) && /^(1|true|\*)$/i.test(value);
}
