import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type ByteReader, openByteReader } from "./byte-reader.ts";
import { type ZipEntry, ZipRefused } from "./zip-in.ts";

// Tar archives as XNAT unpacks them, plain or gzipped: POSIX.1-2001 (pax) and the long names of GNU tar.

const block = 512;

interface Header {
  readonly name: string;
  readonly size: number;
  /** "0" file, "5" folder, "x" and "g" pax records, "L" a long name, others links and devices. */
  readonly kind: string;
}

/** Files of a tar, folders and links left out; each is to be read before the next. @throws ZipRefused */
export async function* readTarStream(
  source: AsyncIterable<Uint8Array>,
  { gzipped = false } = {},
): AsyncGenerator<ZipEntry> {
  const reader = openByteReader(gzipped ? gunzip(source) : source);
  /** What pax records and long names say of the next file. */
  let said: Partial<Header> = {};
  for (;;) {
    const header = await readHeader(reader);
    if (header === undefined) break;
    // Records are as long as their own header says.
    const bytes = readBody(
      reader,
      /[xgL]/.test(header.kind) ? header.size : (said.size ?? header.size),
    );
    if (header.kind === "x") said = { ...said, ...paxRecords(await contentOf(bytes)) };
    else if (header.kind === "L") {
      said = { ...said, name: (await contentOf(bytes)).toString().replace(/\0.*$/s, "") };
    } else if (header.kind !== "g") {
      const name = (said.name ?? header.name).replace(/^\.?\//, "");
      said = {};
      if (header.kind === "0") yield { name, bytes };
    }
    // What nobody read lies before the next header.
    for await (const _ of bytes);
  }
  for (let rest = await reader.take(); rest !== undefined; rest = await reader.take());
}

/** The source is not closed when the data are bad: its owner still has to answer. */
async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const packed = Readable.from({
    [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }),
  });
  try {
    yield* pipeline(packed, createGunzip(), () => undefined);
  } catch (error) {
    throw new ZipRefused(error instanceof Error ? error.message : String(error));
  }
}

/** @returns undefined at the block of zeros that ends an archive, or at the end of the data */
async function readHeader(reader: ByteReader): Promise<Header | undefined> {
  const bytes = await reader.exactly(block);
  if (bytes.length === 0 || bytes.every((byte) => byte === 0)) return undefined;
  if (bytes.length < block) throw new ZipRefused("Truncated TAR archive");
  const unsummed = Buffer.concat([
    bytes.subarray(0, 148),
    Buffer.alloc(8, " "),
    bytes.subarray(156),
  ]);
  const sum = unsummed.reduce((total, byte) => total + byte, 0);
  if (sum !== octal(bytes.subarray(148, 156)))
    throw new ZipRefused("Error detected parsing the header");
  const prefix =
    bytes.toString("latin1", 257, 263) === "ustar\0" ? textOf(bytes.subarray(345, 500)) : "";
  const kind = bytes.toString("latin1", 156, 157);
  const name = textOf(bytes.subarray(0, 100));
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: octal(bytes.subarray(124, 136)),
    kind: kind === "\0" || kind === "7" ? "0" : kind,
  };
}

const textOf = (field: Buffer): string => field.toString().replace(/\0.*$/s, "");
const octal = (field: Buffer): number => Number.parseInt(textOf(field).trim() || "0", 8);

/** Records "length key=value\n". */
function paxRecords(bytes: Buffer): Partial<Header> {
  const found: { name?: string; size?: number } = {};
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 12), 10);
    if (!(length > 0)) break;
    const [, key, value = ""] =
      /^\d+ ([^=]*)=(.*)\n$/s.exec(bytes.toString("utf8", at, at + length)) ?? [];
    if (key === "path") found.name = value;
    if (key === "size") found.size = Number(value);
    at += length;
  }
  return found;
}

async function contentOf(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* readBody(reader: ByteReader, size: number): AsyncGenerator<Buffer> {
  for (let missing = size; missing > 0; ) {
    const chunk = await reader.take();
    if (chunk === undefined) throw new ZipRefused("Truncated TAR archive");
    reader.putBack(chunk.subarray(missing));
    yield chunk.subarray(0, missing);
    missing -= Math.min(missing, chunk.length);
  }
  await reader.exactly((block - (size % block)) % block);
}
