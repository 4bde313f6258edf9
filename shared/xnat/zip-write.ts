import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { InputError } from "#shared/errors.ts";
import { quote, requireSafePath } from "#shared/files/safe-path.ts";
import type { Body } from "./connection.ts";
import { readSource, type Source } from "./digest.ts";

// Java's stream reader takes a stored entry only with CRC and sizes in its local header (rule U9), and XNAT wants a
// Content-Length: so the digests are made beforehand, and the length of the zip is known before its first byte.
// Layout: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14-16 (end records), 4.5.3 (zip64).

/** A file to put into a zip, with the CRC-32 of its bytes. */
export interface ZipSource extends Source {
  readonly crc32: number;
}

const most32 = 0xffff_ffff;
const most16 = 0xffff;
/** 2.0: folders; 4.5: zip64. */
const version = { plain: 20, zip64: 45 };
/** Names are UTF-8: bit 11. */
const flags = 0x0800;
/** 1 January 1980, 00:00: same files, same bytes. */
const date = { time: 0, day: 0x0021 };
/** A regular file that its owner may write and all may read. */
const unixMode = 0o100644;

/**
 * A zip of stored files as the body of a request: read while it is sent, a chunk in memory at a time, its length exact.
 *
 * Reading it ends with an error where a file's bytes are not those of its size and CRC-32.
 *
 * @throws InputError E-FILE-NAME for a name XNAT does not keep, or one that comes twice
 */
export function openStoredZip(sources: readonly ZipSource[]): Body {
  const names = new Set<string>();
  for (const { path } of sources) {
    requireSafePath(path);
    if (names.has(path)) {
      throw new InputError("E-FILE-NAME", `The file name ${quote(path)} comes twice.`, "");
    }
    names.add(path);
  }
  const offsets: number[] = [];
  let offset = 0;
  for (const source of sources) {
    offsets.push(offset);
    offset += localHeader(source).length + source.size;
  }
  const directory = { offset, size: 0, count: sources.length };
  sources.forEach((source, i) => {
    directory.size += centralHeader(source, offsets[i] ?? 0).length;
  });
  return {
    contentType: "application/zip",
    length: offset + directory.size + endRecords(directory).length,
    open: () => Readable.from(writeZip(sources, offsets, directory), { objectMode: false }),
  };
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

async function* writeZip(
  sources: readonly ZipSource[],
  offsets: readonly number[],
  directory: Directory,
): AsyncGenerator<Uint8Array> {
  for (const source of sources) {
    yield localHeader(source);
    let sum = 0;
    for await (const chunk of readSource(source)) {
      sum = crc32(chunk, sum);
      if (chunk.length > 0) yield chunk;
    }
    if (sum !== source.crc32) {
      throw new InputError(
        "E-FILE-CHANGED",
        `The bytes of ${quote(source.path)} have changed while it was sent.`,
        "Send it when it is finished.",
      );
    }
  }
  for (const [i, source] of sources.entries()) yield centralHeader(source, offsets[i] ?? 0);
  yield endRecords(directory);
}

function localHeader(source: ZipSource): Buffer {
  const large = source.size >= most32;
  const name = Buffer.from(source.path);
  const extra = large ? zip64Field([source.size, source.size]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeShared(header.subarray(4), source, name, extra);
  return Buffer.concat([header, name, extra]);
}

function centralHeader(source: ZipSource, offset: number): Buffer {
  const large = source.size >= most32;
  const far = offset >= most32;
  const name = Buffer.from(source.path);
  const values = [...(large ? [source.size, source.size] : []), ...(far ? [offset] : [])];
  const extra = values.length > 0 ? zip64Field(values) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  // 3: the attributes are those of Unix.
  header.writeUInt16LE((3 << 8) | version.zip64, 4);
  writeShared(header.subarray(6), source, name, extra);
  header.writeUInt32LE((unixMode << 16) >>> 0, 38);
  header.writeUInt32LE(far ? most32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

/** The 26 bytes that both headers have in common, from "version needed" to "length of extra field". */
function writeShared(at: Buffer, source: ZipSource, name: Buffer, extra: Buffer): void {
  const size = Math.min(source.size, most32);
  at.writeUInt16LE(extra.length > 0 ? version.zip64 : version.plain, 0);
  at.writeUInt16LE(flags, 2);
  at.writeUInt16LE(0, 4);
  at.writeUInt16LE(date.time, 6);
  at.writeUInt16LE(date.day, 8);
  at.writeUInt32LE(source.crc32, 10);
  at.writeUInt32LE(size, 14);
  at.writeUInt32LE(size, 18);
  at.writeUInt16LE(name.length, 22);
  at.writeUInt16LE(extra.length, 24);
}

function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(0x0001, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => {
    field.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  });
  return field;
}

function endRecords({ offset, size, count }: Directory): Buffer {
  const large = offset >= most32 || size >= most32 || count >= most16;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, most16), 8);
  end.writeUInt16LE(Math.min(count, most16), 10);
  end.writeUInt32LE(Math.min(size, most32), 12);
  end.writeUInt32LE(Math.min(offset, most32), 16);
  if (!large) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE((3 << 8) | version.zip64, 12);
  record.writeUInt16LE(version.zip64, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
