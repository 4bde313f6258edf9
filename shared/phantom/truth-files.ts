import { encodeNifti } from "#shared/nifti/write.ts";
import { type Unit, unitEntry } from "#shared/units.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { type Tissue, tissues } from "./tissue-table.ts";

/** A file of the truth beside the images. */
export interface TruthFile {
  readonly fileName: string;
  readonly content: Uint8Array | string;
}

/** A map with one value for each tissue, NaN in air. */
export function paintMap(labels: Uint8Array, value: (tissue: Tissue) => number): Float32Array {
  const byLabel = new Float32Array(256).fill(Number.NaN);
  for (const tissue of tissues) byLabel[tissue.label] = value(tissue);
  return Float32Array.from(labels, (label) => byLabel[label]!);
}

/** Number of voxels of each label. */
export function countLabels(labels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** A true map with its sidecar. */
export function encodeMap(
  grid: Grid,
  name: string,
  samples: Float32Array,
  unit: Unit,
  about: string,
): TruthFile[] {
  const { bids } = unitEntry(unit);
  const description = `True ${name} [${bids}], digital mouse`;
  return [
    { fileName: `${name}.nii`, content: encodeNifti({ grid, samples, unit }, { description }) },
    { fileName: `${name}.json`, content: json({ Units: bids, LongName: `True ${about}` }) },
  ];
}

/** Labels of the tissues with their table. */
export function encodeLabels(grid: Grid, labels: Uint8Array): readonly TruthFile[] {
  const dseg = { grid, samples: labels, unit: "1" as const };
  return [
    { fileName: "dseg.nii", content: encodeNifti(dseg, { description: "Labels, digital mouse" }) },
    { fileName: "dseg.tsv", content: labelTable() },
  ];
}

/** As BIDS writes the table of a segmentation. */
function labelTable(): string {
  const rows = tissues.map(({ label, name }) => `${label}\t${name}`);
  return ["index\tname", "0\tair", ...rows, ""].join("\n");
}

/** JSON as people read it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
