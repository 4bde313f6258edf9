/** How stored phases become radians: phase = factor x (value - zero). */
export interface PhaseScale {
  readonly factor: number;
  /** Value of phase 0. */
  readonly zero: number;
  /** The convention in words. */
  readonly name: string;
}

interface Convention extends PhaseScale {
  readonly low: number;
  readonly high: number;
}

/**
 * The scalings that are recognised, by the range they fill (measured phases fill a whole turn, because those of noise are
 * even): GE writes milliradians (private type 1 of (0043,102F)), Siemens -4096 ... 4094 after its rescale
 * (slope 2, intercept -4096) or 0 ... 4095 without, Philips and BIDS radians, Philips also milliradians.
 */
const conventions: readonly Convention[] = [
  { low: -Math.PI, high: Math.PI, factor: 1, zero: 0, name: "radians" },
  { low: 0, high: 2 * Math.PI, factor: 1, zero: 0, name: "radians from 0 to 2 pi" },
  { low: -3142, high: 3142, factor: 1e-3, zero: 0, name: "milliradians" },
  { low: -4096, high: 4096, factor: Math.PI / 4096, zero: 0, name: "-4096 to 4094 (Siemens)" },
  { low: 0, high: 4096, factor: Math.PI / 2048, zero: 2048, name: "0 to 4095 (Siemens, stored)" },
];

/** How far, as a part of the range, values may end before or beyond its limits. */
const slack = 0.02;

/**
 * The scaling of phase images, from the smallest and the largest of all their values; undefined when these fit none of
 * the known conventions, or more than one.
 */
export function recognizePhase(smallest: number, largest: number): PhaseScale | undefined {
  const fitting = conventions.filter(({ low, high }) => {
    const most = slack * (high - low);
    return Math.abs(smallest - low) <= most && Math.abs(largest - high) <= most;
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}
