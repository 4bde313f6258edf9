import type {
  MeanCurve,
  RegionMap,
  RegionMeasurement,
  RegionReference,
  RegionReportContent,
  RegionShape,
  RegionStatus,
  ReportRegion,
} from "#shared/report/region-content.ts";
import type { Unit } from "#shared/units.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { type PlaneStack, planesOfGrid, voxelArea } from "#shared/volume/plane-stack.ts";
import { makeExampleContent, makeExampleGrid } from "./example-content.ts";

/** What the example may look like. */
export interface RegionChoices {
  readonly slices?: number;
  readonly regions?: number;
  readonly maps?: number;
  /** Names that mean something to a browser; else harmless ones. */
  readonly hostile?: boolean;
  /** Nothing could be measured. */
  readonly allFailed?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** An ellipse in shares of the field of view, 0 to 1 from the left top corner. */
interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
}

interface Organ {
  readonly name: string;
  readonly colour: readonly [number, number, number] | undefined;
  readonly status: RegionStatus;
  readonly reasons: readonly string[];
  /** Holes have a negative `a`. */
  readonly ellipses: readonly Ellipse[];
  /** Slices from and to, as shares. */
  readonly slices: readonly [number, number];
  readonly values: readonly [number, number, number];
  readonly voxels?: boolean;
}

const hostileName = `tumour <script>alert("x")</script> & 'µ' \u202Egnp.exe \u0000 </title>`;
const longName =
  "ROI copied from the follow-up examination of the left hind leg, second attempt, drawn by hand on the T2-weighted series ".repeat(
    3,
  );

const organs: readonly Organ[] = [
  {
    name: "kidney left",
    colour: [255, 64, 64],
    status: "ok",
    reasons: [],
    ellipses: [
      { x: 0.66, y: 0.42, a: 0.085, b: 0.11 },
      { x: 0.645, y: 0.42, a: -0.03, b: 0.045 },
    ],
    slices: [0.1, 0.9],
    values: [62, 0.0011, 0.18],
  },
  {
    name: "kidney right",
    colour: [64, 200, 255],
    status: "ok",
    reasons: [],
    ellipses: [
      { x: 0.34, y: 0.45, a: 0.08, b: 0.105 },
      { x: 0.355, y: 0.45, a: -0.028, b: 0.04 },
    ],
    slices: [0.1, 0.9],
    values: [60, 0.0012, 0.2],
  },
  {
    name: hostileName,
    colour: [255, 220, 40],
    status: "partial",
    reasons: [
      "Only 71 % of its area lies inside the map ADC.",
      "2 of 8 contours reference images that are not in the folder.",
    ],
    ellipses: [
      { x: 0.3, y: 0.72, a: 0.1, b: 0.07 },
      { x: 0.44, y: 0.8, a: 0.035, b: 0.03 },
    ],
    slices: [0.3, 0.8],
    values: [88, 0.0016, 0.11],
  },
  {
    name: "Muskel · 肌肉 · μυς",
    colour: [90, 230, 120],
    status: "ok",
    reasons: [],
    ellipses: [{ x: 0.6, y: 0.72, a: 0.09, b: 0.05 }],
    slices: [0, 1],
    values: [31, 0.0014, 0.34],
  },
  {
    name: "ורידים 🩸 veins",
    colour: undefined,
    status: "warning",
    reasons: ["Fewer than 10 voxels."],
    ellipses: [{ x: 0.5, y: 0.55, a: 0.018, b: 0.018 }],
    slices: [0.3, 0.7],
    values: [75, 0.0021, 0.09],
  },
  {
    name: "vessel",
    colour: [200, 120, 255],
    status: "sub-voxel",
    reasons: ["It has an area, but no voxel centre lies inside."],
    ellipses: [{ x: 0.52, y: 0.3, a: 0.0035, b: 0.002 }],
    slices: [0.4, 0.5],
    values: [75, 0.0021, 0.09],
  },
  {
    name: longName,
    colour: [255, 150, 40],
    status: "outside",
    reasons: ["All 4 contours lie more than half a slice spacing beyond the last plane."],
    ellipses: [],
    slices: [0, 0],
    values: [31, 0.0014, 0.34],
  },
  {
    name: "",
    colour: [255, 255, 255],
    status: "failed",
    reasons: ["Both contours hold coordinates that are no numbers."],
    ellipses: [],
    slices: [0, 0],
    values: [31, 0.0014, 0.34],
  },
  {
    name: "liver, drawn on voxels",
    colour: [120, 160, 255],
    status: "ok",
    reasons: [],
    ellipses: [
      { x: 0.5, y: 0.2, a: 0.19, b: 0.1 },
      { x: 0.42, y: 0.18, a: -0.03, b: 0.025 },
    ],
    slices: [0, 0.7],
    values: [24, 0.0009, 0.25],
    voxels: true,
  },
];

function multiply(count: number): Organ[] {
  return Array.from({ length: count }, (_, n) => {
    const organ = organs[n];
    if (organ !== undefined) return organ;
    const place = {
      x: 0.2 + 0.6 * ((n * 0.618034) % 1),
      y: 0.12 + 0.76 * ((n * 0.754878) % 1),
    };
    return {
      ...organs[3]!,
      name: `region ${n + 1}`,
      colour: undefined,
      ellipses: [{ ...place, a: 0.02, b: 0.018 }],
      slices: [0.1, 0.9],
      values: [20 + (n % 70), 0.0008 + 0.00002 * (n % 50), 0.1 + 0.002 * (n % 100)],
    };
  });
}

/** Turned as a NIfTI file may be: columns to the right of the patient, rows to the head. */
function turnGrid(grid: Grid, nx: number, ny: number): Grid {
  const [ox, oy] = grid.shape;
  const a = grid.affineLps;
  const fx = ox / nx;
  const fy = oy / ny;
  const at = (i: number, j: number) =>
    [0, 1, 2].map((r) => a[4 * r]! * i + a[4 * r + 1]! * j + a[4 * r + 3]!);
  const origin = at(ox - 0.5 - fx / 2, oy - 0.5 - fy / 2);
  return {
    shape: [nx, ny, grid.shape[2]],
    affineLps: [
      ...[0, 1, 2].flatMap((r) => [
        -a[4 * r]! * fx,
        -a[4 * r + 1]! * fy,
        a[4 * r + 2]!,
        origin[r]!,
      ]),
      ...[0, 0, 0, 1],
    ],
    origin: "nifti",
  };
}

/** Shares of the field of view of voxel (i, j); `turned` grids count from the other corner. */
function shareOf(planes: PlaneStack, turned: boolean, i: number, j: number) {
  const [nx, ny] = planes.shape;
  const [x, y] = [(i + 0.5) / nx, (j + 0.5) / ny];
  return turned ? [1 - x, 1 - y] : [x, y];
}

function isInside(organ: Organ, x: number, y: number): boolean {
  const count = organ.ellipses.filter(
    (one) => ((x - one.x) / one.a) ** 2 + ((y - one.y) / one.b) ** 2 <= 1,
  ).length;
  return count % 2 === 1;
}

function onSlice(organ: Organ, k: number, slices: number): boolean {
  const share = slices === 1 ? 0.5 : k / (slices - 1);
  return organ.ellipses.length > 0 && share >= organ.slices[0] && share <= organ.slices[1];
}

function drawShape(organ: Organ, region: number, planes: PlaneStack, turned: boolean): RegionShape {
  const [nx, ny, nz] = planes.shape;
  const ks = Array.from({ length: nz }, (_, k) => k).filter((k) => onSlice(organ, k, nz));
  if (organ.voxels === true) {
    return { region, outlines: [], voxels: Uint32Array.from(listVoxels(organ, planes, turned)) };
  }
  const outlines = ks.map((plane) => ({
    plane,
    rings: organ.ellipses.map(({ x, y, a, b }) => {
      const points = Array.from({ length: 64 }, (_, n) => {
        const angle = (2 * Math.PI * n) / 64;
        const wobble = 1 + 0.06 * Math.sin(3 * angle + plane);
        const sx = x + Math.abs(a) * wobble * Math.cos(angle);
        const sy = y + b * wobble * Math.sin(angle);
        return [(turned ? 1 - sx : sx) * nx - 0.5, (turned ? 1 - sy : sy) * ny - 0.5];
      });
      return Float64Array.from(points.flat());
    }),
  }));
  return { region, outlines };
}

function listVoxels(organ: Organ, planes: PlaneStack, turned: boolean): number[] {
  const [nx, ny, nz] = planes.shape;
  const voxels: number[] = [];
  for (let n = 0; n < nx * ny * nz; n++) {
    const i = n % nx;
    const j = Math.floor(n / nx) % ny;
    const [x, y] = shareOf(planes, turned, i, j);
    if (onSlice(organ, Math.floor(n / (nx * ny)), nz) && isInside(organ, x!, y!)) voxels.push(n);
  }
  return voxels;
}

/** Each voxel's organ, -1 for the rest of the body and -2 for air. */
function label(planes: PlaneStack, turned: boolean, all: readonly Organ[]): Int16Array {
  const [nx, ny, nz] = planes.shape;
  const labels = new Int16Array(nx * ny * nz);
  for (let n = 0; n < labels.length; n++) {
    const k = Math.floor(n / (nx * ny));
    const [x, y] = shareOf(planes, turned, n % nx, Math.floor(n / nx) % ny) as [number, number];
    const body = ((x - 0.5) / 0.4) ** 2 + ((y - 0.5) / 0.46) ** 2 < 1;
    const found = all.findLastIndex((organ) => onSlice(organ, k, nz) && isInside(organ, x, y));
    labels[n] = found >= 0 ? found : body ? -1 : -2;
  }
  return labels;
}

const kinds = [
  { name: "T2", label: "Transverse relaxation time", unit: "ms", body: 38, noise: 0.07 },
  { name: "ADC", label: "Apparent diffusion coefficient", unit: "mm2/s", body: 0.0013, noise: 0.1 },
  { name: "FA", label: "Fractional anisotropy", unit: "1", body: 0.22, noise: 0.2 },
] as const satisfies readonly {
  name: string;
  label: string;
  unit: Unit;
  body: number;
  noise: number;
}[];

function makeMap(grid: Grid, n: number, all: readonly Organ[]): RegionMap {
  const kind = kinds[n % 3]!;
  const turned = n % 3 !== 0;
  const [nx, ny, nz] = grid.shape;
  const own = turned
    ? turnGrid(grid, Math.round(nx * 0.6), Math.round(ny * 0.5))
    : makeHalf(grid, nx / 2, ny / 2);
  const planes = planesOfGrid({ ...own, shape: [own.shape[0], own.shape[1], nz] });
  const random = makeRandom(11 + n);
  const samples = Float32Array.from(label(planes, turned, all), (found) => {
    if (found === -2) return Number.NaN;
    const value = found >= 0 ? all[found]!.values[n % 3]! : kind.body;
    const noise = random() + random() + random() + random() - 2;
    return random() < 0.004 ? Number.NaN : value * (1 + kind.noise * 1.7 * noise);
  });
  return {
    name: n < 3 ? kind.name : `${kind.name} ${Math.floor(n / 3) + 1}`,
    label: kind.label,
    unit: kind.unit,
    kind: "value",
    planes,
    samples,
    displayRange: n % 3 === 2 ? [0, 0.5] : undefined,
    shapes: all.map((organ, region) => drawShape(organ, region, planes, turned)),
    relation: [
      { label: "Angle between planes", value: "0.0°" },
      { label: "Frame of reference", value: turned ? "not stated" : "the same" },
    ],
  };
}

function makeHalf(grid: Grid, nx: number, ny: number): Grid {
  const a = grid.affineLps;
  const at = (r: number) => a[4 * r + 3]! + (a[4 * r]! + a[4 * r + 1]!) / 2;
  return {
    shape: [nx, ny, grid.shape[2]],
    affineLps: [
      ...[0, 1, 2].flatMap((r) => [2 * a[4 * r]!, 2 * a[4 * r + 1]!, a[4 * r + 2]!, at(r)]),
      ...[0, 0, 0, 1],
    ],
    origin: "dicom",
  };
}

function measure(map: RegionMap, n: number, organ: Organ, region: number): RegionMeasurement {
  const turned = n % 3 !== 0;
  const lost = ["failed", "outside", "sub-voxel"].includes(organ.status);
  const voxels = lost ? [] : listVoxels(organ, map.planes, turned);
  const all = voxels.map((voxel) => map.samples[voxel]!);
  const values = Float64Array.from(all.filter(Number.isFinite)).sort();
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const at = (share: number) => values[Math.round(share * (count - 1))] ?? Number.NaN;
  const partial = organ.status === "partial" && n !== 1;
  return {
    region,
    map: n,
    status: partial ? "ok" : organ.status,
    reasons: partial ? [] : organ.reasons,
    voxels: voxels.length,
    valid: count,
    excluded: [
      { reason: "no number", count: voxels.length - count },
      { reason: "status 2, noise", count: region === 2 ? 3 : 0 },
    ],
    insideShare: lost ? 0 : organ.status === "partial" && n === 1 ? 0.71 : 1,
    volumeMm3: voxels.length * voxelArea(map.planes) * (map.planes.spacing ?? 1),
    mean,
    standardDeviation: Math.sqrt(variance),
    standardError: Math.sqrt(variance / (count - 1)),
    minimum: at(0),
    p5: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    maximum: at(1),
    values: count > 0 ? values : undefined,
  };
}

function makeMeanCurve(region: number): MeanCurve {
  const found = makeExampleContent({ hostile: false }).samples[2 + region]!;
  const sample = { ...found, label: "mean signal, 412 voxels", voxel: undefined };
  const [t2, , s0] = sample.parameters;
  return {
    region,
    sample,
    comparisons: [
      {
        name: "T2",
        unit: "ms",
        curve: t2!.value,
        curveStandardError: t2!.standardError,
        voxelMean: t2!.value * 1.012,
        voxelStandardDeviation: 3.1,
        voxels: 412,
      },
      {
        name: "S0",
        unit: "arbitrary",
        curve: s0!.value,
        curveStandardError: s0!.standardError,
        voxelMean: s0!.value * 0.996,
        voxelStandardDeviation: 611,
        voxels: 412,
      },
    ],
  };
}

/** A plausible report of regions on a synthetic mouse: holes, islands, voxels, and regions that could not be measured. */
export function makeExampleRegions(choices: RegionChoices = {}): RegionReportContent {
  const { slices = 6, regions: count = 9, maps: mapCount = 3, hostile = true } = choices;
  const { columns = 120, rows = 160, allFailed = false } = choices;
  const grid = makeExampleGrid(columns, rows, slices);
  const planes = planesOfGrid(grid, 0.8);
  const named = multiply(count).map((organ, n) =>
    hostile || n !== 2 ? organ : { ...organ, name: "tumour" },
  );
  const all: Organ[] = allFailed
    ? named.map((organ) => ({ ...organ, ...organs[7]!, name: organ.name }))
    : named;
  const random = makeRandom(5);
  const reference: RegionReference = {
    label: "T2_RARE_coronal",
    unit: "arbitrary",
    planes,
    samples: Float32Array.from(label(planes, false, all), (found) => {
      const signal =
        found === -2 ? 300 : found === -1 ? 5200 : 80 * (all[found]?.values[0] ?? 0) + 3000;
      return signal + 700 * (random() + random() - 1);
    }),
    shapes: all.map((organ, region) => drawShape(organ, region, planes, false)),
  };
  const maps = Array.from({ length: mapCount }, (_, n) => makeMap(grid, n, all));
  const measurements = maps.flatMap((map, n) =>
    all.map((organ, region) => measure(map, n, organ, region)),
  );
  const regions = all.map((organ, n): ReportRegion => {
    const lost = organ.ellipses.length === 0;
    const area = organ.ellipses.reduce(
      (sum, { a, b }) => sum + Math.PI * a * b * columns * rows,
      0,
    );
    const drawn = reference.shapes[n]!;
    const ks = new Set(drawn.outlines.map(({ plane }) => plane));
    for (const voxel of drawn.voxels ?? []) ks.add(Math.floor(voxel / (columns * rows)));
    return {
      source: organ.voxels === true ? 1 : 0,
      number: organ.voxels === true ? 1 : n + 1,
      name: organ.name,
      colour: organ.colour,
      status: organ.status,
      reasons: organ.reasons,
      slices: ks.size,
      areaMm2: lost ? Number.NaN : area * voxelArea(planes) * ks.size,
      volumeMm3: lost ? Number.NaN : area * voxelArea(planes) * ks.size,
    };
  });
  const { provenance, files } = makeExampleContent({ hostile });
  return {
    title: "Regions",
    program: { name: "mask-average", version: "0.1.0" },
    verdict: allFailed
      ? { level: "failed", reasons: ["None of the regions could be measured."] }
      : {
          level: "check",
          reasons: [
            "3 of 9 regions could not be measured: 6 vessel (no voxel centre inside), 7 (outside), 8 (failed).",
            "1 region was measured in part: 3 tumour.",
          ],
        },
    header: [
      { label: "Project", value: "Mouse_kidney" },
      { label: "Subject", value: "M_017" },
      { label: "Session", value: "M_017_day14" },
      { label: "Regions", value: "9 in 2 files" },
      { label: "Drawn on", value: "scan 5, T2_RARE_coronal" },
      { label: "Maps", value: "T2, ADC, FA" },
    ],
    remarks: [
      {
        code: "BROKEN_CONTOUR",
        severity: "error",
        text: "ROI 8: contours 1 and 2 hold coordinates that are no numbers; the region could not be measured.",
        source: 0,
        region: 7,
        contour: 0,
      },
      {
        code: "MISSING_REFERENCE_IMAGES",
        severity: "error",
        text: `ROI 3 '${hostile ? hostileName : "tumour"}': 2 of 8 contours reference images not in the folder (first missing 1.2.826.0.1.3680043.8.498.45787841905188114249811156.77). Is the scan complete?`,
        source: 0,
        region: 2,
        contour: 4,
        plane: 3,
      },
      {
        code: "SMALL_ROI",
        severity: "warning",
        text: "ROI 5: 6 voxels on T2; below 10 voxels mean and standard deviation mean little.",
        source: 0,
        region: 4,
      },
      {
        code: "RTSTRUCT_DISAGREES_WITH_AIM",
        severity: "warning",
        text: "RTSTRUCT and AIM of AIM_20210804 differ by (+1.00, +1.00) px: known shift of the XNAT plugin; AIM used.",
        source: 0,
      },
      ...Array.from({ length: 12 }, (_, n) => ({
        code: n < 8 ? "NESTED_CLOSED_PLANAR_INTERPRETED" : "STALE_REFERENCE_IMAGES",
        severity: "info" as const,
        text:
          n < 8
            ? `ROI ${1 + (n % 2)}: contour ${2 * n + 1} lies inside contour ${2 * n} in plane ${n}: taken as a hole.`
            : "The file names images of an earlier export; their positions are on planes of the reference.",
        source: 0,
        region: n % 2,
        contour: 2 * n + 1,
        plane: n,
      })),
    ],
    sources: [
      {
        name: "AIM_20210804",
        path: "ASSESSORS/AIM_20210804_153011/AIM/AIM_20210804_153011.xml",
        kind: "AIM",
        facts: [
          { label: "Drawn with", value: "OHIF 3.3, XNAT ROI plugin" },
          { label: "SHA-256", value: "a1b2c3d4…" },
        ],
      },
      { name: "liver", path: "SEG/liver.dcm", kind: "SEG", facts: [] },
    ],
    regions,
    reference,
    maps,
    measurements,
    meanCurves: allFailed ? [] : [0, 1, 3].filter((n) => n < count).map(makeMeanCurve),
    geometry: [],
    rules: [
      {
        label: "Voxel inside",
        value: "its centre lies inside the outline",
        note: "even-odd, double precision, snapped to 1e-6 pixels",
      },
      { label: "Edges", value: "half-open", note: "--edge half-open" },
      { label: "Outline inside an outline", value: "a hole", note: "--nested hole" },
      { label: "Values", value: "finite; zeros count; negative values count" },
      { label: "Grid", value: "that of each map", note: "outlines are transformed, maps are not" },
    ],
    files,
    provenance,
    summary: { program: "mask-average", regions: count, measured: 6 },
  };
}
