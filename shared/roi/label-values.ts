import { InputError } from "#shared/errors.ts";
import type { StoredArray } from "#shared/volume/series-volume.ts";

/** What the values of a label map are. */
export interface LabelValues {
  /** Values are shares of voxels from 0 to 1, a region for each volume; else labels. */
  readonly fractions: boolean;
  /** Numbers of the regions, ascending: labels, or places of volumes, 1 first. */
  readonly numbers: readonly number[];
}

/** A label map with more labels is an image. */
const mostLabels = 10_000;

/** Whole numbers stored with a slope come back a little off. */
const nearlyWhole = 1e-4;
const nearlyOne = 1e-6;

/** The label of a value: NaN is none. */
export function labelOf(value: number): number {
  return Number.isNaN(value) ? 0 : Math.round(value) + 0;
}

/** The share of a value: NaN is none. */
export function shareOf(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
}

/**
 * Looks at all values of a file.
 *
 * @throws InputError E-LABELS for values that are neither labels nor shares
 */
export function judgeValues(
  path: string,
  stored: StoredArray,
  scale: (value: number) => number,
  volumes: number,
): LabelValues {
  const labels = new Set<number>();
  let [whole, low, high] = [true, 0, 0];
  let last = Number.NaN;
  for (let i = 0; i < stored.length; i++) {
    const raw = stored[i]!;
    // Neighbours mostly have one value.
    if (raw === last) continue;
    last = raw;
    const value = scale(raw);
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (!whole) continue;
    if (Math.abs(value - Math.round(value)) > nearlyWhole) whole = false;
    else if (labels.size < mostLabels + 2) labels.add(Math.round(value) + 0);
  }
  const range = `values from ${Number(low.toPrecision(6))} to ${Number(high.toPrecision(6))}`;
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw noRegions(path, "holds infinite values");
  if (low < -nearlyWhole) throw noRegions(path, `holds negative values (${range})`);
  if (volumes > 1 || !whole) {
    if (high > 1 + nearlyOne) {
      throw noRegions(
        path,
        volumes > 1
          ? `holds ${volumes} volumes with ${range}, where shares from 0 to 1 belong`
          : `holds ${range} that are neither whole nor between 0 and 1`,
      );
    }
    if (volumes > mostLabels) throw noRegions(path, `holds ${volumes} volumes`);
    return { fractions: true, numbers: Array.from({ length: volumes }, (_, v) => v + 1) };
  }
  labels.delete(0);
  if (labels.size > mostLabels) {
    throw noRegions(path, `holds more than ${mostLabels} different values`);
  }
  if (high > Number.MAX_SAFE_INTEGER) throw noRegions(path, `holds ${range}`);
  return { fractions: false, numbers: [...labels].sort((a, b) => a - b) };
}

function noRegions(path: string, what: string): InputError {
  return new InputError(
    "E-LABELS",
    `${path} ${what}: it does not hold regions.`,
    "Give a label map (whole numbers) or a mask; is this a map or an image?",
  );
}
