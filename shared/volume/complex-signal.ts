import { InputError } from "#shared/errors.ts";
import { recognizePhase } from "./phase-scale.ts";
import {
  gatherCurves,
  type SeriesVolume,
  type SignalSource,
  type Warning,
} from "./series-volume.ts";

/** Which parts of the complex signal a reader is to look for. */
export type PartsWish =
  /** Magnitude images; others are left out. */
  | "magnitude"
  /** Real and imaginary images, or magnitude and phase. */
  | "complex"
  /** Real images, or images whose sign was restored before. */
  | "real"
  /** Complex where both parts are there, else magnitude, else real. */
  | "any";

/** In which form a signal was found: one list of images for each word. */
export type SignalForm = "magnitude" | "real" | "real-imaginary" | "magnitude-phase";

/** Forms that serve a wish, the best first. */
export const servingForms: Readonly<Record<PartsWish, readonly SignalForm[]>> = {
  magnitude: ["magnitude"],
  complex: ["real-imaginary", "magnitude-phase"],
  // Images that say nothing of their part may hold signs that were restored before.
  real: ["real", "magnitude"],
  any: ["real-imaginary", "magnitude-phase", "magnitude", "real"],
};

/** What to do where no form serves a wish. */
export const partsHints: Readonly<Record<PartsWish, string>> = {
  magnitude: "Choose the magnitude images.",
  complex:
    "A complex fit needs real and imaginary, or magnitude and phase images; two series are joined with --series 4,5.",
  real: "Choose real images, or images whose sign was restored.",
  any: "Choose magnitude, real and imaginary, or magnitude and phase images.",
};

/** Signals that belong to a series with one list of images. */
type Signals = Pick<SeriesVolume, "stored" | "slope" | "intercept" | "padding">;

/** Voxels gathered at a time. */
const block = 4096;

/**
 * Real parts of all images and then the imaginary ones, signal units, shape [2n, nz, ny, nx] on shared memory; NaN where
 * one of the two holds padding.
 *
 * @param form - what the two lists of images hold
 * @param name - of the series, for messages
 * @throws InputError E-PHASE-SCALE when the phases are in no scaling that is recognised
 */
export function combineParts(
  form: "real-imaginary" | "magnitude-phase",
  [first, second]: readonly [SignalSource, SignalSource],
  images: number,
  name: string,
): Signals & { readonly note: string } {
  const [nx, ny, nz] = first.shape;
  const voxels = nx * ny * nz;
  const stored = new Float32Array(new SharedArrayBuffer(8 * voxels * images));
  fillImages(first, images, voxels, stored, 0);
  fillImages(second, images, voxels, stored, images * voxels);
  const note = form === "real-imaginary" ? "" : toRealImaginary(stored, images * voxels, name);
  return {
    stored,
    slope: new Float64Array(2 * images * nz).fill(1),
    intercept: new Float64Array(2 * images * nz),
    padding: undefined,
    note,
  };
}

/** What a reader says of phases it has turned into real and imaginary parts. */
export function remarkOnPhase(note: string): Warning {
  return {
    code: "W-PHASE",
    text: `Magnitude and phase were made real and imaginary parts; scaling of the phases: ${note}.`,
  };
}

function fillImages(
  source: SignalSource,
  images: number,
  voxels: number,
  out: Float32Array,
  start: number,
): void {
  const signals = new Float64Array(block);
  for (let image = 0; image < images; image++) {
    for (let from = 0; from < voxels; from += block) {
      const count = Math.min(block, voxels - from);
      gatherCurves(source, [image], from, count, signals);
      const at = start + image * voxels + from;
      for (let v = 0; v < count; v++) out[at + v] = signals[v]!;
    }
  }
}

/** Turns magnitudes [n] and phases [n] into real and imaginary parts in place; returns the phases' convention. */
function toRealImaginary(stored: Float32Array, n: number, name: string): string {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = n; at < 2 * n; at++) {
    const value = stored[at]!;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  const scale = recognizePhase(smallest, largest);
  if (scale === undefined) {
    throw new InputError(
      "E-PHASE-SCALE",
      `${name}: the phase images go from ${smallest} to ${largest}, which is no scaling of phases that is known (radians, milliradians, -4096 to 4094, 0 to 4095).`,
      "Use the magnitude images alone (--model ir-magnitude), or export real and imaginary images.",
    );
  }
  for (let at = 0; at < n; at++) {
    const magnitude = stored[at]!;
    const phase = scale.factor * (stored[n + at]! - scale.zero);
    stored[at] = magnitude * Math.cos(phase);
    stored[n + at] = magnitude * Math.sin(phase);
  }
  return scale.name;
}

/**
 * The magnitudes of a series of real and imaginary parts, as a series of its own; any other series as it is.
 *
 * Noise and mask are looked for in magnitudes.
 */
export function magnitudesOf(series: SeriesVolume): SeriesVolume {
  const { parts, stored, axis, grid } = series;
  if (parts?.includes("imaginary") !== true) return series;
  const half = stored.length / 2;
  const magnitudes = new Float32Array(new SharedArrayBuffer(4 * half));
  for (let at = 0; at < half; at++) magnitudes[at] = Math.hypot(stored[at]!, stored[half + at]!);
  const images = axis.values.length / 2;
  const { parts: _, ...rest } = series;
  return {
    ...rest,
    axis: { ...axis, values: axis.values.slice(0, images) },
    stored: magnitudes,
    slope: new Float64Array(images * grid.shape[2]).fill(1),
    intercept: new Float64Array(images * grid.shape[2]),
    padding: undefined,
  };
}
