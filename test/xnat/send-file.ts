import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import type { CatalogEntry } from "./catalog.ts";
import { nameOf } from "./catalog.ts";
import { sizeOf } from "./catalog-store.ts";
import { type Exchange, Refusal } from "./exchange.ts";
import { sessionOf } from "./find.ts";
import type { Selected } from "./selected.ts";
import type { Owner, Site } from "./site.ts";
import { writeZip, type ZippedFile } from "./zip-out.ts";

/** Sends pieces as fast as the client takes them. @returns false when it has gone */
export async function sendPieces(
  { response }: Exchange,
  pieces: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  for await (const piece of pieces) {
    if (response.destroyed) return false;
    if (!response.write(piece)) {
      const gone = new AbortController();
      const stop = () => gone.abort();
      response.once("close", stop);
      await once(response, "drain", { signal: gone.signal }).catch(() => undefined);
      response.off("close", stop);
    }
  }
  response.end();
  return true;
}

/** A file with its length, no ranges (D7), no type that a browser would show (D9). @throws Refusal 404 */
export async function sendStoredFile(
  exchange: Exchange,
  folder: string,
  path: string,
): Promise<void> {
  const size = await sizeOf(join(folder, path));
  if (size === undefined) throw new Refusal(404, "Unable to find file.");
  if (exchange.request.headers.range !== undefined) exchange.touch("D7");
  exchange.response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": size,
    "Cache-Control": "must-revalidate",
    ...(/\.(html?|svg)$/i.test(path)
      ? { "Content-Disposition": `attachment; filename="${nameOf(path)}"` }
      : {}),
  });
  await sendPieces(exchange, createReadStream(join(folder, path)));
}

export interface SelectedFile extends Selected {
  readonly entry: CatalogEntry;
}

/** A zip of files, chunked, without length (D1). @throws Refusal 404 when there is nothing in it (D3) */
export async function sendZip(exchange: Exchange, files: readonly SelectedFile[]): Promise<void> {
  const layout = exchange.query("structure") ?? "default";
  const zipped: ZippedFile[] = [];
  for (const { owner, resource, entry } of files) {
    const path = join(resource.folder, entry.path);
    // At once: ten thousand promises would take longer than the files.
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) continue;
    const name = nameInZip(exchange.site, { owner, resource }, entry.path, layout);
    zipped.push({ name, path, size });
  }
  const [first] = files;
  if (zipped.length === 0 || first === undefined) {
    exchange.touch("D3");
    throw new Refusal(404, "Unable to find any files to zip.");
  }
  exchange.response.writeHead(200, {
    "Content-Type": "application/zip",
    "Content-Disposition": `attachment; filename="${rootOf(exchange.site, first.owner)}.zip"`,
  });
  const zip = writeZip(zipped, { compress: exchange.query("compression") !== "0" });
  await sendPieces(exchange, spoil(exchange, zip));
}

/** Faults truncateZip and corruptZip. */
async function* spoil(exchange: Exchange, zip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const missing = exchange.fault("truncateZip")?.bytes;
  const corrupt = exchange.fault("corruptZip") !== undefined;
  if (missing === undefined && !corrupt) {
    yield* zip;
    return;
  }
  exchange.touch("D1");
  const pieces: Buffer[] = [];
  for await (const piece of zip) pieces.push(piece);
  const whole = Buffer.concat(pieces);
  if (corrupt) {
    // Inside the data of the first file, behind its name.
    const at = 30 + whole.readUInt16LE(26) + whole.readUInt16LE(28);
    whole[at] = (whole[at] ?? 0) ^ 0xff;
  }
  yield whole.subarray(0, Math.max(0, whole.length - (missing ?? 0)));
}

function rootOf(site: Site, owner: Owner): string {
  if (owner.kind === "project") return owner.id;
  if (owner.kind === "subject" || owner.kind === "session") return owner.label;
  return sessionOf(site, owner).label;
}

/** Rule D2: four layouts; the type of a scan loses all but letters, digits and underscores. */
function nameInZip(
  site: Site,
  { owner, resource }: Selected,
  path: string,
  layout: string,
): string {
  const { label } = resource;
  if (layout === "legacy") return join(resource.folder, path);
  const root = rootOf(site, owner);
  const type = owner.kind === "scan" ? owner.type.replace(/\W/g, "_") : "";
  const part = (separator: string) =>
    owner.kind === "scan"
      ? `scans/${owner.id}${separator}${type}/`
      : owner.kind === "assessor"
        ? `assessors/${owner.label}/`
        : "";
  if (layout === "improved") return `${part("_")}${label}/${path}`;
  if (layout === "simplified") return `${root}/${part("-")}${label}/${path}`;
  return `${root}/${part("-")}resources/${label}/files/${path}`;
}
