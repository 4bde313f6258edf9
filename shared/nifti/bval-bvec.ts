import { InputError } from "#shared/errors.ts";
import { unitDirection } from "#shared/volume/gradient-direction.ts";
import type { Vector3 } from "#shared/volume/grid.ts";

/** b-values and gradient directions of the volumes of a 4D file, in the order of the file. */
export interface DiffusionTable {
  /** s/mm². */
  readonly bValues: readonly number[];
  /**
   * Unit vectors along the axes of the image, or zero vectors where there is none, after FSL: for an
   * image with right-handed axes the first component counts against the first axis. Undefined without a bvec file.
   */
  readonly directions: readonly Vector3[] | undefined;
}

/** More images of a slice than any scan has. */
const mostValues = 65_536;

/**
 * The table of a pair of bval and bvec files (FSL, BIDS).
 *
 * bval: numbers in one row or one column. bvec: three rows of n, or n rows of three (some tools).
 *
 * @param paths - of both files, for messages
 * @throws InputError E-BVAL, E-BVEC, E-GRADIENT-LENGTH
 */
export function parseBvalBvec(
  bval: string,
  bvec: string | undefined,
  paths: { readonly bval: string; readonly bvec: string },
): DiffusionTable {
  const rows = parseRows(bval, "E-BVAL", paths.bval);
  const bValues = rows.flat();
  if (bValues.length > mostValues) {
    throw bad("E-BVAL", paths.bval, `${bValues.length} numbers`, "one for each image");
  }
  if (rows.length > 1 && rows.some((row) => row.length > 1)) {
    throw bad("E-BVAL", paths.bval, `${rows.length} rows of several numbers`, "one row");
  }
  if (!bValues.every((value) => value >= 0)) {
    throw bad("E-BVAL", paths.bval, "negative or missing values", "b-values in s/mm²");
  }
  if (bvec === undefined) return { bValues, directions: undefined };
  const directions = parseDirections(bvec, bValues, paths.bvec);
  return { bValues, directions };
}

function parseDirections(text: string, bValues: readonly number[], path: string): Vector3[] {
  const count = bValues.length;
  const rows = parseRows(text, "E-BVEC", path);
  const inRows = rows.length === 3 && rows.every((row) => row.length === count);
  const inColumns = rows.length === count && rows.every((row) => row.length === 3);
  if (!inRows && !inColumns) {
    const sizes = [...new Set(rows.map((row) => row.length))].join(", ");
    const found = `${rows.length} rows of ${sizes} numbers`;
    throw bad("E-BVEC", path, found, `3 rows of ${count}, one for each b-value`);
  }
  const vectors = Array.from({ length: count }, (_, n): Vector3 => {
    const row = rows[n]!;
    return inRows ? [rows[0]![n]!, rows[1]![n]!, rows[2]![n]!] : [row[0]!, row[1]!, row[2]!];
  });
  return vectors.map((vector, n) => {
    // Some converters write NaN where there is no gradient.
    if (bValues[n] === 0 && vector.every(Number.isNaN)) return [0, 0, 0];
    if (vector.some(Number.isNaN)) {
      throw bad("E-BVEC", path, `no numbers for image ${n + 1}`, "a unit vector");
    }
    return unitDirection(vector, bValues[n]!, `image ${n + 1} in ${path}`) ?? [0, 0, 0];
  });
}

/** Rows of numbers; "nan" is kept as NaN. */
function parseRows(text: string, code: string, path: string): number[][] {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/[\s,;]+/));
  const isNumber = (word: string): boolean => /^nan$/i.test(word) || Number.isFinite(Number(word));
  const wrong = rows.flat().filter((word) => !isNumber(word)).length;
  if (wrong > 0) throw bad(code, path, `${wrong} entries that are no numbers`, "numbers only");
  if (rows.length === 0) throw bad(code, path, "nothing", "numbers");
  return rows.map((row) => row.map(Number));
}

function bad(code: string, path: string, found: string, expected: string): InputError {
  return new InputError(code, `${path} holds ${found}; expected ${expected}.`, "Correct the file.");
}
