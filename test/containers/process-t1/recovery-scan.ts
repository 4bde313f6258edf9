import { uniformNumbers } from "#shared/phantom/random.ts";
import {
  isObject,
  type ScanFiles,
  type SmallScan,
  scanFiles,
} from "#test/acceptance/small-scan.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";

export const [columns, rows, slices] = [24, 16, 2];
/** Channel noise, stored values. */
export const sigma = 20;

/** True T1 of a column, ms: 300 to 2400. */
export const trueT1 = (i: number): number => 300 * 8 ** ((i - 6) / 11);
/** Relative B1 of a row, for flip angles. */
export const trueB1 = (j: number): number => 0.8 + 0.05 * (j - 4);
/** M0 of a row, stored values. */
const trueM0 = (j: number): number => 6000 - 300 * (j - 4);

export type Method = "sr" | "ir" | "vfa";

/** What varies in each method, and its values: ms or degrees. */
export const methods = {
  sr: { tag: "00180080", values: [100, 200, 400, 800, 1600, 3200, 6400] },
  ir: { tag: "00180082", values: [50, 150, 300, 600, 1000, 1500, 2500, 4000] },
  vfa: { tag: "00181314", values: [2, 4, 8, 12, 18, 25] },
} as const;

/** TR of inversion recovery and of flip angles, ms. */
export const repetitionTimes = { ir: 10_000, vfa: 15 } as const;

/** Noise-free signed signal at value n of a method. */
export function signalOf(method: Method, i: number, j: number, n: number): number {
  const [t1, m0, value] = [trueT1(i), trueM0(j), methods[method].values[n]!];
  if (method === "sr") return m0 * (1 - Math.exp(-value / t1));
  if (method === "ir") {
    return m0 * (1 - 1.9 * Math.exp(-value / t1) + Math.exp(-repetitionTimes.ir / t1));
  }
  const e = Math.exp(-repetitionTimes.vfa / t1);
  const angle = (trueB1(j) * value * Math.PI) / 180;
  return (20 * m0 * Math.sin(angle) * (1 - e)) / (1 - e * Math.cos(angle));
}

/** A part of the complex signal; `M` magnitude, `P` phase in GE's milliradians, `R` real, `I` imaginary. */
export type Part = "M" | "P" | "R" | "I";

/** Signal of every voxel with noise in both channels, rotated by a phase of its own in each column. */
function noisySignals(
  method: Method,
): (i: number, j: number, k: number, n: number) => readonly [number, number] {
  const uniform = uniformNumbers(`recovery scan ${method}`);
  const known = new Map<string, readonly [number, number]>();
  const { values } = methods[method];
  for (let n = 0; n < values.length; n++)
    for (let k = 0; k < slices; k++)
      for (let j = 0; j < rows; j++)
        for (let i = 0; i < columns; i++) {
          const signal = isObject(i, j, columns, rows) ? signalOf(method, i, j, n) : 0;
          const phase = 0.25 * i + 0.1 * j;
          const real = signal * Math.cos(phase) + sigma * normalNumber(uniform);
          const imaginary = signal * Math.sin(phase) + sigma * normalNumber(uniform);
          known.set(`${i} ${j} ${k} ${n}`, [real, imaginary]);
        }
  return (i, j, k, n) => known.get(`${i} ${j} ${k} ${n}`)!;
}

/** Box and Muller. */
function normalNumber(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const cache = new Map<Method, ReturnType<typeof noisySignals>>();

/** Value of one part of a voxel, rounded as it is stored. */
export function storedValue(
  method: Method,
  part: Part,
  i: number,
  j: number,
  k: number,
  n: number,
): number {
  const signals = cache.get(method) ?? noisySignals(method);
  cache.set(method, signals);
  const [real, imaginary] = signals(i, j, k, n);
  const value = {
    M: Math.hypot(real, imaginary),
    P: 1000 * Math.atan2(imaginary, real),
    R: real,
    I: imaginary,
  }[part];
  return Math.round(value);
}

/** A scan of a method as DICOM files: one image for each slice and value; negative values in two's complement. */
export function recoveryFiles(
  method: Method,
  part: Part = "M",
  wish: Partial<SmallScan> = {},
): ScanFiles {
  const { tag, values } = methods[method];
  const code = part.charCodeAt(0);
  return scanFiles({
    ...{ columns, rows, slices },
    echoTimesMs: values.map(() => 8),
    value: (i, j, k, n) => storedValue(method, part, i, j, k, n) & 0xffff,
    name: (k, n) => `${part}${(k * 71 + n * 37) % 89}-${k}-${n}.dcm`,
    ...wish,
    changes: (k, n) => ({
      "00080008": ["CS", `ORIGINAL\\PRIMARY\\${part}`],
      "00080018": ["UI", `1.2.3.4.${code}.${k + 1}.${n + 1}`],
      "00280103": ["US", 1],
      ...(method === "sr" ? {} : { "00180080": ["DS", String(repetitionTimes[method])] }),
      [tag]: ["DS", String(values[n])],
      ...wish.changes?.(k, n),
    }),
  });
}

/** The same as one 4D NIfTI file with a sidecar of times in seconds. */
export function recoveryNifti(
  method: Method,
  { part = "M", name = "scan", sidecar }: { part?: Part; name?: string; sidecar?: object } = {},
): ScanFiles {
  const { values } = methods[method];
  const seconds = values.map((value) => value / 1000);
  const timing = {
    sr: { RepetitionTime: seconds },
    ir: { InversionTime: seconds, RepetitionTime: repetitionTimes.ir / 1000 },
    vfa: { FlipAngle: values, RepetitionTimeExcitation: repetitionTimes.vfa / 1000 },
  }[method];
  const image = encodeNiftiBytes({
    shape: [columns, rows, slices, values.length],
    type: "int16",
    value: (i, j, k, n) => storedValue(method, part, i, j, k, n),
  });
  const json = Buffer.from(JSON.stringify(sidecar ?? { Modality: "MR", ...timing }));
  return { [`${name}.nii`]: image, [`${name}.json`]: json };
}
