// As much of protobuf as BuildKit's messages need. https://protobuf.dev/programming-guides/encoding/

export interface Field {
  readonly number: number;
  /** Zero for what is no number. */
  readonly value: number;
  /** Empty for numbers. */
  readonly bytes: Buffer;
}

/** The fields of a message, in their order. */
export function fields(message: Buffer): readonly Field[] {
  const found: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    const value = wireType === 0 ? varint() : 0;
    const length = wireType === 2 ? varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : 0;
    found.push({ number: tag >>> 3, value, bytes: message.subarray(at, at + length) });
    at += length;
  }
  return found;

  function varint(): number {
    let value = 0;
    for (let shift = 0; at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  }
}

export function textOf(message: readonly Field[], number: number): string {
  return message.find((field) => field.number === number)?.bytes.toString("utf8") ?? "";
}

export function numberOf(message: readonly Field[], number: number): number {
  return message.find((field) => field.number === number)?.value ?? 0;
}

/** A number as a field of its own; zero is what a reader takes a missing one for. */
export function numberField(number: number, value: number | bigint): Buffer {
  return value === 0 || value === 0n ? EMPTY : Buffer.from([...varintOf(number * 8), ...varintOf(value)]);
}

export function bytesField(number: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varintOf(number * 8 + 2), ...varintOf(bytes.length)]), bytes]);
}

const EMPTY = Buffer.alloc(0);

function varintOf(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}
