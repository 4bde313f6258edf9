import { createReadStream, readFileSync } from "node:fs";
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib";

// Zips as Java's ZipOutputStream writes them: deflated with the sizes behind the data, or stored with them in front.

export interface ZippedFile {
  readonly name: string;
  /** On disk. */
  readonly path: string;
  readonly size: number;
}

interface Written {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly size: bigint;
  readonly compressedSize: bigint;
  readonly offset: bigint;
}

const utf8 = 0x800;
const descriptor = 8;
const most32 = 0xffffffffn;

/** Files up to this size, bytes, are read at once: ten thousand small ones take a second instead of many. */
const small = 1 << 16;

/** The bytes of a zip, one file after the other; memory holds a chunk. */
export async function* writeZip(
  files: Iterable<ZippedFile>,
  { compress }: { readonly compress: boolean },
): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0n;
  for (const file of files) {
    const entry = compress ? deflateEntry(file, offset) : storeEntry(file, offset);
    for (let next = await entry.next(); ; next = await entry.next()) {
      if (next.done === true) {
        written.push(next.value);
        break;
      }
      offset += BigInt(next.value.length);
      yield next.value;
    }
  }
  yield Buffer.concat([...written.map(directoryLine), ...directoryEnd(written, offset)]);
}

async function* deflateEntry(
  { name, path, size: expected }: ZippedFile,
  offset: bigint,
): AsyncGenerator<Buffer, Written> {
  const started = { name: Buffer.from(name), flags: utf8 | descriptor, method: 8, offset };
  const header = localHeader({ ...started, crc: 0, size: 0n, compressedSize: 0n });
  if (expected <= small) {
    const bytes = readFileSync(path);
    const packed = deflateRawSync(bytes);
    const [size, compressedSize] = [BigInt(bytes.length), BigInt(packed.length)];
    const entry = { ...started, crc: crc32(bytes), size, compressedSize };
    yield Buffer.concat([header, packed, dataDescriptor(entry)]);
    return entry;
  }
  yield header;
  let crc = 0;
  let size = 0n;
  let compressedSize = 0n;
  const engine = createDeflateRaw();
  const source = createReadStream(path);
  source.on("data", (chunk) => {
    crc = crc32(chunk, crc);
    size += BigInt(chunk.length);
  });
  source.on("error", (error) => engine.destroy(error));
  for await (const chunk of source.pipe(engine) as AsyncIterable<Buffer>) {
    compressedSize += BigInt(chunk.length);
    yield chunk;
  }
  const entry = { ...started, crc, size, compressedSize };
  yield dataDescriptor(entry);
  return entry;
}

/** Behind the data: checksum and sizes. */
function dataDescriptor({ crc, size, compressedSize }: Written): Buffer {
  const large = size > most32 || compressedSize > most32;
  const bytes = Buffer.alloc(large ? 24 : 16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  if (large) {
    bytes.writeBigUInt64LE(compressedSize, 8);
    bytes.writeBigUInt64LE(size, 16);
  } else {
    bytes.writeUInt32LE(Number(compressedSize), 8);
    bytes.writeUInt32LE(Number(size), 12);
  }
  return bytes;
}

async function* storeEntry(
  { name, path, size }: ZippedFile,
  offset: bigint,
): AsyncGenerator<Buffer, Written> {
  const whole = size <= small ? readFileSync(path) : undefined;
  let crc = 0;
  for await (const chunk of whole === undefined ? createReadStream(path) : [whole]) {
    crc = crc32(chunk as Buffer, crc);
  }
  const entry = {
    name: Buffer.from(name),
    flags: utf8,
    method: 0,
    crc,
    size: BigInt(size),
    compressedSize: BigInt(size),
    offset,
  };
  if (whole === undefined) {
    yield localHeader(entry);
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } else yield Buffer.concat([localHeader(entry), whole]);
  return entry;
}

/** 1980-01-01 as a DOS date: what lies in the archive decides, not when it was zipped. */
const date = 0x0021;

function localHeader({ name, flags, method, crc, size, compressedSize }: Written): Buffer {
  const extra = largeField([size, compressedSize].filter(() => size > most32));
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x04034b50, 0);
  bytes.writeUInt16LE(extra.length > 0 ? 45 : 20, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt16LE(method, 8);
  bytes.writeUInt16LE(date, 12);
  bytes.writeUInt32LE(crc, 14);
  bytes.writeUInt32LE(extra.length > 0 ? 0xffffffff : Number(compressedSize), 18);
  bytes.writeUInt32LE(extra.length > 0 ? 0xffffffff : Number(size), 22);
  bytes.writeUInt16LE(name.length, 26);
  bytes.writeUInt16LE(extra.length, 28);
  return Buffer.concat([bytes, name, extra]);
}

/** The zip64 field; empty without values. */
function largeField(values: readonly bigint[]): Buffer {
  if (values.length === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(4 + 8 * values.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, n) => {
    bytes.writeBigUInt64LE(value, 4 + 8 * n);
  });
  return bytes;
}

function directoryLine(entry: Written): Buffer {
  const { name, flags, method, crc, size, compressedSize, offset } = entry;
  const extra = largeField([size, compressedSize, offset].filter((value) => value >= most32));
  const fits = (value: bigint) => (value >= most32 ? 0xffffffff : Number(value));
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(45, 4);
  bytes.writeUInt16LE(extra.length > 0 ? 45 : 20, 6);
  bytes.writeUInt16LE(flags, 8);
  bytes.writeUInt16LE(method, 10);
  bytes.writeUInt16LE(date, 14);
  bytes.writeUInt32LE(crc, 16);
  bytes.writeUInt32LE(fits(compressedSize), 20);
  bytes.writeUInt32LE(fits(size), 24);
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt16LE(extra.length, 30);
  bytes.writeUInt32LE(fits(offset), 42);
  return Buffer.concat([bytes, name, extra]);
}

function directoryEnd(written: readonly Written[], offset: bigint): readonly Buffer[] {
  const size = BigInt(written.reduce((sum, entry) => sum + directoryLine(entry).length, 0));
  const large = written.length >= 0xffff || offset >= most32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? 0xffff : written.length, 8);
  end.writeUInt16LE(large ? 0xffff : written.length, 10);
  end.writeUInt32LE(large ? 0xffffffff : Number(size), 12);
  end.writeUInt32LE(large ? 0xffffffff : Number(offset), 16);
  if (!large) return [end];
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(written.length), 24);
  record.writeBigUInt64LE(BigInt(written.length), 32);
  record.writeBigUInt64LE(size, 40);
  record.writeBigUInt64LE(offset, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(offset + size, 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator, end];
}
