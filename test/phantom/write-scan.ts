import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeFile } from "#shared/dicom/encode-file.ts";
import { planSeries } from "#shared/paravision/plan-series.ts";
import type { RawScan } from "#shared/paravision/raw-scan.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { ImagePlan } from "#shared/paravision/series-plan.ts";

/**
 * Writes the only series of a scan as the converter plans it, one file for each image.
 *
 * @param pixels - 16 bits little endian, of one image
 * @returns paths of the files, in the order of the images
 */
export function writeScan(
  scan: RawScan,
  folder: string,
  slope: number,
  pixels: (image: ImagePlan) => Uint8Array,
): readonly string[] {
  const stored = {
    ...{ slope, intercept: 0, smallest: 0, largest: 32_767, windowCenter: 16_384 * slope },
    windowWidth: 32_767 * slope,
  };
  const plans = planSeries(scan, () => stored);
  if (isSkip(plans)) throw new Error(plans.text);
  const [plan, other] = plans;
  if (plan === undefined || other !== undefined) throw new Error(`${plans.length} series`);
  mkdirSync(folder, { recursive: true });
  return plan.images.map((image) => {
    const path = join(folder, `${String(image.own.InstanceNumber)}.dcm`);
    writeFileSync(path, encodeFile({ ...plan.shared, ...image.own }, pixels(image)));
    return path;
  });
}
