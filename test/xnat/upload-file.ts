import { type Exchange, Refusal, send } from "./exchange.ts";
import { boundaryOf, readFileParts } from "./multipart.ts";
import type { Resource } from "./site.ts";
import {
  DiskFull,
  type NewFile,
  RefusedName,
  type StoreOptions,
  storeFiles,
} from "./stored-files.ts";
import { readTarStream } from "./tar-in.ts";
import { readZipStream, type ZipEntry, ZipRefused } from "./zip-in.ts";

/** Types of body that are a file without `inbody=true`; xnatpy sends the first. */
const fileTypes =
  /^application\/(octet-stream|zip|x-zip|x-zip-compressed|x-tar|gzip|x-gzip|dicom|pdf)\b|^image\//i;

const packed = /\.(zip|tar|tgz|tar\.gz)$/i;

/** Reads what is left of the request, so that the answer is not lost in a reset. */
export async function drainRequest({ request }: Exchange): Promise<void> {
  for await (const _ of request);
}

/** The body as a file. @throws Refusal 400 or 500 as XNAT does for bodies that it cannot take (U3, U4, U5) */
export async function* bodyFiles(
  exchange: Exchange,
  path: string,
): AsyncGenerator<{ readonly path: string; readonly source: AsyncIterable<Uint8Array> }> {
  const { request } = exchange;
  const type = request.headers["content-type"] ?? "";
  const size = Number(request.headers["content-length"] ?? -1);
  const boundary = boundaryOf(type);
  const inBody = exchange.query("inbody") === "true";
  if (boundary !== undefined && !inBody) {
    for await (const part of readFileParts(request, boundary)) {
      // The name in the path wins; a path that ends in a slash is a folder for the part's own name.
      const named = path === "" || path.endsWith("/") ? `${path}${part.fileName}` : path;
      yield { path: named, source: part.bytes };
    }
    return;
  }
  if (boundary !== undefined || (!inBody && !fileTypes.test(type))) {
    await drainRequest(exchange);
    if (boundary !== undefined) exchange.touch("U5");
    throw new Refusal(
      400,
      size === 0
        ? noData(exchange)
        : `You tried to ${exchange.method} a payload of ${size} B to this service, but didn't provide any data. Please check the format of your request.`,
    );
  }
  if (size === 0) {
    exchange.touch("U4");
    throw new Refusal(400, noData(exchange));
  }
  if (size < 0 && !/^application\/zip\b/i.test(type)) {
    exchange.touch("U3");
    await drainRequest(exchange);
    throw new Refusal(500, notInBody);
  }
  yield { path, source: request };
}

const noData = ({ method }: Exchange): string =>
  `You tried to ${method} to this service, but didn't provide any data (found request entity size of 0). Please check the format of your request.`;

/** What XNAT says to a chunked body. */
export const notInBody =
  "In-body File posts must include the file directly as the body of the message. In this case, the request entity size is -1 but the media type is not application/zip (i.e. streaming compressed upload).";

function unpack({
  path,
  source,
}: {
  readonly path: string;
  readonly source: AsyncIterable<Uint8Array>;
}): AsyncIterable<ZipEntry> {
  if (/\.zip$/i.test(path)) return readZipStream(source);
  return readTarStream(source, { gzipped: !/\.tar$/i.test(path) });
}

/** Files of the body, those of an archive unpacked when the request says so (U9, U10). */
async function* filesToStore(
  exchange: Exchange,
  path: string,
  meta: Pick<NewFile, "format" | "content" | "tags">,
): AsyncGenerator<NewFile> {
  for await (const file of bodyFiles(exchange, path)) {
    if (exchange.query("extract") !== "true" || !packed.test(file.path)) {
      yield { ...meta, ...file };
      continue;
    }
    const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
    const stops = exchange.fault("extractStops")?.after ?? Number.POSITIVE_INFINITY;
    let count = 0;
    for await (const { name, bytes } of unpack(file)) {
      if (count++ >= stops) {
        exchange.touch("U10");
        throw new ZipRefused("unexpected EOF");
      }
      yield { ...meta, path: `${folder}${name}`, source: bytes };
    }
  }
}

/** Stores what a request brings, and answers: nothing, or the names that were there (U1). */
export async function uploadFiles(
  exchange: Exchange,
  resource: Resource,
  path: string,
): Promise<void> {
  const meta = {
    format: exchange.query("format") ?? "",
    content: exchange.query("content") ?? "",
    tags: exchange.query("tags") ?? "",
  };
  const options: StoreOptions = {
    user: exchange.user?.login ?? "admin",
    overwrite: exchange.query("overwrite") === "true",
    keepStats: exchange.query("update-stats") === "false",
    diskFullAfter: exchange.fault("diskFull")?.afterBytes,
    drop: exchange.fault("dropStored") !== undefined,
  };
  const duplicates = await storeFiles(
    exchange.site,
    resource,
    filesToStore(exchange, path, meta),
    options,
  ).catch(async (error: unknown) => {
    if (exchange.request.destroyed) throw error;
    if (error instanceof DiskFull) exchange.touch("U14");
    if (error instanceof RefusedName) exchange.touch("U11");
    const known = [DiskFull, RefusedName, ZipRefused].some((kind) => error instanceof kind);
    if (error instanceof ZipRefused) exchange.touch("U9");
    await drainRequest(exchange).catch(() => undefined);
    throw known ? new Refusal(500, (error as Error).message) : error;
  });
  if (duplicates.length === 0) {
    send(exchange, 200, "text/plain", "");
    return;
  }
  exchange.touch("U1");
  send(exchange, 200, "text/html", JSON.stringify({ duplicates }));
}
