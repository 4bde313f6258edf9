import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import { formatCount, formatNumber, formatShare } from "#shared/report/format.ts";
import type { ReportTable } from "#shared/report/report-content.ts";
import { describeSource } from "#shared/report/source-text.ts";
import { findShells, isB0, type Shell } from "#shared/volume/diffusion-shells.ts";
import { groupDirections } from "#shared/volume/gradient-directions.ts";
import type { DiffusionEncoding, SeriesVolume } from "#shared/volume/series-volume.ts";
import type { ChosenModel } from "./choose-model.ts";

/** Tables of the report that only diffusion has. */
export function describeTables(
  series: SeriesVolume,
  diffusion: DiffusionEncoding,
  model: ChosenModel,
  fit: VolumeFit,
): readonly ReportTable[] {
  const { name } = model.choice;
  const isTensor = name === "diffusion-tensor" || name === "diffusion-kurtosis-tensor";
  const isAdc = name === "diffusion-decay" || name === "diffusion-directions";
  return [
    describeShells(series, diffusion, model),
    ...(isTensor ? [describeLowerBound(name, fit)] : []),
    ...(name === "diffusion-kurtosis" ? [describeValidity(model, fit)] : []),
    ...(isAdc ? [repeatability] : []),
  ];
}

function describeShells(
  { axis }: SeriesVolume,
  diffusion: DiffusionEncoding,
  { samples }: ChosenModel,
): ReportTable {
  const { nominalBValues, bMatrices, directionSource } = diffusion;
  const used = new Set(samples.images);
  const rows = findShells(diffusion).map((shell) => {
    const directions = groupDirections(diffusion, shell.contrasts).length;
    const count = shell.contrasts.filter((index) => used.has(index)).length;
    return [
      describeB(shell),
      ...(nominalBValues === undefined ? [] : [roundB(shell.nominalBValue ?? shell.bValue)]),
      String(shell.contrasts.length),
      isB0(diffusion, shell.contrasts[0]!) ? "" : String(directions),
      count === shell.contrasts.length ? "all" : count === 0 ? "none" : `${count} images`,
    ];
  });
  const sources = [
    `b-values from ${describeSource(axis.source)}`,
    ...(diffusion.directions.some((direction) => direction !== undefined)
      ? [`directions from ${describeSource(directionSource)}`]
      : []),
    ...(bMatrices === undefined ? [] : ["b-matrices with the imaging gradients"]),
  ];
  const use =
    samples.averaged === undefined
      ? "the fit uses each as it is"
      : "the fit is to the geometric mean of each row, at its mean b-value";
  return {
    title: "b-values and directions",
    text: `${sources.join("; ")}. Images whose b-values differ by less than 3 % share a row; ${use}.`,
    columns: [
      { heading: "b [s/mm²]", numeric: true },
      ...(nominalBValues === undefined ? [] : [{ heading: "nominal [s/mm²]", numeric: true }]),
      { heading: "images", numeric: true },
      { heading: "directions", numeric: true },
      { heading: "fitted" },
    ],
    rows,
  };
}

/** `1000`, or `2002.9 to 2026.8`. */
function describeB({ lowest, highest }: Shell): string {
  const [from, to] = [roundB(lowest), roundB(highest)];
  return from === to ? from : `${from} to ${to}`;
}

function roundB(bValue: number): string {
  return String(Number(bValue.toPrecision(6)));
}

/** What makes the status lower-bound in the fit of a tensor, with and without kurtosis. */
const lowerBounds = {
  "diffusion-tensor": {
    title: "Negative eigenvalues",
    heading: "voxels with a negative eigenvalue",
    text: "A diffusivity is not negative; where noise makes an eigenvalue so, it counts as 0 in MD, FA, AD and RD and the voxel has the status lower-bound.",
  },
  "diffusion-kurtosis-tensor": {
    title: "Negative eigenvalues and kurtosis",
    heading: "voxels with a negative eigenvalue, or a kurtosis below its bound",
    text: "A diffusivity is not negative, and kurtosis not below its bound; where noise makes one so, the voxel has the status lower-bound.",
  },
} as const;

function describeLowerBound(
  name: keyof typeof lowerBounds,
  { tally, status }: VolumeFit,
): ReportTable {
  const { title, heading, text } = lowerBounds[name];
  const inside = status.length - tally.outside;
  const count = tally["lower-bound"];
  return {
    ...{ title, text },
    columns: [
      { heading, numeric: true },
      { heading: "of voxels in the mask", numeric: true },
    ],
    rows: [[formatCount(count), formatShare(count, inside)]],
  };
}

/** Above 1, the curve has turned up within the b-values: exp(-bD + b²D²K/6) has its minimum at b = 3/(DK). */
function describeValidity(
  { samples }: ChosenModel,
  { parameters, status }: VolumeFit,
): ReportTable {
  const [d, k] = ["D", "K"].map((symbol) => parameters.get(symbol)!.samples);
  const largestB = Math.max(...samples.bValues);
  let largest = Number.NEGATIVE_INFINITY;
  let [beyond, fitted] = [0, 0];
  for (let v = 0; v < status.length; v++) {
    const ratio = (largestB * d![v]! * k![v]!) / 3;
    if (status[v] !== 1 || !Number.isFinite(ratio)) continue;
    fitted++;
    if (ratio > largest) largest = ratio;
    if (ratio > 1) beyond++;
  }
  return {
    title: "Range of the kurtosis model",
    text: "The model holds for b below 3/(D K), where its curve turns up. The table compares the largest b-value with that: b D K / 3 above 1 is beyond.",
    columns: [
      { heading: "largest b D K / 3", numeric: true },
      { heading: "voxels above 1", numeric: true },
    ],
    rows: [
      [
        fitted === 0 ? "none" : formatNumber(largest),
        fitted === 0 ? "none" : `${formatCount(beyond)} of ${formatCount(fitted)}`,
      ],
    ],
  };
}

/**
 * What change of an ADC is larger than its repeatability.
 *
 * @see QIBA diffusion-weighted imaging profile: Boss MA et al., Radiology 2024, PMC11537247
 * @see preclinical: Tomography 2023;9:375 (10 scanners of 3 vendors)
 */
const repeatability: ReportTable = {
  title: "What change is real",
  text: "Published repeatability of the mean ADC of a region on one scanner with one protocol. Between scanners and programs more is needed. A single voxel is less certain: see its standard error.",
  columns: [
    { heading: "where" },
    { heading: "a change is real above", numeric: true },
    { heading: "source" },
  ],
  rows: [
    ["brain", "8 %", "QIBA DWI profile, Radiology 2024"],
    ["liver", "27 %", "QIBA DWI profile, Radiology 2024"],
    ["prostate", "27 %", "QIBA DWI profile, Radiology 2024"],
    ["breast", "15 %", "QIBA DWI profile, Radiology 2024"],
    ["phantom, preclinical scanners, between sites", "17 %", "Tomography 2023;9:375"],
  ],
};
