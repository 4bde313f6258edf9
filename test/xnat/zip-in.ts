import { crc32, createInflateRaw } from "node:zlib";
import { type ByteReader, openByteReader } from "./byte-reader.ts";

// XNAT reads zips with java.util.zip.ZipInputStream: from the front, without the table at the end. What that
// refuses is refused here, in its words (rule U9).

/** As java.util.zip.ZipException. */
export class ZipRefused extends Error {}

export interface ZipEntry {
  readonly name: string;
  /** To be read to its end before the next entry. */
  readonly bytes: AsyncIterable<Buffer>;
}

interface LocalHeader {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
}

const localSignature = 0x04034b50;
const descriptorSignature = 0x08074b50;
const stored = 0;
const deflated = 8;

/** Entries of a zip, folders left out. What does not begin like a zip has none (rule I2). */
export async function* readZipStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<ZipEntry> {
  const reader = openByteReader(source);
  for (;;) {
    const header = await readLocalHeader(reader);
    if (header === undefined) break;
    const bytes = readBytes(reader, header);
    if (!header.name.endsWith("/")) yield { name: header.name, bytes };
    // What the caller left unread lies before the next entry.
    for await (const _ of bytes);
  }
  // The table at the end is not looked at.
  for (let chunk = await reader.take(); chunk !== undefined; chunk = await reader.take());
}

async function readLocalHeader(reader: ByteReader): Promise<LocalHeader | undefined> {
  const fixed = await reader.exactly(30);
  if (fixed.length < 30 || fixed.readUInt32LE(0) !== localSignature) return undefined;
  const flags = fixed.readUInt16LE(6);
  const method = fixed.readUInt16LE(8);
  const name = await reader.exactly(fixed.readUInt16LE(26));
  const extra = await reader.exactly(fixed.readUInt16LE(28));
  if ((flags & 1) !== 0) throw new ZipRefused("encrypted ZIP entry not supported");
  if ((flags & 8) !== 0 && method !== deflated) {
    throw new ZipRefused("only DEFLATED entries can have EXT descriptor");
  }
  const sizes = { size: fixed.readUInt32LE(22), compressedSize: fixed.readUInt32LE(18) };
  return {
    name: name.toString((flags & 0x800) === 0 ? "latin1" : "utf8"),
    flags,
    method,
    crc: fixed.readUInt32LE(14),
    ...largeSizes(extra, sizes),
  };
}

/** Sizes of the zip64 extra field, in place of those that are all ones. */
function largeSizes(
  extra: Buffer,
  sizes: { size: number; compressedSize: number },
): { size: number; compressedSize: number } {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    const large = (value: number) => {
      if (value !== 0xffffffff || next + 8 > extra.length) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    };
    return { size: large(sizes.size), compressedSize: large(sizes.compressedSize) };
  }
  return sizes;
}

async function* readBytes(reader: ByteReader, header: LocalHeader): AsyncGenerator<Buffer> {
  let crc = 0;
  let size = 0;
  if (header.method !== stored && header.method !== deflated) {
    throw new ZipRefused("invalid compression method");
  }
  let compressedSize = header.compressedSize;
  const pieces =
    header.method === stored
      ? copy(reader, header.size)
      : inflate(reader, (count) => {
          compressedSize = count;
        });
  for await (const piece of pieces) {
    crc = crc32(piece, crc);
    size += piece.length;
    yield piece;
  }
  const expected =
    (header.flags & 8) === 0 ? header : await readDescriptor(reader, size > 0xffffffff);
  if (header.method === deflated) {
    if (expected.size !== size) {
      throw new ZipRefused(`invalid entry size (expected ${expected.size} but got ${size} bytes)`);
    }
    if (expected.compressedSize !== compressedSize) {
      throw new ZipRefused(
        `invalid entry compressed size (expected ${expected.compressedSize} but got ${compressedSize} bytes)`,
      );
    }
  }
  if (expected.crc !== crc) {
    const hex = (value: number) => `0x${value.toString(16)}`;
    throw new ZipRefused(`invalid entry CRC (expected ${hex(expected.crc)} but got ${hex(crc)})`);
  }
}

async function* copy(reader: ByteReader, size: number): AsyncGenerator<Buffer> {
  for (let missing = size; missing > 0; ) {
    const chunk = await reader.take();
    if (chunk === undefined) throw new ZipRefused("unexpected EOF");
    reader.putBack(chunk.subarray(missing));
    yield chunk.subarray(0, missing);
    missing -= Math.min(missing, chunk.length);
  }
}

/** Inflates up to the end that the data themselves say, and puts back what follows. */
async function* inflate(
  reader: ByteReader,
  consumed: (count: number) => void,
): AsyncGenerator<Buffer> {
  const engine = createInflateRaw();
  const out: Buffer[] = [];
  let over = false;
  let failed: Error | undefined;
  engine.on("data", (piece: Buffer) => out.push(piece));
  let wake: () => void = () => undefined;
  engine.on("end", () => {
    over = true;
    wake();
  });
  engine.on("error", (error) => {
    failed = error;
    wake();
  });
  let fed = 0;
  while (!over) {
    const chunk = await reader.take();
    await new Promise<void>((done) => {
      wake = done;
      // At the end of the data there is more to wait for than the last write: the end, or an error.
      if (chunk === undefined) engine.end();
      else engine.write(chunk, () => done());
    });
    if (failed !== undefined) {
      throw new ZipRefused(
        chunk === undefined ? "Unexpected end of ZLIB input stream" : failed.message,
      );
    }
    fed += chunk?.length ?? 0;
    yield* out.splice(0);
    if (over && chunk !== undefined) {
      const left = fed - engine.bytesWritten;
      reader.putBack(chunk.subarray(chunk.length - left));
    }
  }
  consumed(engine.bytesWritten);
  engine.destroy();
}

async function readDescriptor(
  reader: ByteReader,
  large: boolean,
): Promise<Pick<LocalHeader, "crc" | "size" | "compressedSize">> {
  const wide = large ? 20 : 12;
  let bytes = await reader.exactly(wide);
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === descriptorSignature) {
    bytes = Buffer.concat([bytes.subarray(4), await reader.exactly(4)]);
  }
  if (bytes.length < wide) throw new ZipRefused("Unexpected end of ZLIB input stream");
  return large
    ? {
        crc: bytes.readUInt32LE(0),
        compressedSize: Number(bytes.readBigUInt64LE(4)),
        size: Number(bytes.readBigUInt64LE(12)),
      }
    : {
        crc: bytes.readUInt32LE(0),
        compressedSize: bytes.readUInt32LE(4),
        size: bytes.readUInt32LE(8),
      };
}
