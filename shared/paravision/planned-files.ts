import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { enhanceSeries } from "./enhanced-series.ts";
import type { RawScan } from "./raw-scan.ts";
import type { ImagePlan } from "./series-plan.ts";
import { enhancedName } from "./write-enhanced.ts";
import { imageName, type PlannedSeries } from "./write-images.ts";

/** A file as it should be in the output. */
export interface PlannedFile {
  /** Below `dicom` of the output. */
  readonly path: string;
  /** All attributes but PixelData. */
  readonly values: AttributeValues;
  /** Whose pixels it holds, one after the other. */
  readonly images: readonly ImagePlan[];
  /** Of the classic images, what they share. */
  readonly shared: AttributeValues;
}

/** Every file of a series, in order. */
export function listPlannedFiles(
  scan: RawScan,
  { plan, folder }: PlannedSeries,
): readonly PlannedFile[] {
  const { shared, images } = plan;
  if (scan.choices.objects === "enhanced") {
    return enhanceSeries(scan, plan).map((file, place) => ({
      path: `${folder}/${enhancedName(place)}`,
      get values() {
        return file.values;
      },
      images: file.images,
      shared,
    }));
  }
  return images.map((image, place) => ({
    path: `${folder}/${imageName(place, images.length)}`,
    get values() {
      return { ...shared, ...image.own };
    },
    images: [image],
    shared,
  }));
}
