import { withUnit } from "#shared/report/format.ts";
import type { Unit } from "#shared/units.ts";

/** How near the mean of a region must lie to the truth. */
export type Tolerance =
  /** Percent of the true value. */
  | { readonly percent: number }
  /** In the unit of the quantity, for those that may be 0. */
  | { readonly within: number };

/** One quantity that a run finds and the truth knows. */
export interface ComparedQuantity {
  /** Of a direction what is compared is the angle to the true one, where there is one. Default: value. */
  readonly kind?: "value" | "direction";
  /** As a person reads it: `T2*`. */
  readonly label: string;
  /** Suffix of the map, in the results and in the truth. */
  readonly map: string;
  /** Its name in truth.json, and the unit it has there. */
  readonly symbol: string;
  readonly unit: Unit;
  /** Unit of both maps. */
  readonly fileUnit: Unit;
  readonly tolerance: Tolerance;
}

/** A run of the demo: which program, on which scan, and what of the truth it measures. */
export interface DemoJob {
  /** Heading of the run. */
  readonly title: string;
  readonly program: string;
  readonly mouse: "mouse" | "mouse-stimulated-echoes";
  readonly protocol: string;
  /** Runs on images that mri2dicom converted, as far as the scan is among the raw data; on the scanner's own otherwise. */
  readonly converted?: boolean;
  readonly words: string;
  /** `{mouse}` stands for the folder of the sample data. */
  readonly options: readonly string[];
  readonly quantities: readonly ComparedQuantity[];
}

/** Relaxation times and diffusivities: the noise moves the mean of a region by much less. */
const threePercent: Tolerance = { percent: 3 };

const t1 = time("T1", "T1map", "T1");
const t2 = time("T2", "T2map", "T2");
const t2Star = time("T2*", "T2starmap", "T2star");

/** Relaxation times as all runs compare them. */
export const relaxationTimes = { t1, t2, t2Star } as const;

const meanDiffusivity: ComparedQuantity = {
  label: "MD",
  map: "MD",
  symbol: "MD",
  unit: "mm2/s",
  fileUnit: "mm2/s",
  tolerance: threePercent,
};

/**
 * Noise makes the eigenvalues of a tensor unequal, so FA is too large where it is small, the more the noisier: a
 * deviation of a few hundredths from 0 is no fault of a fit.
 */
const anisotropy = number("FA", "FA", "FA", 0.04);

/** With kurtosis D is a slope at b 0, more uncertain than a mean slope, and the noise floor of fluids at b 2000 adds to it. */
const kurtosisAnisotropy = number("FA", "FA", "FA", 0.07);

/** The angle between the first eigenvector found and the true one. */
const direction: ComparedQuantity = {
  kind: "direction",
  label: "V1, angle to the true direction",
  map: "V1",
  symbol: "V1",
  unit: "deg",
  fileUnit: "1",
  tolerance: { within: 3 },
};

/** Everything the demo runs, in the order of the page. */
export const demoJobs: readonly DemoJob[] = [
  {
    title: "T2 map",
    program: "process-t2",
    mouse: "mouse",
    protocol: "T2_map_MSME",
    converted: true,
    words: "16 spin echoes of the abdomen, and four vials",
    options: [],
    quantities: [t2],
  },
  {
    title: "T2* map",
    program: "process-t2",
    mouse: "mouse",
    protocol: "T2star_map_MGE",
    converted: true,
    words: "gradient echoes of the same slices",
    options: [],
    quantities: [t2Star],
  },
  {
    title: "T2 map, stimulated echoes",
    program: "process-t2",
    mouse: "mouse-stimulated-echoes",
    protocol: "T2_map_MSME",
    words: "the same T2 scan with imperfect refocusing, fitted by the extended phase graph",
    options: ["--model", "epg"],
    quantities: [t2],
  },
  {
    title: "T1 map, saturation recovery",
    program: "process-t1",
    mouse: "mouse",
    protocol: "T1_map_RARE-VTR",
    converted: true,
    words: "saturation recovery, eight repetition times",
    options: [],
    quantities: [t1],
  },
  {
    title: "T1 map, inversion recovery",
    program: "process-t1",
    mouse: "mouse",
    protocol: "T1_map_IR-RARE",
    words: "inversion recovery, magnitude images of eight inversion times",
    options: [],
    quantities: [t1],
  },
  {
    title: "T1 map, variable flip angle",
    program: "process-t1",
    mouse: "mouse",
    protocol: "T1_map_VFA-FLASH",
    words: "six flip angles, corrected by a map of B1",
    options: ["--b1-map", "{mouse}/b1/TB1map.nii"],
    quantities: [t1],
  },
  {
    title: "ADC map",
    program: "process-dwi",
    mouse: "mouse",
    protocol: "DWI_SE-EPI",
    converted: true,
    words: "seven b-values in three directions",
    options: ["--model", "adc"],
    quantities: [
      {
        label: "ADC",
        map: "ADC",
        symbol: "ADC",
        unit: "mm2/s",
        fileUnit: "mm2/s",
        tolerance: threePercent,
      },
    ],
  },
  {
    title: "Diffusion tensor",
    program: "process-dwi",
    mouse: "mouse",
    protocol: "DTI_SE-EPI_30dir",
    converted: true,
    words: "diffusion tensor from 30 directions",
    options: ["--model", "dti"],
    quantities: [meanDiffusivity, anisotropy, direction],
  },
  {
    title: "Diffusion kurtosis",
    program: "process-dwi",
    mouse: "mouse",
    protocol: "DKI_SE-EPI_2shell",
    converted: true,
    words: "diffusion and kurtosis tensor from 30 directions at two b-values",
    options: ["--model", "dki"],
    quantities: [meanDiffusivity, kurtosisAnisotropy, number("MK", "MK", "MK", 0.05)],
  },
  {
    title: "IVIM",
    program: "process-dwi",
    mouse: "mouse",
    protocol: "IVIM_SE-EPI",
    converted: true,
    words: "perfusion and diffusion from twelve b-values",
    options: ["--model", "ivim"],
    quantities: [
      { ...meanDiffusivity, label: "D", map: "Dslow", symbol: "D" },
      number("f", "perffraction", "f", 0.01),
      {
        ...meanDiffusivity,
        label: "D*",
        map: "Dfast",
        symbol: "Dstar",
        tolerance: { percent: 10 },
      },
    ],
  },
];

function time(label: string, map: string, symbol: string): ComparedQuantity {
  return { label, map, symbol, unit: "ms", fileUnit: "s", tolerance: threePercent };
}

function number(label: string, map: string, symbol: string, within: number): ComparedQuantity {
  return { label, map, symbol, unit: "1", fileUnit: "1", tolerance: { within } };
}

/** The tolerance of a quantity in words. */
export function describeTolerance({ tolerance, unit }: ComparedQuantity): string {
  return "percent" in tolerance
    ? `mean within ${tolerance.percent} % of the truth`
    : `mean within ${withUnit(String(tolerance.within), unit)} of the truth`;
}

/** Whether a mean is as near to the truth as asked. */
export function isWithin(tolerance: Tolerance, mean: number, trueValue: number): boolean {
  const allowed =
    "percent" in tolerance ? (tolerance.percent / 100) * Math.abs(trueValue) : tolerance.within;
  return Math.abs(mean - trueValue) <= allowed;
}
