/** Commands that fetch something when they run: from the internet, unless they are told of a mirror. */
const FETCHES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["apt", /\bapt(?:-get)?\s+(?:-\S+\s+)*(?:update|install|upgrade|dist-upgrade)\b/],
  ["apk", /\bapk\s+(?:-\S+\s+)*(?:add|update|upgrade)\b/],
  ["dnf", /\b(?:dnf|yum|microdnf)\s+(?:-\S+\s+)*(?:install|update|upgrade)\b/],
  [
    "pip",
    /\b(?:pip3?|uv pip|python3? -m pip)\s+(?:-\S+\s+)*(?:install|download)\b|\b(?:uv sync|poetry install|pipenv install)\b/,
  ],
  ["npm", /\b(?:npm|pnpm)\s+(?:-\S+\s+)*(?:i|ci|install)\b|\byarn(?:\s+install)?\s*(?:$|&&|;|--)|\bnpx\s/],
  ["go", /\bgo\s+(?:install|get|build|test|mod\s+download)\b/],
  ["cargo", /\bcargo\s+(?:install|build|fetch|test)\b/],
  ["maven", /\bmvnw?\s/],
  ["gradle", /\bgradlew?\s/],
  ["gem", /\b(?:gem|bundle)\s+install\b/],
  ["composer", /\bcomposer\s+(?:install|update|require)\b/],
  ["dotnet", /\bdotnet\s+(?:restore|build|publish)\b/],
  ["git", /\bgit\s+(?:-\S+\s+)*(?:clone|fetch|pull)\b/],
  ["huggingface", /\b(?:huggingface-cli|hf)\s+download\b|\bsnapshot_download\b|\bfrom_pretrained\(/],
  ["ollama", /\bollama\s+(?:pull|run)\b/],
  ["nltk", /\bnltk\.download\b|-m\s+nltk\.downloader\b/],
  ["spacy", /-m\s+spacy\s+download\b/],
  ["playwright", /\bplaywright\s+install\b/],
  ["add-apt-repository", /\badd-apt-repository\b/],
];

/** What a command line fetches by: `apt`, `pip`, … */
export function fetchesIn(command: string): string[] {
  // What is removed is not run: `rm -rf /usr/local/bin/npm /usr/local/bin/npx`.
  const run = command.replace(/\brm\s[^;&|]*/g, "");
  return FETCHES.filter(([, pattern]) => pattern.test(run)).map(([name]) => name);
}
