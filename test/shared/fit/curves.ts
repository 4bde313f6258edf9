import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

// Curves with known truth, and the data sets kept outside the repository.

const repository = new URL("../../../", import.meta.url).pathname;

/** Folder of the reference data sets, or of one file in it. */
export function referencePath(...path: string[]): string {
  return join(process.env["XNAT_PIC_DATA"] ?? join(repository, "../shared/data"), "qmri", ...path);
}

/** True when a data set is at hand. */
export function hasReference(...path: string[]): boolean {
  return existsSync(referencePath(...path));
}

/** A JSON file of a data set. */
export function readReferenceJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(referencePath(...path), "utf8")) as T;
}

/** Samples of a gzipped little-endian NIfTI-1 image in file order, slope applied. */
export function readNiftiSamples(path: string): Float64Array {
  const bytes = gunzipSync(readFileSync(path));
  const shape = Array.from({ length: bytes.readInt16LE(40) }, (_, k) =>
    bytes.readInt16LE(42 + 2 * k),
  );
  const count = shape.reduce((a, b) => a * b, 1);
  const start = bytes.readFloatLE(108);
  const slope = bytes.readFloatLE(112) || 1;
  const intercept = bytes.readFloatLE(116);
  const readers: Record<number, readonly [number, (at: number) => number]> = {
    2: [1, (at) => bytes.readUInt8(at)],
    4: [2, (at) => bytes.readInt16LE(at)],
    512: [2, (at) => bytes.readUInt16LE(at)],
    16: [4, (at) => bytes.readFloatLE(at)],
    64: [8, (at) => bytes.readDoubleLE(at)],
  };
  const reader = readers[bytes.readInt16LE(70)];
  if (reader === undefined) throw new Error(`${path}: datatype ${bytes.readInt16LE(70)}`);
  const [size, read] = reader;
  return Float64Array.from({ length: count }, (_, k) => read(start + k * size) * slope + intercept);
}

/** Normal numbers with SD 1, the same ones for the same seed. */
export function normalNumbers(seed: string): () => number {
  const uniform = uniformNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** count numbers from `first` on in steps of `step`. */
export function steps(first: number, step: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first + k * step);
}

/** Settings for Gaussian noise of unknown size. */
export function gaussian(
  name: ModelChoice["name"],
  abscissae: readonly number[],
  options: object = {},
): FitSettings {
  return {
    model: { name, noise: { kind: "gaussian" }, options } as ModelChoice,
    abscissae,
    sigma: undefined,
    noiseThreshold: 3,
    solver: "own",
  };
}

/** Settings for magnitude noise of known size. */
export function rician(
  name: ModelChoice["name"],
  abscissae: readonly number[],
  sigma: number,
  options: object = {},
): FitSettings {
  return {
    ...gaussian(name, abscissae),
    model: { name, noise: { kind: "rician", sigma }, options } as ModelChoice,
  };
}

/** The middle one of some numbers. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Quantile by linear interpolation. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Standard deviation. */
export function deviation(values: ArrayLike<number>): number {
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  return Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / (list.length - 1));
}

/**
 * A curve whose least-squares optimum is exactly `truth` and whose residual variance is exactly sigma^2: the noise-free
 * signal plus a residual across all derivatives. The standard errors of its fit are the Cramer-Rao bounds for noise sigma.
 */
export function curveOfBound(
  signalOf: (parameters: readonly number[]) => readonly number[],
  truth: readonly number[],
  sigma: number,
): Float64Array {
  const signal = signalOf(truth);
  const n = signal.length;
  const across: number[][] = truth.map((value, k) => {
    const h = 1e-5 * value;
    const up = signalOf(truth.with(k, value + h));
    const down = signalOf(truth.with(k, value - h));
    return up.map((high, i) => (high - down[i]!) / (2 * h));
  });
  across.push(signal.map((_, i) => Math.cos(3 * i * i + 1)));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const directions: number[][] = [];
  for (const column of across) {
    let rest = column;
    // Twice, for what rounding leaves.
    for (const direction of [...directions, ...directions]) {
      const part = dot(rest, direction);
      rest = rest.map((value, i) => value - part * direction[i]!);
    }
    const length = Math.sqrt(dot(rest, rest));
    directions.push(rest.map((value) => value / length));
  }
  const size = sigma * Math.sqrt(n - truth.length);
  const residual = directions.at(-1)!;
  return Float64Array.from(signal, (value, i) => value + size * residual[i]!);
}
