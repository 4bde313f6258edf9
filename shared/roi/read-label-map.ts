import { basename } from "node:path";
import { UnsupportedError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { allocateStored, openNifti, readVoxels } from "#shared/nifti/read-voxels.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";
import type { StoredArray } from "#shared/volume/series-volume.ts";
import { cropRegions, type TakePlane } from "./crop-regions.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type FrameStack, shapeOfRegion } from "./frame-stack.ts";
import { type LabelName, type LabelNames, readLabelNames, stemOf } from "./label-names.ts";
import { judgeValues, labelOf, shareOf } from "./label-values.ts";
import type { Roi, RoiCollection } from "./roi.ts";

/** Most bytes of samples that are read: all are held while the regions are cut out. */
const mostBytes = 2 ** 30;

/**
 * The regions of a NIfTI file.
 *
 * - Whole numbers: one region for each label but 0, ascending; NaN is 0.
 * - Values from 0 to 1 that are not all whole: one region, each value the share of its voxel.
 * - Four axes: a region of shares for each volume (a probabilistic atlas), of values from 0 to 1 stored as floats.
 *
 * A file with one label is named after itself, `mask_<name>` (of the original pipeline) after what follows; several labels
 * as a file beside it says (label-names.ts). A file without a voxel gives one empty region.
 *
 * @throws InputError E-LABELS for values that are no regions, and as openNifti and readVoxels do
 * @throws UnsupportedError E-LABELS for four axes of whole numbers, E-REGION-SIZE, and as openNifti does
 */
export async function readLabelMap(file: FoundFile): Promise<RoiCollection> {
  const nifti = await openNifti(file);
  const { header } = nifti;
  const { grid, volumes } = header;
  if (header.dataBytes > mostBytes) {
    throw new UnsupportedError(
      "E-REGION-SIZE",
      `${file.path} holds ${Math.ceil(header.dataBytes / 2 ** 20)} MiB of samples, more than the ${mostBytes / 2 ** 20} MiB that are read.`,
      "Store fewer regions in a file.",
    );
  }
  if (volumes > 1 && !header.datatype.startsWith("float")) {
    throw new UnsupportedError(
      "E-LABELS",
      `${file.path} holds ${volumes} volumes of whole numbers; which of them are the regions is not known.`,
      "Store the label map as one volume, or an atlas of probabilities from 0 to 1 as float32.",
    );
  }
  const stored = allocateStored(header.datatype, voxelCount(grid) * volumes);
  const slots = Array.from({ length: volumes }, (_, volume) => volume);
  const sha256 = await readVoxels(nifti, stored, slots);
  const { names, diagnostics } = await readLabelNames(file);
  const scale = (value: number) => value * header.slope + header.intercept;
  const stem = basename(stemOf(file.path));
  return {
    kind: "NIFTI",
    path: file.path,
    sha256,
    name: stem,
    uid: "",
    equipment: { manufacturer: "", model: "", version: "" },
    studyInstanceUID: "",
    frameOfReferenceUID: "",
    seriesInstanceUIDs: [],
    rois: cutRois(file.path, { stored, scale, grid, volumes }, stem, names),
    diagnostics: [...placeRemarks(file.path, header.warnings), ...diagnostics],
  };
}

function placeRemarks(
  path: string,
  warnings: readonly { readonly code: string }[],
): readonly Diagnostic[] {
  if (!warnings.some(({ code }) => code === "W-NIFTI-NO-AFFINE")) return [];
  return [
    {
      code: "NO_ORIENTATION",
      severity: "warning",
      text: `${path} has no orientation (sform_code and qform_code are 0): where its voxels lie is not known.`,
      collection: path,
    },
  ];
}

interface LabelVolumes {
  readonly stored: StoredArray;
  readonly scale: (value: number) => number;
  readonly grid: Grid;
  readonly volumes: number;
}

function cutRois(
  path: string,
  source: LabelVolumes,
  stem: string,
  names: LabelNames,
): readonly Roi[] {
  const { stored, scale, grid, volumes } = source;
  const found = judgeValues(path, stored, scale, volumes);
  const [columns, rows, slices] = grid.shape;
  const values = new Float64Array(columns * rows);
  const meaning = found.fractions ? shareOf : labelOf;
  const regions = cropRegions({
    path,
    columns,
    rows,
    each: (take: TakePlane) => {
      for (let plane = 0; plane < slices * volumes; plane++) {
        const from = plane * values.length;
        for (let i = 0; i < values.length; i++) values[i] = meaning(scale(stored[from + i]!));
        const volume = Math.floor(plane / slices);
        take(plane % slices, values, found.fractions ? volume + 1 : undefined);
      }
    },
    shareOf: (value) => value,
  });
  const stack = stackOfGrid(grid);
  const single = found.numbers.length <= 1;
  // What a file with one region stands for says its name; the label is 1 or 255 as its writer likes it.
  const legacy = single ? /^mask_(.+)$/.exec(stem)?.[1] : undefined;
  const listed = single && found.numbers.length === 0 ? [1] : found.numbers;
  return listed.map((number): Roi => {
    const { name, colour } = nameOf(number, names, legacy ?? (single ? stem : undefined));
    const shape = shapeOfRegion(stack, regions.get(number));
    return { number: legacy === undefined ? number : 1, name, uid: "", colour, shape };
  });
}

function nameOf(number: number, names: LabelNames, file: string | undefined): LabelName {
  return names.get(number) ?? { name: file ?? `label ${number}`, colour: undefined };
}

/** The planes of constant k. */
function stackOfGrid(grid: Grid): FrameStack {
  const { shape, rowStep, columnStep, origins, spacing, thickness } = planesOfGrid(grid);
  const a = grid.affineLps;
  return {
    matrix: [shape[0], shape[1]],
    ...{ rowStep, columnStep, origins, spacing, thickness },
    planeStep: [a[2]!, a[6]!, a[10]!],
    origin: grid.origin,
  };
}
