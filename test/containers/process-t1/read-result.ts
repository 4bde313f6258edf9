import { gunzipSync } from "node:zlib";
import { isObject } from "#test/acceptance/small-scan.ts";
import { columns, rows, slices, trueT1 } from "./recovery-scan.ts";

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * Samples of the main map with this suffix, as written: the rows of a DICOM grid run from the last to the first.
 */
export function readSamples(files: Files, suffix: string): Float32Array {
  const paths = [...files.keys()].filter(
    (path) => path.endsWith(`_${suffix}.nii.gz`) && !path.includes("_desc-"),
  );
  if (paths.length !== 1) throw new Error(`${paths.length} maps are a ${suffix}`);
  const bytes = gunzipSync(files.get(paths[0]!)!);
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + 352, bytes.byteOffset + bytes.length),
  );
}

/** A JSON record of a run. */
export function readReport(files: Files, name: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(files.get(`report/${name}`)!).toString("utf8")) as Record<
    string,
    unknown
  >;
}

/** Median of |T1/truth - 1| over the object with T1 in this range, ms; NaN values count as wrong. */
export function medianError(files: Files, shortest = 300, longest = 2400): number {
  const t1 = readSamples(files, "T1map");
  const errors: number[] = [];
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++) {
        const truth = trueT1(i);
        // The object is symmetric in its rows, and T1 does not depend on them.
        if (!isObject(i, j, columns, rows) || truth < shortest || truth > longest) continue;
        const error = Math.abs((1000 * t1[i + columns * (j + rows * k)]!) / truth - 1);
        errors.push(Number.isNaN(error) ? 1 : error);
      }
  return errors.sort((a, b) => a - b)[errors.length >> 1]!;
}

/** Codes of the warnings of a run. */
export function warningsOf(files: Files): readonly string[] {
  const { warnings } = readReport(files, "status.json") as { warnings: { code: string }[] };
  return warnings.map(({ code }) => code);
}
