import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { type FitMaps, fitSlab } from "#shared/fit/fit-slab.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { DiffusionEstimator } from "#shared/models/diffusion-decay.ts";
import { hasErrorMap } from "#shared/models/signal-model.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { findPython } from "./find-python.ts";
import { findProgram, measureCommand } from "./measure.ts";

// Speed of the diffusion fits, one core, one run: ours from arrays in memory against MRtrix3's C++, DIPY and SciPy.
//
// Ours: stored 16-bit images in, all maps out (values, standard errors, R², RMSE, status), the fastest of many pieces of the
// volume. DIPY and SciPy: arrays in memory too, the fastest of a few passes; DIPY's time holds the fit, MD and FA.
// MRtrix3: processor time of the whole process without threads (-nthreads 0) on four such volumes, since that time is measured to
// 0.01 s only; the least of three runs, less that of the same program on an image of 8 x 8 voxels. Its time thus holds access to the image in the page cache, as ours holds gathering from
// the stored arrays; it writes the fitted parameters only. An mrconvert of the same file is shown beside it: it writes all
// images again, which takes longer than dwi2adc does, so that it cannot stand for the reading.

const shape = [128, 128, 20] as const;
const voxels = shape[0] * shape[1] * shape[2];
const plane = shape[0] * shape[1];
/** Volumes one after another in the file for MRtrix3. */
const volumes = 4;
const unweighted = 5;
const directions = 30;
const n = unweighted + directions;
const bValue = 1000;
const sigma = 20;
const here = new URL(".", import.meta.url).pathname;

const uniform = uniformNumbers("diffusion speed");
const between = (low: number, high: number) => low + (high - low) * uniform();

/** A direction, evenly distributed over the sphere. */
function direction(): readonly [number, number, number] {
  const z = between(-1, 1);
  const angle = between(0, 2 * Math.PI);
  const r = Math.sqrt(1 - z * z);
  return [r * Math.cos(angle), r * Math.sin(angle), z];
}

const vectors = Array.from({ length: n }, (_, i) =>
  i < unweighted ? ([0, 0, 0] as const) : direction(),
);
const bValues = vectors.map((_, i) => (i < unweighted ? 0 : bValue));
const bMatrices = vectors.map(([x, y, z]) =>
  [x * x, y * y, z * z, x * y, x * z, y * z].map((value) => bValue * value),
);

/** Stored images of tensors with one long axis, S0 800-1500, in Rician noise of SD 20; shape [n, voxels]. */
function simulate(): Int16Array {
  const stored = new Int16Array(n * voxels);
  for (let v = 0; v < voxels; v++) {
    const axis = direction();
    const along = between(0.8e-3, 1.8e-3);
    const across = between(0.2e-3, 0.7e-3);
    const s0 = between(800, 1500);
    for (let i = 0; i < n; i++) {
      const cosine = axis.reduce((sum, a, k) => sum + a * vectors[i]![k]!, 0);
      const d = across + (along - across) * cosine * cosine;
      const signal = s0 * Math.exp(-bValues[i]! * (i < unweighted ? 0 : d));
      stored[i * voxels + v] = Math.round(addRicianNoise(signal, sigma, uniform));
    }
  }
  return stored;
}

/** A NIfTI-1 file of the first nx, ny, nz voxels; slices begin again after the last one. */
function toNifti(stored: Int16Array, nx: number, ny: number, nz: number): Buffer {
  const header = Buffer.alloc(352);
  header.writeInt32LE(348, 0);
  [4, nx, ny, nz, n, 1, 1, 1].forEach((value, k) => {
    header.writeInt16LE(value, 40 + 2 * k);
  });
  header.writeInt16LE(4, 70);
  header.writeInt16LE(16, 72);
  [1, 0.2, 0.2, 0.5, 1, 0, 0, 0].forEach((value, k) => {
    header.writeFloatLE(value, 76 + 4 * k);
  });
  header.writeFloatLE(352, 108);
  header.writeInt16LE(1, 254);
  [0.2, 0.2, 0.5].forEach((value, k) => {
    header.writeFloatLE(value, 280 + 20 * k);
  });
  header.write("n+1\0", 344, "latin1");
  const samples = new Int16Array(n * nx * ny * nz);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        const row = i * voxels + (z % shape[2]) * plane + y * shape[0];
        for (let x = 0; x < nx; x++) samples[at++] = stored[row + x]!;
      }
    }
  }
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

interface Row {
  readonly method: string;
  readonly microseconds: number | undefined;
  readonly remark: string;
}

/** Microseconds per voxel of one of our fits, by the code that a worker thread runs. */
function timeOwn(
  stored: Int16Array,
  model: "ADC" | "tensor",
  estimator: DiffusionEstimator,
  pieces: number,
  count = 4096,
): Row {
  const noise = { kind: "gaussian" } as const;
  const settings: FitSettings = {
    model:
      model === "ADC"
        ? { name: "diffusion-decay", noise, options: { estimator } }
        : { name: "diffusion-tensor", noise, options: { estimator, bMatrices } },
    abscissae: bValues,
    sigma: undefined,
    noiseThreshold: 3,
    solver: "own",
  };
  const { sheet } = prepareFit(settings);
  const image = () => new Float32Array(voxels);
  const maps: FitMaps = {
    values: sheet.parameters.map(image),
    standardErrors: sheet.parameters.map((row) => (hasErrorMap(row) ? image() : undefined)),
    rSquared: image(),
    rmse: image(),
    reducedChiSquare: undefined,
    status: new Uint8Array(voxels),
  };
  const source = {
    stored,
    slope: new Float64Array(n * shape[2]).fill(1),
    intercept: new Float64Array(n * shape[2]),
    padding: undefined,
    shape,
  };
  const mask = new Uint8Array(voxels).fill(1);
  const contrasts = bValues.map((_, i) => i);
  let best = Number.POSITIVE_INFINITY;
  let ok = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const first = (piece * count) % voxels;
    const slab = { settings, source, contrasts, mask, scale: undefined, maps, first, count };
    const begin = performance.now();
    fitSlab(slab);
    best = Math.min(best, ((performance.now() - begin) * 1000) / count);
    for (let v = first; v < first + count; v++) ok += maps.status[v] === 1 ? 1 : 0;
  }
  return {
    method: `ours, ${model}, ${estimator}`,
    microseconds: best,
    remark: `${((100 * ok) / (pieces * count)).toFixed(1)} % ok, with standard errors, R² and RMSE`,
  };
}

/** Processor time of a command in microseconds, the least of three runs. */
function leastTime(command: readonly string[]): number {
  const times = Array.from({ length: 3 }, () => measureCommand(command).cpuSeconds);
  return Math.min(...times) * 1e6;
}

function timeMrtrix(
  folder: string,
  program: string,
  options: readonly string[],
  remark: string,
): Row {
  const method = ["MRtrix3", program, ...options].join(" ");
  if (findProgram(program, "-version") === undefined) {
    return { method, microseconds: undefined, remark: "not installed" };
  }
  const gradients = ["-fslgrad", join(folder, "dwi.bvec"), join(folder, "dwi.bval")];
  const common = [...gradients, ...options, "-nthreads", "0", "-quiet", "-force"];
  const run = (name: string) => [program, join(folder, name), join(folder, "out.nii"), ...common];
  const start = leastTime(run("tiny.nii"));
  const microseconds = (leastTime(run("volumes.nii")) - start) / (volumes * voxels);
  return { method, microseconds, remark };
}

function timePython(folder: string): readonly Row[] {
  const script = join(here, "diffusion_speed_dipy.py");
  const environment = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const rows: Row[] = [];
  for (const [name, module] of [
    ["DIPY", "dipy.reconst.dti"],
    ["SciPy", "scipy.optimize"],
  ] as const) {
    const python = findPython(module);
    if (python === undefined) {
      rows.push({ method: name, microseconds: undefined, remark: "not installed" });
      continue;
    }
    const args = [script, name, join(folder, "dwi.nii"), folder, shape.join(","), String(n)];
    const out = execFileSync(python, args, { encoding: "utf8", env: environment });
    for (const line of out.trim().split("\n")) {
      const [method = "", time = "", remark = ""] = line.split("\t");
      rows.push({ method, microseconds: Number(time), remark });
    }
  }
  return rows;
}

function print(title: string, rows: readonly Row[]): void {
  const base = rows[0]?.microseconds ?? Number.NaN;
  const cell = (text: string, width: number) => text.padStart(width);
  console.log(`\n${title}`);
  console.log(
    `${"method".padEnd(40)}${cell("µs/voxel", 10)}${cell("voxels/s", 12)}${cell("x time of ours", 16)}`,
  );
  for (const { method, microseconds, remark } of rows) {
    const numbers =
      microseconds === undefined
        ? cell("-", 38)
        : cell(microseconds.toFixed(3), 10) +
          cell(Math.round(1e6 / microseconds).toLocaleString("en"), 12) +
          cell((microseconds / base).toPrecision(3), 16);
    console.log(`${method.padEnd(40)}${numbers}   ${remark}`);
  }
}

const stored = simulate();
const folder = mkdtempSync(join(tmpdir(), "diffusion-speed-"));
try {
  writeFileSync(join(folder, "dwi.nii"), toNifti(stored, ...shape));
  writeFileSync(
    join(folder, "volumes.nii"),
    toNifti(stored, shape[0], shape[1], volumes * shape[2]),
  );
  writeFileSync(join(folder, "tiny.nii"), toNifti(stored, 8, 8, 1));
  writeFileSync(join(folder, "dwi.bval"), `${bValues.join(" ")}\n`);
  const rows = [0, 1, 2].map((k) => vectors.map((vector) => vector[k]).join(" "));
  writeFileSync(join(folder, "dwi.bvec"), `${rows.join("\n")}\n`);
  const python = timePython(folder);
  const ofPython = (word: string) =>
    python.filter(({ method, remark }) => method.includes(word) || remark === "not installed");
  console.log(
    `${shape.join(" x ")} voxels x ${n} images of 16 bit (${unweighted} b = 0, ${directions} directions b = ${bValue}), one core, Node ${process.version}`,
  );
  const rewriting = "writes all images again";
  print("ADC", [
    timeOwn(stored, "ADC", "ols", 400),
    timeOwn(stored, "ADC", "wls", 400),
    timeOwn(stored, "ADC", "nlls", 300, 1024),
    timeMrtrix(folder, "dwi2adc", [], "unweighted; S0 and ADC only"),
    timeMrtrix(folder, "mrconvert", [], rewriting),
    ...ofPython("curve_fit"),
  ]);
  print("Tensor, unweighted", [
    timeOwn(stored, "tensor", "ols", 400, 2048),
    timeMrtrix(folder, "dwi2tensor", ["-ols", "-iter", "0"], "tensor only"),
    ...ofPython("OLS"),
  ]);
  print("Tensor, weighted", [
    timeOwn(stored, "tensor", "wls", 400, 2048),
    timeMrtrix(folder, "dwi2tensor", [], "its default, weighted and 2 more rounds; tensor only"),
    ...ofPython("WLS"),
  ]);
  print("Tensor, nonlinear", [timeOwn(stored, "tensor", "nlls", 300, 512), ...ofPython("NLLS")]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
