import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { quote, unsafe } from "./safe-path.ts";

/** What a zip may hold at most; a zip from a server is as trustworthy as the server. */
export interface ZipLimits {
  readonly entries: number;
  /** Of all files unpacked, together. */
  readonly bytes: number;
  /** Which files are unpacked, by their names; all when left out. The others are judged too, but have no say in `bytes`. */
  readonly wanted?: (name: string) => boolean;
}

/** Most bytes of an entry's comment and extra fields: the directory is held in memory. */
const longestExtra = 8_192;

/** A file in a zip. */
export interface ZipEntry {
  /** Safe to place below a folder. */
  readonly name: string;
  /** Bytes unpacked; reading more or fewer is an error. */
  readonly size: number;
  /** The file's bytes; ends with a ZipError when they are not those of the size and CRC-32. */
  open(): Promise<Readable>;
}

/** A zip that is damaged (cut short, wrong sums: fetching it again may help), or refused for what it tries. */
export class ZipError extends Error {
  readonly reason: "damaged" | "refused";

  constructor(reason: "damaged" | "refused", message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ZipError";
    this.reason = reason;
  }
}

/**
 * Calls `onEntry` for each file of a zip, one after the other, after the whole directory has been judged: names that lead out
 * of a folder, names that come twice, links, encrypted files, files that share bytes (a small zip that unpacks to a huge one)
 * and more than the limits are refused before the first byte is unpacked.
 *
 * @returns number of files that were handed over
 * @throws ZipError; whatever `onEntry` throws
 */
export async function readZip(
  path: string,
  limits: ZipLimits,
  onEntry: (entry: ZipEntry) => Promise<void>,
): Promise<number> {
  const zip = await translate(openPromise(path, { autoClose: false, strictFileNames: true }));
  // Errors come by the promises; without a listener a late one would end the process.
  zip.on("error", () => undefined);
  try {
    const files = await readDirectory(zip, limits);
    for (const file of files) {
      await onEntry({
        name: file.fileName,
        size: file.uncompressedSize,
        open: () => openEntry(zip, file),
      });
    }
    return files.length;
  } finally {
    zip.close();
  }
}

async function readDirectory(zip: ZipFile, limits: ZipLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entries) {
    throw new ZipError("refused", `it holds ${zip.entryCount} files, more than ${limits.entries}`);
  }
  const entries: Entry[] = [];
  const names = new Set<string>();
  let bytes = 0;
  await translate(
    (async () => {
      for await (const entry of zip.eachEntry()) {
        const reason = refuse(entry);
        if (reason !== undefined) {
          throw new ZipError("refused", `its file ${quote(entry.fileName)} ${reason}`);
        }
        if (names.has(entry.fileName)) {
          throw new ZipError("refused", `its file ${quote(entry.fileName)} comes twice`);
        }
        names.add(entry.fileName);
        if (limits.wanted?.(entry.fileName) !== false) bytes += entry.uncompressedSize;
        if (bytes > limits.bytes) {
          throw new ZipError("refused", `its files have more than ${limits.bytes} bytes`);
        }
        entries.push(entry);
      }
    })(),
  );
  requireApart(entries, zip.fileSize);
  return entries.filter(
    ({ fileName }) => !fileName.endsWith("/") && limits.wanted?.(fileName) !== false,
  );
}

function refuse(entry: Entry): string | undefined {
  const folder = entry.fileName.endsWith("/");
  const reason = unsafe(folder ? entry.fileName.slice(0, -1) : entry.fileName);
  if (reason !== undefined) return `has a name that is not safe: ${reason}`;
  if (entry.isEncrypted()) return "is encrypted";
  if (!entry.canDecodeFileData()) return `is packed by method ${entry.compressionMethod}`;
  if (entry.extraFieldLength + entry.fileCommentLength > longestExtra) return "has a huge header";
  const host = entry.versionMadeBy >>> 8;
  // 3 and 19: Unix and macOS keep the kind of the file in the upper 16 bits.
  const kind = host === 3 || host === 19 ? (entry.externalFileAttributes >>> 16) & 0o170000 : 0;
  if (kind === 0o120000) return "is a link";
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) return "is no regular file";
  return undefined;
}

/** Files that share bytes unpack one piece many times over. */
function requireApart(entries: readonly Entry[], size: number): void {
  const ordered = entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  );
  let free = 0;
  for (const entry of ordered) {
    const start = entry.relativeOffsetOfLocalHeader;
    // A local header has 30 bytes and the name at least.
    const end = start + 30 + entry.fileNameLength + entry.compressedSize;
    if (start < free) {
      throw new ZipError("refused", `its file ${quote(entry.fileName)} shares bytes with another`);
    }
    if (end > size) throw new ZipError("damaged", "it is cut short");
    free = end;
  }
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  const raw = await translate(zip.openReadStreamPromise(entry));
  return Readable.from(checked(raw, entry), { objectMode: false });
}

async function* checked(raw: Readable, entry: Entry): AsyncGenerator<Uint8Array> {
  let sum = 0;
  try {
    for await (const chunk of raw) {
      sum = crc32(chunk as Uint8Array, sum);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw toZipError(error);
  } finally {
    raw.destroy();
  }
  if (sum !== entry.crc32) {
    throw new ZipError("damaged", `the bytes of ${quote(entry.fileName)} do not add up to its CRC`);
  }
}

async function translate<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw toZipError(error);
  }
}

/** What yauzl says, sorted; errors of the file system stay what they are. */
function toZipError(error: unknown): unknown {
  if (error instanceof ZipError || !(error instanceof Error)) return error;
  if ("syscall" in error) return error;
  const tricks = /fileName|relative path|absolute path|encrypt|multi-disk|too many bytes|mismatch/i;
  return new ZipError(tricks.test(error.message) ? "refused" : "damaged", error.message, error);
}
