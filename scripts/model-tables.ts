import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";

// What each model makes of signals with known truth: the numbers in docs/models, computed by the program's own solver.

/** T2 that a model returns, ms. */
export interface RecoveredTime {
  readonly medianMs: number;
  /** Spread over the repeats, ms. */
  readonly sdMs: number;
}

/** One row of the noise-floor table. */
export interface FloorRow {
  /** S0 over the noise of one channel. */
  readonly snr: number;
  readonly twoParameter: RecoveredTime;
  readonly offset: RecoveredTime;
  readonly expectedRician: RecoveredTime;
}

/** One row of the stimulated-echo table: T2 in ms by the echoes used and the model. */
export interface TrainRow {
  readonly refocusingDeg: number;
  readonly allEchoes: number;
  readonly withoutFirst: number;
  readonly offset: number;
  readonly evenEchoes: number;
  readonly extendedPhaseGraph: number;
}

/** The true T2 of both tables, ms. */
export const trueT2Ms = 40;
/** The noise-floor table: echoes every 11 ms, S0 1000. */
export const floorSetting = { echoes: 30, echoSpacingMs: 11, s0: 1000, runs: 400 } as const;
/** The stimulated-echo table: echoes every 10 ms. */
export const trainSetting = { echoes: 16, echoSpacingMs: 10, t1Ms: 1500, s0: 1000 } as const;

/** T2 from magnitude signals with noise, by three models. */
export function tabulateNoiseFloor(): readonly FloorRow[] {
  const times = spacedTimes(floorSetting.echoes, floorSetting.echoSpacingMs);
  return [10, 20, 50].map((snr) => {
    const sigma = floorSetting.s0 / snr;
    const uniform = uniformNumbers(`noise floor, SNR ${snr}`);
    const curves = Array.from({ length: floorSetting.runs }, () =>
      times.map((te) => addRicianNoise(floorSetting.s0 * Math.exp(-te / trueT2Ms), sigma, uniform)),
    );
    const recover = (model: ModelChoice): RecoveredTime => {
      const fitted = fitT2(model, times, curves);
      return { medianMs: median(fitted), sdMs: standardDeviation(fitted) };
    };
    return {
      snr,
      twoParameter: recover({ name: "mono-exponential-decay", noise: gaussian }),
      offset: recover({ name: "mono-exponential-offset", noise: gaussian }),
      expectedRician: recover({ name: "mono-exponential-decay", noise: { kind: "rician", sigma } }),
    };
  });
}

/** T2 by two models from the expected magnitude itself, without scatter, at a signal-to-noise ratio of 20. */
export function fitExpectedCurve(): { readonly twoParameter: number; readonly offset: number } {
  const times = spacedTimes(floorSetting.echoes, floorSetting.echoSpacingMs);
  const sigma = floorSetting.s0 / 20;
  const curve = times.map(
    (te) => ricianMoments(floorSetting.s0 * Math.exp(-te / trueT2Ms), sigma).mean,
  );
  const recover = (name: "mono-exponential-decay" | "mono-exponential-offset") =>
    fitT2({ name, noise: gaussian }, times, [curve])[0]!;
  return {
    twoParameter: recover("mono-exponential-decay"),
    offset: recover("mono-exponential-offset"),
  };
}

/** T2 from noise-free echo trains with imperfect refocusing, by the usual remedies and by the extended phase graph. */
export function tabulateStimulatedEchoes(): readonly TrainRow[] {
  const { echoes, echoSpacingMs, t1Ms, s0 } = trainSetting;
  const times = spacedTimes(echoes, echoSpacingMs);
  return [180, 165, 150, 135, 120].map((refocusingDeg) => {
    const train = cpmgEchoTrain({ t2Ms: trueT2Ms, t1Ms, echoSpacingMs, refocusingDeg, echoes });
    const recover = (model: ModelChoice, keep: (echo: number) => boolean = () => true): number => {
      const kept = times.filter((_, index) => keep(index + 1));
      const signals = [...train].filter((_, index) => keep(index + 1)).map((value) => s0 * value);
      return fitT2(model, kept, [signals])[0]!;
    };
    const decay: ModelChoice = { name: "mono-exponential-decay", noise: gaussian };
    const options = { t1Ms, echoSpacingMs };
    return {
      refocusingDeg,
      allEchoes: recover(decay),
      withoutFirst: recover(decay, (echo) => echo > 1),
      offset: recover({ name: "mono-exponential-offset", noise: gaussian }),
      evenEchoes: recover(decay, (echo) => echo % 2 === 0),
      extendedPhaseGraph: recover({ name: "extended-phase-graph", noise: gaussian, options }),
    };
  });
}

const gaussian = { kind: "gaussian" } as const;

/** T2 of each curve, ms, flagged ones included. */
function fitT2(
  model: ModelChoice,
  abscissae: readonly number[],
  curves: readonly (readonly number[])[],
): readonly number[] {
  const settings = {
    model,
    abscissae,
    sigma: undefined,
    noiseThreshold: 0,
    solver: "own",
  } as const;
  const fitter = buildCurveFitter(settings);
  return curves.map((curve) => {
    fitter.fit(Float64Array.from(curve), 0);
    const value = fitter.result.values[0]!;
    if (!Number.isFinite(value)) throw new Error(`no T2: status ${fitter.result.status}`);
    return value;
  });
}

function spacedTimes(echoes: number, spacingMs: number): readonly number[] {
  return Array.from({ length: echoes }, (_, n) => (n + 1) * spacingMs);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
