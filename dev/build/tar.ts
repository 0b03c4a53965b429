/** One member of an archive; times and owners are always zero, so that equal contents make equal archives. */
export interface TarMember {
  readonly path: string;
  readonly type: "file" | "folder" | "link";
  readonly mode: number;
  /** Target of a link. */
  readonly link?: string;
  /** Bytes of a file. */
  readonly body?: Uint8Array;
}

const BLOCK = 512;
const TYPE_FLAGS = { file: "0", folder: "5", link: "2" } as const;

/** One member in POSIX ustar format, with a pax header where a name does not fit. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
export function tarMember(member: TarMember): Buffer {
  const name = member.type === "folder" ? `${member.path}/` : member.path;
  const link = member.link ?? "";
  const body = Buffer.from(member.body ?? []);
  const long = {
    ...(Buffer.byteLength(name) > 100 && { path: name }),
    ...(Buffer.byteLength(link) > 100 && { linkpath: link }),
  };
  const plain = Buffer.concat([
    header({ name, link, mode: member.mode, size: body.length, flag: TYPE_FLAGS[member.type] }),
    padded(body),
  ]);
  return Object.keys(long).length === 0 ? plain : Buffer.concat([paxHeader(long), plain]);
}

/** What comes before the bytes of a file that nobody wants in memory; zeros fill its last block of 512 bytes. */
export function tarFileHeader(path: string, mode: number, size: number): Buffer {
  return header({ name: path, link: "", mode, size, flag: TYPE_FLAGS.file });
}

/** Two empty blocks: what an archive ends with. */
export const tarEnd = Buffer.alloc(2 * BLOCK);

function header(fields: {
  readonly name: string;
  readonly link: string;
  readonly mode: number;
  readonly size: number;
  readonly flag: string;
}): Buffer {
  const block = Buffer.alloc(BLOCK);
  writeText(block, fields.name, 0, 100);
  writeOctal(block, fields.mode, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeOctal(block, fields.size, 124, 12);
  writeOctal(block, 0, 136, 12);
  block.write(fields.flag, 156, "latin1");
  writeText(block, fields.link, 157, 100);
  block.write("ustar\u000000", 257, "latin1");
  // The sum is taken with blanks in its own place.
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function writeText(block: Buffer, text: string, offset: number, length: number): void {
  Buffer.from(text).copy(block, offset, 0, length);
}

function writeOctal(block: Buffer, value: number, offset: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, offset, "latin1");
}

function paxHeader(records: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(
    Object.entries(records)
      .map(([key, value]) => paxRecord(key, value))
      .join(""),
  );
  return Buffer.concat([header({ name: "pax", link: "", mode: 0o644, size: body.length, flag: "x" }), padded(body)]);
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const length = bytes + String(bytes + String(bytes).length).length;
  return `${length}${rest}`;
}

function padded(body: Buffer): Buffer {
  const rest = body.length % BLOCK;
  return rest === 0 ? body : Buffer.concat([body, Buffer.alloc(BLOCK - rest)]);
}
