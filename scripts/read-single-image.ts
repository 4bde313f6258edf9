import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { viewSamples } from "#shared/nifti/datatype.ts";
import { parseNiftiHeader } from "#shared/nifti/read.ts";
import type { Grid } from "#shared/volume/grid.ts";

/** A 3D NIfTI image that a program of this repository wrote: its grid and its values. */
export function readSingleImage(path: string): {
  readonly grid: Grid;
  readonly samples: Float64Array;
} {
  const stored = readFileSync(path);
  const bytes = path.endsWith(".gz") ? gunzipSync(stored) : stored;
  const header = parseNiftiHeader(bytes, path);
  const buffer = new SharedArrayBuffer(header.dataBytes);
  new Uint8Array(buffer).set(
    bytes.subarray(header.dataOffset, header.dataOffset + header.dataBytes),
  );
  const samples = Float64Array.from(
    viewSamples(header.datatype, buffer),
    (value) => value * header.slope + header.intercept,
  );
  return { grid: header.grid, samples };
}
