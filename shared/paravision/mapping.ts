import { cestRows } from "./cest-rows.ts";
import { contrastRows } from "./contrast-rows.ts";
import { diffusionRows } from "./diffusion-rows.ts";
import { equipmentRows } from "./equipment-rows.ts";
import { geometryRows } from "./geometry-rows.ts";
import { imageRows } from "./image-rows.ts";
import { patientRows } from "./patient-rows.ts";
import { pixelRows } from "./pixel-rows.ts";
import type { MappingRow } from "./series-plan.ts";
import { seriesRows } from "./series-rows.ts";
import { studyRows } from "./study-rows.ts";
import { timeRows } from "./time-rows.ts";

/**
 * Every attribute of the images, one row each: the converter, the reference page in docs/mri2dicom.md and a test are derived
 * from this list.
 *
 * The order is that of the reference page; files are written in the order of the tags.
 */
export const mapping: readonly MappingRow[] = [
  ...patientRows,
  ...studyRows,
  ...seriesRows,
  ...equipmentRows,
  ...imageRows,
  ...contrastRows,
  ...timeRows,
  ...diffusionRows,
  ...cestRows,
  ...geometryRows,
  ...pixelRows,
];
