import type { Unit } from "#shared/units.ts";

/** How the difference over voxels (or curves) was measured. */
export type Measure =
  | "median relative"
  | "99th percentile relative"
  | "largest relative"
  | "median absolute"
  | "99th percentile absolute"
  | "largest absolute"
  | "median bias"
  | "largest relative excess"
  | "ours over the reference";

/** A quantity of ours set against somebody else's, on one data set. */
export interface Comparison {
  /** Folder of the data set. */
  readonly dataSet: string;
  /** `T2, two parameters`. */
  readonly model: string;
  /** `T2`, `SE(T2)`, `SSR`. */
  readonly quantity: string;
  /** Who made the reference: `stored by the source`, `scipy`, `dipy 1.6`, `truth`. */
  readonly origin: string;
  /** Voxels or curves compared. */
  readonly count: number;
  readonly unit: Unit;
  /** Ours and the reference in the middle (median over the voxels), in `unit`. */
  readonly ours: number;
  readonly reference: number;
  readonly measure: Measure;
  /** In `unit` for an absolute measure. */
  readonly difference: number;
  /** The largest difference that is accepted. */
  readonly gate: number;
}

/** True when a comparison stays within its gate; a difference that is no number does not. */
export function isWithin({ difference, gate }: Comparison): boolean {
  return difference <= gate;
}

/** Values of ours and of the reference at the same voxels. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly reference: readonly number[];
}

/** What is compared, besides the numbers. */
export type Subject = Pick<Comparison, "dataSet" | "model" | "quantity" | "origin" | "unit">;

/**
 * One comparison for each measure and its gate. Where the reference has no value there is nothing to compare;
 * `count` says how many pairs are left. A missing value of ours is outside every gate.
 */
export function comparePairs(
  subject: Subject,
  pairs: Pairs,
  gates: { readonly [measure in Measure]?: number },
): readonly Comparison[] {
  const { dataSet, quantity } = subject;
  if (pairs.ours.length !== pairs.reference.length) {
    throw new Error(
      `${dataSet}, ${quantity}: ${pairs.ours.length} values for ${pairs.reference.length}`,
    );
  }
  const reference = pairs.reference.filter((value) => !Number.isNaN(value));
  const ours = pairs.ours.filter((_, i) => !Number.isNaN(pairs.reference[i]));
  if (ours.length === 0) throw new Error(`${dataSet}, ${quantity}: nothing to compare`);
  const relative = ours.map((value, i) => Math.abs(value / reference[i]! - 1));
  const absolute = ours.map((value, i) => Math.abs(value - reference[i]!));
  return (Object.entries(gates) as [Measure, number][]).map(([measure, gate]) => ({
    ...subject,
    count: ours.length,
    ours: quantile(ours, 0.5),
    reference: quantile(reference, 0.5),
    measure,
    difference: measureOf(measure, relative, absolute),
    gate,
  }));
}

function measureOf(
  measure: Measure,
  relative: readonly number[],
  absolute: readonly number[],
): number {
  switch (measure) {
    case "median relative":
      return quantile(relative, 0.5);
    case "99th percentile relative":
      return quantile(relative, 0.99);
    case "largest relative":
      return quantile(relative, 1);
    case "median absolute":
      return quantile(absolute, 0.5);
    case "99th percentile absolute":
      return quantile(absolute, 0.99);
    case "largest absolute":
      return quantile(absolute, 1);
    default:
      throw new Error(`${measure} is not measured from pairs`);
  }
}

/** Linear interpolation between order statistics; NaN when any value is NaN. */
export function quantile(values: readonly number[], share: number): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.ceil(place);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}
