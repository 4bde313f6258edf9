import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { findPython } from "./find-python.ts";
import { formatTable, threeDigits } from "./format-table.ts";

// Speed of the T1 fits, one core, one run: ours against scipy and against the PyPI package qmri on the same curves.

const voxels = 20_000;
/** Voxels of the peers: they are slow (qmri takes a third of a second for an inversion recovery). */
const peerVoxels = { scipy: 300, qmri: 20 } as const;
const sigma = 10;
const noise = { kind: "gaussian" } as const;
const magnitude = { kind: "rician", sigma } as const;
const here = import.meta.dirname;

/** A method: its abscissae, its signal of unit amplitude, its models and its peers. */
interface Method {
  readonly name: "saturation" | "inversion" | "flip";
  readonly label: string;
  readonly abscissae: readonly number[];
  readonly amplitude: number;
  readonly signal: (abscissa: number, t1Ms: number) => number;
  readonly models: readonly (readonly [string, ModelChoice])[];
  /** Which of the models is the peers'. */
  readonly likePeers: number;
  readonly peers: readonly ("scipy" | "qmri")[];
}

const repetitionTimeMs = 15;

const methods: readonly Method[] = [
  {
    name: "saturation",
    label: "saturation recovery, 8 TRs",
    abscissae: [150, 300, 500, 800, 1200, 2000, 3500, 6000],
    amplitude: 1000,
    signal: (tr, t1) => 1 - Math.exp(-tr / t1),
    models: [noise, magnitude].flatMap((noise) =>
      [false, true].map((saturationEfficiency): readonly [string, ModelChoice] => [
        `${saturationEfficiency ? 3 : 2} parameters${noise.kind === "rician" ? ", expected Rician" : ""}`,
        { name: "saturation-recovery", options: { saturationEfficiency }, noise },
      ]),
    ),
    likePeers: 1,
    peers: ["scipy", "qmri"],
  },
  {
    name: "inversion",
    label: "inversion recovery, 11 TIs, magnitude",
    abscissae: [40, 90, 150, 300, 500, 750, 1000, 1500, 2000, 3000, 4000],
    amplitude: 1000,
    signal: (ti, t1) => 1 - 1.92 * Math.exp(-ti / t1),
    models: [noise, magnitude].map((noise) => [
      `all polarities${noise.kind === "rician" ? ", expected Rician" : ""}`,
      { name: "inversion-recovery", options: { signal: "magnitude" }, noise },
    ]),
    likePeers: 0,
    peers: ["scipy", "qmri"],
  },
  {
    name: "flip",
    label: "6 flip angles, TR 15 ms",
    abscissae: [2, 5, 8, 12, 16, 20],
    amplitude: 10_000,
    signal: (degrees, t1) => {
      const angle = (degrees * Math.PI) / 180;
      const e = Math.exp(-repetitionTimeMs / t1);
      return (Math.sin(angle) * (1 - e)) / (1 - e * Math.cos(angle));
    },
    models: (["nonlinear", "linear"] as const).map((method) => [
      `${method}, B1 of each voxel`,
      { name: "variable-flip-angle", options: { repetitionTimeMs, method }, noise },
    ]),
    likePeers: 0,
    peers: ["scipy"],
  },
];

/** Curves of T1 500-2500 ms with Rician noise, shape [voxels, N]. */
function simulate({ name, abscissae, amplitude, signal }: Method): Float64Array {
  const uniform = uniformNumbers(`t1 speed, ${name}`);
  const curves = new Float64Array(voxels * abscissae.length);
  for (let v = 0, i = 0; v < voxels; v++) {
    const t1 = 500 + 2000 * uniform();
    const m0 = amplitude * (0.5 + uniform());
    for (const x of abscissae) curves[i++] = addRicianNoise(m0 * signal(x, t1), sigma, uniform);
  }
  return curves;
}

/** Nanoseconds per voxel, the best of six passes after warming up. */
function timeOwn(model: ModelChoice, abscissae: readonly number[], curves: Float64Array): number {
  const settings = { model, abscissae, sigma, noiseThreshold: 3, solver: "own" } as const;
  const { samples, build } = prepareFit(settings);
  const fitter = build();
  const size = voxels / 4;
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 6; pass++) {
    const from = (pass % 4) * size;
    const begin = performance.now();
    for (let v = from; v < from + size; v++)
      fitter.fit(curves, v * samples, 0.9 + 0.2 * (v / voxels));
    best = Math.min(best, ((performance.now() - begin) / size) * 1e6);
  }
  return best;
}

function timePeer(
  peer: "scipy" | "qmri",
  { name, abscissae }: Method,
  file: string,
): number | undefined {
  const python = findPython(peer === "scipy" ? "scipy.optimize" : "qmri.relaxometry");
  if (python === undefined) return undefined;
  const args = [join(here, "t1_speed_peers.py"), file, String(peerVoxels[peer]), peer, name];
  const environment = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const out = execFileSync(python, [...args, abscissae.join(",")], {
    encoding: "utf8",
    env: environment,
  });
  return Number(out.split(" ")[0]);
}

const folder = mkdtempSync(join(tmpdir(), "t1-speed-"));
try {
  const rows: string[][] = [];
  for (const method of methods) {
    const curves = simulate(method);
    const file = join(folder, `${method.name}.f64`);
    writeFileSync(file, curves);
    const own = method.models.map(
      ([name, model]) => [`ours, ${name}`, timeOwn(model, method.abscissae, curves)] as const,
    );
    const base = own[method.likePeers]![1];
    const peers = method.peers.map((peer) => [peer, timePeer(peer, method, file)] as const);
    for (const [name, nanoseconds] of [...own, ...peers]) {
      rows.push([
        method.label,
        name,
        ...(nanoseconds === undefined
          ? ["not installed", ""]
          : [Math.round(nanoseconds).toLocaleString("en"), threeDigits(nanoseconds / base)]),
      ]);
    }
  }
  console.log("## T1 fits alone, one core\n");
  console.log(formatTable(["method", "fit", "ns a voxel", "time over that of ours"], rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
