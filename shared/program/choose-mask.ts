import { type Stats, statSync } from "node:fs";
import type { PathValue } from "#command-json/inputs.ts";
import type { MaskChoice, NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import { InputError, UsageError } from "#shared/errors.ts";
import { readMaskOnGrid } from "#shared/nifti/read-mask.ts";
import { startForeground, thresholdMask } from "#shared/volume/foreground.ts";
import { voxelCount } from "#shared/volume/grid.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";

/**
 * The voxels that `--mask` asks for; the noise may still be on its way.
 *
 * @param limits.noiseThreshold - multiples of sigma a voxel of the automatic mask must reach
 * @param limits.fraction - of the bright end of the brightest image, for `threshold`
 * @throws UsageError E-MASK-FILE when there is no such file; InputError E-NO-SIGNAL when no voxel is left, and as
 *   readMaskOnGrid does
 */
export async function chooseMask(
  option: "auto" | "threshold" | "none" | PathValue,
  series: SeriesVolume,
  noise: NoiseChoice | Promise<NoiseChoice>,
  limits: { readonly noiseThreshold: number; readonly fraction: number },
): Promise<MaskChoice> {
  const mask = await makeMask(option, series, noise, limits);
  if (mask.samples.includes(1)) return mask;
  throw new InputError(
    "E-NO-SIGNAL",
    `No voxel is left to fit (mask: ${mask.source}).`,
    "Look at the images; if they hold signal, use --mask none or a mask of your own.",
  );
}

async function makeMask(
  option: "auto" | "threshold" | "none" | PathValue,
  series: SeriesVolume,
  noise: NoiseChoice | Promise<NoiseChoice>,
  limits: { readonly noiseThreshold: number; readonly fraction: number },
): Promise<MaskChoice> {
  if (option === "none") {
    const samples = new Uint8Array(new SharedArrayBuffer(voxelCount(series.grid)));
    return { samples: samples.fill(1), source: "every voxel (--mask none)" };
  }
  if (option === "threshold") {
    const { samples } = thresholdMask(series, { fraction: limits.fraction });
    return {
      samples,
      source: `brightest image above ${limits.fraction} of its bright end (--mask threshold)`,
    };
  }
  if (option === "auto") {
    const maskForeground = startForeground(series);
    const { sigma } = await noise;
    const { samples } = maskForeground({ sigma, threshold: limits.noiseThreshold });
    return { samples, source: "automatic foreground" };
  }
  requireFile(option.path);
  const { samples } = await readMaskOnGrid(option.path, series.grid);
  return { samples, source: `file ${option.path.split("/").at(-1)}` };
}

function requireFile(path: string): void {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch {
    return; // What may not be looked at is reported by its reader.
  }
  if (found !== undefined && !found.isDirectory()) return;
  throw new UsageError(
    "E-MASK-FILE",
    `--mask ${path}: ${found === undefined ? "there is no such file" : "this is a folder"}.`,
    "Give a NIfTI file, or auto, threshold or none.",
  );
}
