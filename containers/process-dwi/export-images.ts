import { bidsName } from "#shared/derivatives/bids-name.ts";
import { describeFile } from "#shared/derivatives/describe-fit.ts";
import { encodeImages } from "#shared/derivatives/encode-images.ts";
import type { ExtraFile } from "#shared/derivatives/fit-to-write.ts";
import { mapFolder } from "#shared/derivatives/map-folder.ts";
import { encodeSidecar, isAcquired3D } from "#shared/derivatives/sidecar.ts";
import type { SourceLabels } from "#shared/derivatives/source-labels.ts";
import { encodeBvalBvec } from "#shared/nifti/encode-bval-bvec.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import {
  type DiffusionEncoding,
  type SeriesVolume,
  signalSource,
} from "#shared/volume/series-volume.ts";

const orderNote =
  "Volumes in the order of acquisition, which is the order in which dcm2niix writes them; directions along the axes of NIfTI files with the rows of the image from bottom to top, as those of this folder, in the frame of FSL.";

/**
 * The bval and bvec files of a series, and with `withImages` the images themselves in the same order: what other software
 * needs to repeat the analysis.
 */
export async function exportImages(
  series: SeriesVolume,
  diffusion: DiffusionEncoding,
  labels: SourceLabels,
  withImages: boolean,
  context: ProgramContext,
): Promise<readonly ExtraFile[]> {
  const acquisition3D = isAcquired3D(series.acquisition);
  const { bval, bvec } = encodeBvalBvec(diffusion, series.grid, acquisition3D);
  const name = `${mapFolder}/${bidsName(labels, "dwi")}`;
  const directed = diffusion.directions.some((direction) => direction !== undefined);
  const sidecar = encodeSidecar({
    LongName: "Diffusion-weighted images",
    ...(withImages ? { Units: "arbitrary" } : {}),
    VolumeOrder: orderNote,
    BValueSource: series.axis.source,
    DirectionSource: directed ? diffusion.directionSource : undefined,
    NominalBValue: inOrder(diffusion, diffusion.nominalBValues),
  });
  const files: ExtraFile[] = [
    { path: `${name}.bval`, content: bval, description: "b-values, in order of acquisition" },
    { path: `${name}.json`, content: sidecar, description: "order and source of the b-values" },
  ];
  if (directed) {
    const description = "gradient directions, frame of FSL";
    files.push({ path: `${name}.bvec`, content: bvec, description });
  }
  if (withImages) {
    const content = await context.pool.run(encodeImages, {
      grid: series.grid,
      source: signalSource(series),
      order: inOrder(diffusion, [...diffusion.bValues.keys()])!,
      description: describeFile("DWI", "arbitrary", context),
      acquisition3D,
    });
    const description = "diffusion-weighted images, in order of acquisition";
    files.push({ path: `${name}.nii.gz`, content, description });
  }
  return files;
}

/** Values of the images, from the order of the axis to the order of acquisition. */
function inOrder<T>(
  { acquisitionOrder }: DiffusionEncoding,
  values: readonly T[] | undefined,
): readonly T[] | undefined {
  if (values === undefined) return undefined;
  const ordered = new Array<T>(values.length);
  values.forEach((value, index) => {
    ordered[acquisitionOrder[index]!] = value;
  });
  return ordered;
}
