import type {
  ReportContent,
  ReportMap,
  SampleFit,
  StatusCount,
} from "#shared/report/report-content.ts";
import type { Grid } from "#shared/volume/grid.ts";

/** What the example may look like. */
export interface ExampleChoices {
  readonly slices?: number;
  readonly columns?: number;
  readonly rows?: number;
  /** Every voxel failed: no value anywhere. */
  readonly allFailed?: boolean;
  /** Plain or full of characters that mean something to a browser. */
  readonly hostile?: boolean;
}

const echoTimes = Array.from({ length: 30 }, (_, n) => 11 * (n + 1));

/** A repeatable stream of numbers from 0 to 1 (Lehmer's generator, modulus 2^31 - 1, factor 48271). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A coronal mouse of 0.25 x 0.1875 mm pixels, slightly oblique, slices 1 mm apart. */
export function makeExampleGrid(nx: number, ny: number, nz: number): Grid {
  const tilt = (8 * Math.PI) / 180;
  const [dx, dy, dz] = [0.25, 0.1875, 1];
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
  // Rows run to the left, columns to the feet, slices to the front.
  return {
    shape: [nx, ny, nz],
    affineLps: [dx, 0, 0, -12, 0, s * dy, -c * dz, 3, 0, -c * dy, -s * dz, 14, 0, 0, 0, 1],
    origin: "dicom",
  };
}

const statusNames = [
  ["outside", "outside the mask; not fitted"],
  ["ok", "fitted, inside all limits"],
  ["noise", "the signal lies below the noise threshold; not fitted"],
  ["invalid-input", "NaN, a constant signal, or fewer usable samples than parameters"],
  ["not-converged", "the solver reached its limit"],
  ["lower-bound", "the best fit lies at the lower bound"],
  ["upper-bound", "the best fit lies at the upper bound"],
  ["poor-fit", "R² is below the chosen limit"],
  ["large-error", "the standard error is larger than the value"],
] as const;

interface ExampleMaps {
  readonly t2: Float32Array;
  readonly error: Float32Array;
  readonly rSquared: Float32Array;
  readonly status: Uint8Array;
}

function makeMaps(grid: Grid, allFailed: boolean): ExampleMaps {
  const [nx, ny, nz] = grid.shape;
  const count = nx * ny * nz;
  const maps = {
    t2: new Float32Array(count).fill(Number.NaN),
    error: new Float32Array(count).fill(Number.NaN),
    rSquared: new Float32Array(count).fill(Number.NaN),
    status: new Uint8Array(count),
  };
  const random = makeRandom(7);
  const noise = () => random() + random() + random() + random() - 2;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const x = (i + 0.5) / nx - 0.5;
        const y = (j + 0.5) / ny - 0.5;
        const body = 0.42 - 0.1 * Math.abs((k + 0.5) / nz - 0.5);
        if ((x / (body * 0.75)) ** 2 + (y / body) ** 2 > 1) continue;
        const voxel = i + nx * (j + ny * k);
        const roll = random();
        const kidney = ((Math.abs(x) - 0.16) / 0.07) ** 2 + ((y + 0.05) / 0.11) ** 2 < 1;
        const tumour = ((x + 0.12) / 0.09) ** 2 + ((y - 0.22) / 0.1) ** 2 < 1;
        const gas = ((x - 0.05) / 0.08) ** 2 + ((y - 0.05) / 0.05) ** 2 < 1;
        const true2 = kidney ? 62 : tumour ? 85 : 31;
        const code = allFailed ? 2 + Math.floor(roll * 3) : gas ? 2 : pickCode(roll);
        maps.status[voxel] = code;
        if (code >= 2 && code <= 4) continue;
        const error = (0.02 * true2 * (1 + 0.3 * noise())) / (kidney ? 2 : 1);
        maps.t2[voxel] = code === 5 ? 1 : code === 6 ? 2000 : true2 + error * noise() * 2;
        maps.error[voxel] = code === 8 ? 3000 : error;
        maps.rSquared[voxel] = code === 7 ? 0.4 : 0.995 - 0.01 * random();
      }
    }
  }
  return maps;
}

function pickCode(roll: number): number {
  if (roll < 0.985) return 1;
  return 3 + Math.min(5, Math.floor(((roll - 0.985) / 0.015) * 6));
}

function makeSample(label: string, t2: number, s0: number, code: number, seed: number): SampleFit {
  const random = makeRandom(seed);
  const model = (t: number) => s0 * Math.exp(-t / t2);
  const sigma = 60;
  const y = echoTimes.map((t) => Math.abs(model(t) + sigma * 2 * (random() + random() - 1)));
  const fitted = code === 1 || code > 4;
  const x = Array.from({ length: 90 }, (_, n) => (330 * (n + 1)) / 90);
  const half = (t: number) => 40 + (t < 30 ? 90 : 20) * Math.exp(-t / 60);
  return {
    label,
    voxel: [12 + seed, 40, 2],
    status: { code, name: statusNames[code]![0] },
    parameters: fitted
      ? [
          { name: "T2", value: t2, standardError: t2 * 0.021, unit: "ms" },
          { name: "R2", value: 1 / t2, standardError: 0.021 / t2, unit: "1/ms" },
          { name: "S0", value: s0, standardError: s0 * 0.011, unit: "arbitrary" },
        ]
      : [],
    rSquared: fitted ? 0.99471 : undefined,
    rmse: fitted ? 58.31 : undefined,
    abscissa: { label: "Echo time", unit: "ms" },
    ordinate: { label: "Signal", unit: "arbitrary" },
    measured: {
      x: echoTimes,
      y,
      used: echoTimes.map((_, n) => n > 0),
      model: fitted ? echoTimes.map(model) : undefined,
    },
    curve: fitted
      ? {
          x,
          y: x.map(model),
          low: x.map((t) => model(t) - half(t)),
          high: x.map((t) => model(t) + half(t)),
        }
      : undefined,
  };
}

const hostileText = `T2_MSME <script>alert("x")</script> </title><img src="https://example.org/x.png"> & 'µ' \u202Egnp.exe \u0000 \ud800 <!-- ]]>`;

/** A plausible report on a synthetic mouse. */
export function makeExampleContent(choices: ExampleChoices = {}): ReportContent {
  const { slices = 6, columns = 96, rows = 160, allFailed = false, hostile = true } = choices;
  const grid = makeExampleGrid(columns, rows, slices);
  const { t2, error, rSquared, status } = makeMaps(grid, allFailed);
  const description = hostile ? hostileText : "T2_MSME_coronal";
  const maps: ReportMap[] = [
    { name: "T2", label: "Transverse relaxation time", kind: "value", samples: t2, unit: "ms" },
    { name: "SE of T2", label: "Standard error of T2", kind: "error", samples: error, unit: "ms" },
    {
      name: "R²",
      label: "Coefficient of determination",
      kind: "quality",
      samples: rSquared,
      unit: "1",
      displayRange: [0.9, 1],
    },
    {
      name: "status",
      label: "Why a voxel has a value or none",
      kind: "status",
      samples: status,
      unit: "1",
    },
  ];
  const statuses: StatusCount[] = statusNames.map(([name, meaning], code) => ({
    code,
    name,
    meaning,
    count: status.filter((one) => one === code).length,
  }));
  const typical = [
    "lowest",
    "5th percentile",
    "25th percentile",
    "median",
    "75th percentile",
    "95th percentile",
  ];
  const samples = [
    ...(allFailed
      ? []
      : typical.map((label, n) =>
          makeSample(`${label} of T2`, 14 + 14 * n, 9000 - 600 * n, 1, n + 3),
        )),
    ...[2, 3, 4].map((code) =>
      makeSample(`failed: ${statusNames[code]![0]}`, 9, 300, code, code + 20),
    ),
    ...(allFailed ? [] : [makeSample("flagged: upper-bound", 2000, 2100000, 6, 31)]),
  ];
  return {
    title: "T2 map",
    program: { name: "process-t2", version: "0.1.0" },
    verdict: allFailed
      ? { level: "failed", reasons: ["No voxel of the mask could be fitted."] }
      : { level: "check", reasons: ["1.4 % of the voxels in the mask have no value."] },
    warnings: [
      {
        code: "W-STIM",
        text: "Echo 1 is lower than echo 2 in 38 % of voxels: stimulated echoes; consider --model epg.",
      },
      ...(hostile
        ? [{ code: "W-NAME", text: `SeriesDescription holds markup: ${hostileText}` }]
        : []),
    ],
    header: [
      { label: "Project", value: "Mouse_kidney" },
      { label: "Subject", value: "M_017" },
      { label: "Session", value: "M_017_day14" },
      { label: "Scan", value: "5" },
      { label: "Series", value: description },
      { label: "Scanner", value: "Bruker BioSpec 70/20 USR" },
      { label: "Field", value: "7 T" },
      { label: "Voxels fitted", value: "38 211" },
    ],
    model: {
      name: "Mono-exponential decay, two parameters, expected Rician signal",
      equation: "S(TE) = S0 · exp(−TE / T2)",
      symbols: [
        { symbol: "S", meaning: "signal of the magnitude image", unit: "arbitrary" },
        { symbol: "TE", meaning: "echo time", unit: "ms" },
        { symbol: "S0", meaning: "signal at TE = 0", unit: "arbitrary", range: "from 0 on" },
        { symbol: "T2", meaning: "transverse relaxation time", unit: "ms", range: "1 to 2000 ms" },
      ],
      assumptions: [
        "One compartment in each voxel.",
        "Refocusing pulses of 180° over the whole slice: no stimulated echoes.",
        "Noise of the magnitude image is Rician with one sigma for the whole series.",
      ],
      notFor: [
        "Echo trains whose first echo lies below the second: use the EPG model.",
        "Fat, or tissue with two water compartments.",
      ],
      references: [
        {
          text: "Fuderer M. et al., Color-map recommendation for MR relaxometry maps, Magn Reson Med 2025.",
          doi: "10.1002/mrm.30290",
        },
        {
          text: "Gudbjartsson H., Patz S., The Rician distribution of noisy MRI data, Magn Reson Med 1995;34:910.",
          doi: "10.1002/mrm.1910340618",
        },
      ],
    },
    grid,
    maps,
    distributions: [
      {
        name: "T2",
        samples: t2,
        unit: "ms",
        population: "voxels with status ok",
        includes: (voxel) => status[voxel] === 1,
      },
    ],
    samples,
    statuses,
    signal: [
      {
        label: "Noise σ",
        value: "61.2 a.u.",
        note: "from the background of the last echo, 4 112 voxels",
      },
      { label: "SNR of the first echo", value: "87", note: "median over the mask" },
      {
        label: "First echo below the second",
        value: "512 voxels (1.3 %)",
        note: "a sign of stimulated echoes",
      },
    ],
    tables: [],
    acquisition: [
      { keyword: "EchoTime", value: echoTimes, unit: "ms", source: "dicom:0018,9082" },
      { keyword: "RepetitionTime", value: 3000, unit: "ms", source: "dicom:0018,0080" },
      { keyword: "FlipAngle", value: 90, unit: "deg", source: "dicom:0018,1314" },
      { keyword: "SequenceName", value: description, unit: undefined, source: "dicom:0018,0024" },
    ],
    geometry: [{ label: "Slice thickness", value: "0.8 mm", note: "gap 0.2 mm" }],
    files: [
      { path: "sub-M017_ses-day14_run-5_T2map.nii.gz", bytes: 183_222, description: "T2, s" },
      {
        path: "sub-M017_ses-day14_run-5_desc-stderr_T2map.nii.gz",
        bytes: 190_012,
        description: "standard error of T2, s",
      },
      { path: "dicom/T2 map #1.dcm", bytes: 12_345_678, description: "derived series" },
      ...(hostile ? [{ path: "javascript:alert(1)//<b>.nii", bytes: 1 }] : []),
    ],
    provenance: {
      options: [
        { name: "model", value: "2par", isDefault: false },
        { name: "noise", value: "auto", isDefault: true },
        { name: "mask", value: "auto", isDefault: true },
        { name: "series", value: description, isDefault: false },
      ],
      software: [
        { label: "Program", value: "process-t2 0.1.0", note: "commit 4529428" },
        { label: "Node", value: "24.21.0" },
        {
          label: "Container image",
          value: "xnat-pic/process-t2:0.1.0",
          note: `sha256:${"0123456789abcdef".repeat(4)}`,
        },
      ],
      seriesInstanceUID: "1.2.826.0.1.3680043.8.498.45787841905188114249811156",
      inputs: Array.from({ length: 180 }, (_, n) => ({
        path: `SCANS/5/DICOM/MRIm${String(n + 1).padStart(3, "0")}.dcm`,
        sha256: (n * 2654435761).toString(16).padStart(64, "a1b2c3d4"),
        sopInstanceUID: `1.2.826.0.1.3680043.8.498.45787841905188114249811156.${n + 1}`,
      })),
    },
    summary: {
      program: "process-t2",
      description,
      voxels: { ok: 38211 },
      medianT2: { value: 31.2, unit: "ms" },
    },
  };
}
