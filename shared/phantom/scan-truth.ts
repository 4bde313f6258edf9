import { fslFrame } from "#shared/nifti/fsl-frame.ts";
import { encodeNifti4D } from "#shared/nifti/write.ts";
import { unitFactor } from "#shared/units.ts";
import { rotateVector } from "#shared/volume/rotation.ts";
import { drawLabels } from "./anatomy.ts";
import { diffusionEigenvalues } from "./diffusion-metrics.ts";
import { encodeSaturationTruth } from "./saturation-truth.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { type Simulation, storedPerSignal } from "./simulate-scan.ts";
import { diffusionOf } from "./tissue-diffusion-table.ts";
import { type Tissue, tissues } from "./tissue-table.ts";
import { drawTransmitField } from "./transmit-field.ts";
import { describeScanTruth, type ScanTruth } from "./true-quantities.ts";
import {
  countLabels,
  encodeLabels,
  encodeMap,
  json,
  paintMap,
  type TruthFile,
} from "./truth-files.ts";

/** The truth of a scan on the coarse slices, files for a folder of its own; none for other scans. */
export function encodeScanTruth(plan: ScanPlan, simulation: Simulation): readonly TruthFile[] {
  const truth = describeScanTruth(plan);
  if (truth === undefined) return [];
  const labels = drawLabels(plan.grid);
  const maps = truth.quantities.flatMap(({ map, unit, fileUnit = unit, about, value }) => {
    const factor = unitFactor(unit, fileUnit);
    const samples = paintMap(labels, (tissue) => value(tissue) * factor);
    return encodeMap(plan.grid, map, samples, fileUnit, about);
  });
  const directions = hasDirections(plan) ? encodeDirections(plan, labels) : [];
  const content = json({
    description: `True values of the digital mouse in scan ${plan.number}, ${plan.protocol}`,
    scan: plan.number,
    equation: truth.equation,
    units: Object.fromEntries(truth.quantities.map(({ symbol, unit }) => [symbol, unit])),
    seed: simulation.seed,
    sigma: simulation.sigma * plan.relativeNoise * storedPerSignal,
    ...truth.constants,
    regions: listRegions(plan, truth, labels),
  });
  return [
    ...maps,
    ...directions,
    ...encodeLabels(plan.grid, labels),
    ...encodeSaturationTruth(plan),
    { fileName: "truth.json", content },
  ];
}

function hasDirections({ diffusion }: ScanPlan): boolean {
  return diffusion === "tensor" || diffusion === "kurtosis";
}

/** The first eigenvector as process-dwi writes its own: 4D, in FSL's frame; NaN where no direction is the first. */
function encodeDirections({ grid }: ScanPlan, labels: Uint8Array): readonly TruthFile[] {
  const frame = fslFrame(grid, false);
  const components = [0, 1, 2].map((c) =>
    paintMap(labels, (tissue) =>
      isAnisotropic(tissue) ? rotateVector(frame, diffusionOf(tissue).axes[0])[c]! : Number.NaN,
    ),
  );
  const content = encodeNifti4D(grid, components, { description: "True V1, digital mouse" });
  const sidecar = {
    LongName: "True first eigenvector of the diffusion tensor",
    ComponentOrder: ["x", "y", "z"],
    OrientationNote:
      "components along FSL's x, y, z: the axes of the file, the first reversed where they are right-handed",
  };
  return [
    { fileName: "V1.nii", content },
    { fileName: "V1.json", content: json(sidecar) },
  ];
}

/** The B1 map that belongs to a scan, percent, with values in air as well; none for scans that B1 leaves alone. */
export function encodeTransmitField(plan: ScanPlan): readonly TruthFile[] {
  if (!plan.transmitField) return [];
  return encodeMap(plan.grid, "TB1map", drawTransmitField(plan.grid), "%", "relative B1");
}

function listRegions(plan: ScanPlan, { quantities }: ScanTruth, labels: Uint8Array) {
  const counts = countLabels(labels);
  const directional = hasDirections(plan);
  return tissues.map((tissue) => ({
    label: tissue.label,
    name: tissue.name,
    // JSON has no NaN: a value that does not exist is null.
    ...Object.fromEntries(quantities.map(({ symbol, value }) => [symbol, value(tissue)])),
    ...(directional ? { eigenvalues: diffusionEigenvalues(tissue) } : {}),
    // Patient coordinates (L, P, S); no direction is the first where all are alike.
    ...(directional ? { V1: isAnisotropic(tissue) ? diffusionOf(tissue).axes[0] : null } : {}),
    voxels: counts[tissue.label],
  }));
}

function isAnisotropic(tissue: Tissue): boolean {
  const [first, , third] = diffusionEigenvalues(tissue);
  return first > third;
}
