import { spreadDirections } from "#test/shared/volume/gradients.ts";
import { diffusivityAlong, smallDwi, weightingsOf } from "./small-dwi.ts";
import { backgroundNoise, describeScan, isObject, type SmallScan, usualT2 } from "./small-scan.ts";

/** A scan that a program makes maps of: three slices of 20 x 12 pixels, eight images each. */
export interface SoundScan {
  readonly program: string;
  /** The map in the last line of a run. */
  readonly title: string;
  /** The scan with some of it as a test wants it; the contrast stays, unless the test changes its attribute. */
  readonly describe: (wish?: Partial<SmallScan>) => SmallScan;
  /** The map of `title` in summary.json, and its true value in a slice, in the unit of the map. */
  readonly map: string;
  readonly truth: (k: number) => number;
  /** Options that make a run long enough to be met at work. */
  readonly slow: readonly string[];
  /** Options that name a file, the name of such a file, and what else they need. */
  readonly fileOptions: readonly (readonly [option: string, file: string, ...others: string[]])[];
  /** How a message names the value of the fourth image. */
  readonly fourthValue: string;
}

/** Brightest signal of these scans without attenuation. */
const fullSignal = 20_000;

/** The changes of a test come after those that make the contrast. */
function withContrast(contrast: Partial<SmallScan>, wish: Partial<SmallScan> = {}): SmallScan {
  const changes: SmallScan["changes"] = (k, e) => ({
    ...contrast.changes?.(k, e),
    ...wish.changes?.(k, e),
  });
  const share = (wish.s0 ?? fullSignal) / fullSignal;
  // No two slices are equally bright: many voxels of one largest value would look clipped.
  const value: SmallScan["value"] = (i, j, k, e) =>
    Math.round(share * contrast.value!(i, j, k, e) * (1 - k / 300));
  return describeScan({ ...contrast, value, ...wish, changes });
}

const repetitionTimesMs = [100, 200, 400, 800, 1600, 3200, 6400, 9000];

/** ms. */
const trueT1 = (k: number): number => 400 + 200 * k;

/** Saturation recovery with a T1 of 400, 600, 800 ms in the slices. */
const recovery: Partial<SmallScan> = {
  echoTimesMs: repetitionTimesMs.map(() => 10),
  value: (i, j, k, e) =>
    isObject(i, j, 20, 12)
      ? Math.round(
          (fullSignal - 20 * i - 30 * j) * (1 - Math.exp(-repetitionTimesMs[e]! / trueT1(k))),
        )
      : backgroundNoise(i, j, k, e),
  changes: (_, e) => ({ "00180080": ["DS", String(repetitionTimesMs[e])] }),
};

/** b = 0 and seven directions, whose tensor is the same everywhere. */
const diffusion: Partial<SmallScan> = {
  ...smallDwi(weightingsOf(1, [1000], spreadDirections(7))),
  slices: 3,
};

/** One for each program. */
export const soundScans: readonly SoundScan[] = [
  {
    program: "process-t2",
    title: "T2 map",
    map: "T2",
    truth: usualT2,
    slow: ["--solver=reference", "--mask=none", "--model=3par"],
    fileOptions: [["--mask", "mask.nii"]],
    describe: (wish) => describeScan(wish),
    fourthValue: "TE 40 ms",
  },
  {
    program: "process-t1",
    title: "T1 map",
    map: "T1",
    truth: trueT1,
    slow: ["--solver=reference", "--mask=none"],
    fileOptions: [["--mask", "mask.nii"]],
    describe: (wish) => withContrast(recovery, wish),
    fourthValue: "TR 800 ms",
  },
  {
    program: "process-dwi",
    title: "Diffusion tensor maps",
    map: "MD",
    truth: () => diffusivityAlong(undefined),
    slow: ["--solver=reference", "--mask=none", "--model=adc", "--directions=joint", "--fit=nlls"],
    fileOptions: [
      ["--mask", "mask.nii"],
      ["--bvals", "own.bval"],
    ],
    describe: (wish) => withContrast(diffusion, wish),
    fourthValue: "b 1000 s/mm²",
  },
];
