import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";

/** Reports: a row each, and its page at `reports/<id>.html` in the volume. Another's is as one that does not exist. */
export interface Reports {
  /** Returns its id. */
  keep(owner: string, conversationId: number, page: string): Promise<string>;
  find(owner: string, id: string): Promise<string | undefined>;
}

export function reportsIn(database: Database, uploads: string): Reports {
  const folder = join(uploads, "reports");
  const pathOf = (id: string) => join(folder, `${id}.html`);
  return {
    keep: async (owner, conversationId, page) => {
      const id = crypto.randomUUID();
      // The page within the transaction: no row without a page.
      await database.transaction(async (query) => {
        const insert = "insert into reports (id, conversation_id, owner) values ($1, $2, $3)";
        await query(insert, [id, conversationId, owner]);
        await writeWhole(folder, pathOf(id), page);
      });
      return id;
    },
    find: async (owner, id) => {
      const rows = await database.query("select 1 from reports where id = $1 and owner = $2", [id, owner]);
      if (rows.length === 0) return undefined;
      return readFile(pathOf(id), "utf8").catch((cause: unknown) => {
        throw new HttpError(404, "file_missing", `the page of report ${id} is not there any more`, { cause });
      });
    },
  };
}

// Under another name first: what carries the name is complete.
async function writeWhole(folder: string, path: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}
