/** A reporter for `node --test`: the file of each failed test, a line each, and when all have run, `end`. `.ci/again` reads it. */
export default async function* failedFiles(events) {
  const told = new Set();
  for await (const { type, data } of events) {
    if (type !== "test:fail" || told.has(data.file)) continue;
    told.add(data.file);
    yield `${data.file}\n`;
  }
  yield "end\n";
}
