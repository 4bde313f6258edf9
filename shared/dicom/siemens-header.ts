import { type CsaTags, parseCsaHeader } from "./csa-header.ts";
import type { FileLayout } from "./file-layout.ts";
import { readDataset } from "./read-dataset.ts";

/** What diffusion and mosaics need. */
const wanted: ReadonlySet<string> = new Set([
  "B_value",
  "B_matrix",
  "DiffusionDirectionality",
  "DiffusionGradientDirection",
  "NumberOfImagesInMosaic",
  "SliceNormalVector",
]);

/** Longest CSA image header that is looked at, bytes; they have 12 to 150 kB. */
const longest = 4 * 2 ** 20;

/**
 * The CSA image header of a file, (0029,xx10) of the block that "SIEMENS CSA HEADER" owns; undefined when there is
 * none.
 */
export function readCsaHeader(layout: FileLayout): CsaTags | undefined {
  const isOwner = (tag: number) => tag >= 0x00290010 && tag <= 0x002900ff;
  if (!layout.elements.some(({ tag }) => isOwner(tag))) return undefined;
  const { dataset: owners } = readDataset(layout, isOwner);
  for (const [owner, element] of Object.entries(owners)) {
    const value = element.Value?.[0];
    const name = value instanceof ArrayBuffer ? Buffer.from(value).toString("latin1") : value;
    if (typeof name !== "string" || !name.startsWith("SIEMENS CSA HEADER")) continue;
    const tag = Number.parseInt(`0029${owner.slice(6)}10`, 16);
    const span = layout.elements.find((element) => element.tag === tag);
    if (span === undefined || span.delimited || span.end - span.valueStart > longest) continue;
    const view = layout.source.view(span.end);
    const length = span.end - span.valueStart;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + span.valueStart, length);
    return parseCsaHeader(bytes, wanted);
  }
  return undefined;
}
