import { leastWeighting } from "./gradient-direction.ts";
import type { DiffusionEncoding } from "./series-volume.ts";

/** Images of one b-value. */
export interface Shell {
  /** Mean of the b-values, s/mm²; the effective ones where the series has them. */
  readonly bValue: number;
  readonly lowest: number;
  readonly highest: number;
  /** What was asked of the scanner, s/mm², where that is known and differs. */
  readonly nominalBValue: number | undefined;
  /** Indices along the contrast axis, ascending. */
  readonly contrasts: readonly number[];
}

/** b-values closer than 1 s/mm² are one. */
const absoluteTolerance = 1;
/**
 * And those closer than this, relative to the lowest of the shell: 64 directions of a scanner were
 * stored as 989 to 1004 s/mm², the effective values of nominal 2000 s/mm² as 2002.9 to 2026.8 s/mm².
 */
const relativeTolerance = 0.03;

/**
 * The shells of some images, by ascending b. Images with one nominal b-value are one shell whatever the imaging
 * gradients add; without nominal values those lie in one shell whose b-values differ by less than 1 s/mm² or 3 %.
 *
 * @param contrasts - indices along the contrast axis
 */
export function findShells(
  { bValues, nominalBValues }: Pick<DiffusionEncoding, "bValues" | "nominalBValues">,
  contrasts: readonly number[] = bValues.map((_, index) => index),
): readonly Shell[] {
  const asked = nominalBValues ?? bValues;
  const sorted = contrasts.toSorted((a, b) => asked[a]! - asked[b]! || a - b);
  const groups: number[][] = [];
  let start = Number.NEGATIVE_INFINITY;
  for (const contrast of sorted) {
    const excess = asked[contrast]! - start;
    if (excess < Math.max(absoluteTolerance, relativeTolerance * start)) {
      groups.at(-1)!.push(contrast);
    } else {
      groups.push([contrast]);
      start = asked[contrast]!;
    }
  }
  return groups.map((group) => {
    const values = group.map((contrast) => bValues[contrast]!);
    const nominal = asked[group[0]!]!;
    const bValue = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      bValue,
      lowest: Math.min(...values),
      highest: Math.max(...values),
      nominalBValue: nominalBValues === undefined || nominal === bValue ? undefined : nominal,
      contrasts: group.toSorted((a, b) => a - b),
    };
  });
}

/** True for an image that counts as one without diffusion weighting where images are grouped; fits use its b-value as it is. */
export function isB0(
  { bValues, nominalBValues }: Pick<DiffusionEncoding, "bValues" | "nominalBValues">,
  contrast: number,
): boolean {
  return (nominalBValues ?? bValues)[contrast]! < leastWeighting;
}
