import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import {
  fillFlipAngles,
  newFlipAngles,
  steadyStateOf,
} from "#shared/models/spoiled-steady-state.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";
import { formatTable, threeDigits } from "./format-table.ts";

// Speed of the T1 fits, one core: each model on noisy curves of T1 200-3000 ms, M0 1000, best of many short passes; and
// ml-levenberg-marquardt (the reference solver) where it knows the model.

const voxels = 20_000;
const passVoxels = 4000;
const sigma = 20;
const repetitionTimes = [50, 100, 200, 400, 800, 1500, 3000, 5000];
const inversionTimes = [40, 90, 150, 300, 500, 750, 1000, 1500, 2000, 3000, 4000];
const flipAngles = [2, 5, 8, 12, 16, 20];
const flipRepetitionMs = 5;

const uniform = uniformNumbers("T1 speed");
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

/** Noisy curves, shape [voxels, n], and the relative B1 of each. */
interface Curves {
  readonly n: number;
  readonly samples: Float64Array;
  readonly b1: Float64Array;
}

function simulate(signal: (t1Ms: number, b1: number) => readonly number[], noise: number): Curves {
  const n = signal(1000, 1).length;
  const samples = new Float64Array(voxels * n);
  const b1 = Float64Array.from({ length: voxels }, () => 0.8 + 0.4 * uniform());
  for (let v = 0; v < voxels; v++) {
    const clean = signal(200 * 15 ** uniform(), b1[v]!);
    clean.forEach((value, i) => {
      samples[v * n + i] = value + noise * normal();
    });
  }
  return { n, samples, b1 };
}

/** Magnitudes of complex curves. */
function magnitudesOf({ n, samples, b1 }: Curves): Curves {
  const half = n / 2;
  const magnitudes = new Float64Array(voxels * half);
  for (let v = 0; v < voxels; v++) {
    for (let i = 0; i < half; i++) {
      magnitudes[v * half + i] = Math.hypot(samples[v * n + i]!, samples[v * n + half + i]!);
    }
  }
  return { n: half, samples: magnitudes, b1 };
}

/** Nanoseconds a voxel, and the share of voxels of status ok. */
function time(
  model: ModelChoice,
  abscissae: readonly number[],
  { n, samples, b1 }: Curves,
  solver: FitSettings["solver"] = "own",
): readonly [string, string] {
  const settings = { model, abscissae, sigma: undefined, noiseThreshold: 3, solver } as const;
  const fitter = prepareFit(settings).build();
  const withMap = model.name === "variable-flip-angle";
  const size = solver === "own" ? passVoxels : 100;
  let best = Number.POSITIVE_INFINITY;
  let ok = 0;
  const passes = solver === "own" ? 15 : 3;
  for (let pass = 0; pass < passes; pass++) {
    const from = (pass * size) % voxels;
    const begin = performance.now();
    for (let v = from; v < from + size; v++) {
      fitter.fit(samples, v * n, withMap ? b1[v]! : 1);
      if (fitter.result.status === 1) ok++;
    }
    best = Math.min(best, ((performance.now() - begin) / size) * 1e6);
  }
  return [threeDigits(best), `${((100 * ok) / (passes * size)).toFixed(1)} %`];
}

const gaussian = { kind: "gaussian" } as const;
const rician = { kind: "rician", sigma } as const;
const saturation = (noise: ModelChoice["noise"], saturationEfficiency: boolean): ModelChoice => ({
  name: "saturation-recovery",
  noise,
  options: { saturationEfficiency },
});
const inversion = (
  noise: ModelChoice["noise"],
  signal: "magnitude" | "signed" | "complex",
): ModelChoice => ({ name: "inversion-recovery", noise, options: { signal } });
const flips = (method: "nonlinear" | "linear"): ModelChoice => ({
  name: "variable-flip-angle",
  noise: gaussian,
  options: { method, repetitionTimeMs: flipRepetitionMs },
});

const recovering = simulate(
  (t1) => repetitionTimes.map((tr) => 1000 * (1 - Math.exp(-tr / t1))),
  sigma,
);
const inverted = (t1: number) => inversionTimes.map((ti) => 1000 * (1 - 1.9 * Math.exp(-ti / t1)));
const signed = simulate(inverted, sigma);
const complex = simulate((t1) => [...inverted(t1), ...inversionTimes.map(() => 0)], sigma);
const magnitudes = magnitudesOf(complex);
const angles = newFlipAngles(flipAngles.length);
const spoiled = simulate((t1, b1) => {
  fillFlipAngles(flipAngles, b1, angles);
  const w = steadyStateOf(1 / t1, flipRepetitionMs);
  return flipAngles.map((_, i) => (10_000 * angles.sine[i]!) / (1 + w * angles.lift[i]!));
}, 5);

console.log("## T1 fits alone\n");
console.log(
  `8 TR, 11 TI or 6 flip angles with a B1 map; T1 200-3000 ms, M0 over noise ${1000 / sigma}, one core, Node ${process.version}\n`,
);
console.log(
  formatTable(
    ["method", "ns a voxel", "ok"],
    [
      [
        "saturation, 2 parameters",
        ...time(saturation(gaussian, false), repetitionTimes, recovering),
      ],
      [
        "saturation, 3 parameters",
        ...time(saturation(gaussian, true), repetitionTimes, recovering),
      ],
      [
        "saturation, 2 parameters, expected Rician",
        ...time(saturation(rician, false), repetitionTimes, recovering),
      ],
      [
        "saturation, 3 parameters, expected Rician",
        ...time(saturation(rician, true), repetitionTimes, recovering),
      ],
      [
        "saturation, 3 parameters, ml-levenberg-marquardt",
        ...time(saturation(gaussian, true), repetitionTimes, recovering, "reference"),
      ],
      ["inversion, with sign", ...time(inversion(gaussian, "signed"), inversionTimes, signed)],
      ["inversion, complex", ...time(inversion(gaussian, "complex"), inversionTimes, complex)],
      [
        "inversion, magnitude",
        ...time(inversion(gaussian, "magnitude"), inversionTimes, magnitudes),
      ],
      [
        "inversion, magnitude, expected Rician",
        ...time(inversion(rician, "magnitude"), inversionTimes, magnitudes),
      ],
      ["flip angles, nonlinear", ...time(flips("nonlinear"), flipAngles, spoiled)],
      ["flip angles, straight line", ...time(flips("linear"), flipAngles, spoiled)],
    ],
  ),
);
