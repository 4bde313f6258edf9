import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { buildRateProblem } from "#shared/fit/rate-problem.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { buildSignalModel, type ModelChoice } from "#shared/models/model-choice.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { findPython } from "./find-python.ts";

// Speed of the fits, one core, one run: each model of ours against scipy, ml-levenberg-marquardt and a C program of
// the same algorithm on the same curves. Every row is the best of a few passes, after warming up.

const echoes = 16;
const first = 10;
const step = 10;
const voxels = 200_000;

/** Voxels of one timed pass of our fast fits: short, so that the best of many is free of other work on the machine. */
const passVoxels = 10_000;
const sigma = 10;
const here = new URL(".", import.meta.url).pathname;

interface Row {
  readonly method: string;
  readonly nanoseconds: number | undefined;
  readonly remark: string;
}

/** Magnitude curves of T2 20-100 ms, S0 500-1500 and noise of SD 10, shape [voxels, echoes]. */
function simulate(abscissae: readonly number[], refocusingDeg?: number): Float64Array {
  const uniform = uniformNumbers("fit speed");
  const curves = new Float64Array(voxels * echoes);
  // Trains are costly to simulate; a thousand of them serve all voxels.
  const trains = Array.from({ length: refocusingDeg === undefined ? 0 : 1000 }, () =>
    cpmgEchoTrain({
      t2Ms: 20 + 80 * uniform(),
      t1Ms: 1500,
      echoSpacingMs: step,
      refocusingDeg: refocusingDeg ?? 180,
      echoes,
    }),
  );
  for (let v = 0; v < voxels; v++) {
    const t2 = 20 + 80 * uniform();
    const s0 = 500 + 1000 * uniform();
    const train = trains[v % 1000];
    for (let i = 0; i < echoes; i++) {
      const clean = train === undefined ? Math.exp(-abscissae[i]! / t2) : train[i]!;
      curves[v * echoes + i] = addRicianNoise(s0 * clean, sigma, uniform);
    }
  }
  return curves;
}

function settingsOf(model: ModelChoice, abscissae: readonly number[]): FitSettings {
  return { model, abscissae, sigma, noiseThreshold: 3, solver: "own" };
}

/** Nanoseconds per voxel of one of our fits, results stored as a slab stores them. */
function timeOwn(method: string, settings: FitSettings, curves: Float64Array, count: number): Row {
  const fitter = buildCurveFitter(settings);
  const { values, standardErrors } = fitter.result;
  const maps = Array.from({ length: 2 * values.length + 2 }, () => new Float32Array(count));
  const status = new Uint8Array(count);
  let best = Number.POSITIVE_INFINITY;
  const size = Math.min(count, passVoxels);
  // Every curve is fitted; the time is that of the fastest pass.
  for (let pass = 0; pass < Math.max(6, (3 * count) / size); pass++) {
    const from = (pass * size) % count;
    const begin = performance.now();
    for (let v = from; v < from + size; v++) {
      fitter.fit(curves, v * echoes);
      status[v] = fitter.result.status;
      for (let k = 0; k < values.length; k++) {
        maps[k]![v] = values[k]!;
        maps[values.length + k]![v] = standardErrors[k]!;
      }
      maps[2 * values.length]![v] = fitter.result.rSquared;
      maps[2 * values.length + 1]![v] = fitter.result.rmse;
    }
    best = Math.min(best, ((performance.now() - begin) / size) * 1e6);
  }
  const ok = status.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0);
  return { method, nanoseconds: best, remark: `${((100 * ok) / count).toFixed(1)} % ok` };
}

/** ml-levenberg-marquardt as its README shows it: log-linear start, its default options. */
function timePackage(curves: Float64Array, abscissae: readonly number[], count: number): Row {
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 5; pass++) {
    const begin = performance.now();
    for (let v = 0; v < count; v++) {
      const y = Array.from(curves.subarray(v * echoes, (v + 1) * echoes));
      levenbergMarquardt({ x: abscissae, y }, (p) => (t) => p[0]! * Math.exp(-t / p[1]!), {
        initialValues: logLinear(abscissae, y),
      });
    }
    best = Math.min(best, ((performance.now() - begin) / count) * 1e6);
  }
  return { method: "ml-levenberg-marquardt, 2 parameters", nanoseconds: best, remark: "defaults" };
}

function logLinear(t: readonly number[], y: readonly number[]): number[] {
  const logs = y.map((value) => Math.log(Math.max(value, 1e-3)));
  const meanT = t.reduce((a, b) => a + b, 0) / t.length;
  const meanLog = logs.reduce((a, b) => a + b, 0) / t.length;
  const across = t.reduce((sum, value, i) => sum + (value - meanT) * (logs[i]! - meanLog), 0);
  const slope = across / t.reduce((sum, value) => sum + (value - meanT) ** 2, 0);
  return [Math.exp(meanLog - slope * meanT), slope < 0 ? -1 / slope : t.at(-1)!];
}

function timeScipy(file: string, parameters: 2 | 3): Row {
  const method = `scipy curve_fit, ${parameters} parameters`;
  const python = findPython("scipy.optimize");
  if (python === undefined)
    return { method, nanoseconds: undefined, remark: "scipy not installed" };
  const script = join(here, "fit_speed_scipy.py");
  const args = [script, file, echoes, first, step, parameters, 500].map(String);
  const environment = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const out = execFileSync(python, args, { encoding: "utf8", env: environment });
  return { method, nanoseconds: Number(out.split(" ")[0]), remark: "log-linear start, LM" };
}

function timeC(file: string, folder: string, certified: number): Row {
  const method = "C program, 2 parameters";
  const program = join(folder, "fit-speed");
  const flags = ["-O2", "-march=native", "-o", program, join(here, "fit-speed.c"), "-lm"];
  if (spawnSync("cc", flags, { stdio: "inherit" }).status !== 0 || !existsSync(program)) {
    return { method, nanoseconds: undefined, remark: "no C compiler" };
  }
  const args = [file, voxels, echoes, first, step, certified, 25].map(String);
  const [time, ok] = execFileSync(program, args, { encoding: "utf8" }).split(" ");
  const share = ((100 * Number(ok)) / voxels).toFixed(1);
  return { method, nanoseconds: Number(time), remark: `cc -O2 -march=native, ${share} % ok` };
}

function print(rows: readonly Row[], base: number): void {
  const cell = (text: string, width: number) => text.padStart(width);
  console.log(
    `${"method".padEnd(44)}${cell("ns/voxel", 12)}${cell("voxels/s", 14)}${cell("x time of ours", 16)}`,
  );
  for (const { method, nanoseconds, remark } of rows) {
    const numbers =
      nanoseconds === undefined
        ? cell("-", 42)
        : cell(nanoseconds.toFixed(0), 12) +
          cell(Math.round(1e9 / nanoseconds).toLocaleString("en"), 14) +
          cell((nanoseconds / base).toPrecision(3), 16);
    console.log(`${method.padEnd(44)}${numbers}   ${remark}`);
  }
}

const equal = Array.from({ length: echoes }, (_, i) => first + i * step);
const unequal = equal.map((t, i) => (i < 8 ? t : t + 5 * (i - 7)));
const noise = { kind: "gaussian" } as const;
const magnitude = { kind: "rician", sigma } as const;
const decay = "mono-exponential-decay";
const curves = simulate(equal);

const folder = mkdtempSync(join(tmpdir(), "fit-speed-"));
try {
  const file = join(folder, "curves.f64");
  writeFileSync(file, curves);
  const model = buildSignalModel({ name: decay, noise }, Float64Array.from(equal));
  const certified = buildRateProblem(model).grid.certifiedResidual;
  const own = timeOwn(
    "ours, 2 parameters",
    settingsOf({ name: decay, noise }, equal),
    curves,
    voxels,
  );
  const base = own.nanoseconds ?? Number.NaN;
  const uneven = simulate(unequal);
  const trains = simulate(equal, 140);
  const offset = "mono-exponential-offset";
  const epg = "extended-phase-graph";
  console.log(
    `${echoes} echoes, T2 20-100 ms, S0 500-1500, noise ${sigma}, one core, Node ${process.version}`,
  );
  print(
    [
      own,
      timeOwn(
        "ours, 2 parameters, unequal spacing",
        settingsOf({ name: decay, noise }, unequal),
        uneven,
        voxels,
      ),
      timeOwn("ours, 3 parameters", settingsOf({ name: offset, noise }, equal), curves, voxels),
      timeOwn(
        "ours, expected Rician",
        settingsOf({ name: decay, noise: magnitude }, equal),
        curves,
        40_000,
      ),
      timeOwn(
        "ours, stimulated echoes (EPG)",
        settingsOf({ name: epg, noise }, equal),
        trains,
        8000,
      ),
      timeC(file, folder, certified),
      timePackage(curves, equal, 300),
      timeScipy(file, 2),
      timeScipy(file, 3),
    ],
    base,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
