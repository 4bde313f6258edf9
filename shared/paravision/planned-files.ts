import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { type EnhancedFile, enhanceSeries } from "./enhanced-series.ts";
import type { RawScan } from "./raw-scan.ts";
import type { ImagePlan } from "./series-plan.ts";
import { imageName, type PlannedSeries } from "./write-images.ts";

/** A file as it should be in the output. */
export interface PlannedFile {
  /** Below `dicom` of the output. */
  readonly path: string;
  /** All attributes but PixelData. */
  readonly values: AttributeValues;
  /** Whose pixels it holds, one after the other. */
  readonly images: readonly ImagePlan[];
}

/** The Enhanced MR files of a series and their names. */
export function enhancedFiles(
  scan: RawScan,
  { plan, folder }: PlannedSeries,
): readonly { readonly path: string; readonly file: EnhancedFile }[] {
  const files = enhanceSeries(scan, plan);
  return files.map((file, place) => {
    return { path: `${folder}/${imageName("EnIm", place, files.length)}`, file };
  });
}

/** Every file of a series, in order. */
export function listPlannedFiles(scan: RawScan, series: PlannedSeries): readonly PlannedFile[] {
  if (scan.choices.objects === "enhanced") {
    return enhancedFiles(scan, series).map(({ path, file }) => {
      return { path, values: file.values, images: file.images };
    });
  }
  const { plan, folder } = series;
  return plan.images.map((image, place) => ({
    path: `${folder}/${imageName("MRIm", place, plan.images.length)}`,
    values: { ...plan.shared, ...image.own },
    images: [image],
  }));
}
