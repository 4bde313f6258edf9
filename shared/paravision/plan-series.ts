import type { AttributeValue } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { cleanAttribute } from "./clean-attribute.ts";
import { deIdentifier } from "./de-identify.ts";
import { mapping } from "./mapping.ts";
import type { RawScan } from "./raw-scan.ts";
import { isSkip, type Skip } from "./reconstruction.ts";
import type {
  ImageContext,
  ImagePlan,
  MappingRow,
  SeriesPart,
  SeriesPlan,
  StoredFrame,
} from "./series-plan.ts";
import { type SeriesFrames, splitSeries } from "./split-series.ts";

/** How a frame, or a partition of a 3D one, is stored. Called once for each image, series by series. */
export type StoredOf = (part: SeriesPart, frame: number, partition: number) => StoredFrame;

/** Attributes that say where an image lies: a scan without them is no image DICOM can hold. */
const placeKeywords: ReadonlySet<WrittenKeyword> = new Set<WrittenKeyword>([
  "ImagePositionPatient",
  "ImageOrientationPatient",
  "PixelSpacing",
]);

const seriesRows = mapping.filter(({ per }) => per === "series");
const imageRows = mapping.filter(({ per }) => per === "image");

/**
 * The DICOM series of a reconstruction, with the values of all attributes but PixelData: every row of the mapping is asked once
 * for a series, or once for each image. What comes out, every encoder can write.
 *
 * @returns Skip no-geometry when a position, orientation or pixel size is missing
 * @throws Error when another attribute of type 1 has no value: a row is wrong
 */
export function planSeries(scan: RawScan, stored: StoredOf): readonly SeriesPlan[] | Skip {
  const plans: SeriesPlan[] = [];
  for (const series of splitSeries(scan.visu)) {
    const plan = planOne(scan, series, stored);
    if (isSkip(plan)) return plan;
    plans.push(plan);
  }
  return plans;
}

function planOne(scan: RawScan, series: SeriesFrames, stored: StoredOf): SeriesPlan | Skip {
  const { part, frames } = series;
  const [columns = 1, rows = 1, partitions = 1] = scan.visu.size;
  const evaluate = rowEvaluator(scan);
  let shared: Values | undefined;
  const images: ImagePlan[] = [];
  for (const frame of frames) {
    for (let partition = 0; partition < partitions; partition++) {
      const image: ImageContext = {
        scan,
        part,
        frame,
        partition,
        place: images.length,
        stored: stored(part, frame, partition),
      };
      if (shared === undefined) {
        const values = evaluate(seriesRows, image);
        if (isSkip(values)) return values;
        shared = values;
      }
      const own = evaluate(imageRows, image);
      if (isSkip(own)) return own;
      images.push({
        frame,
        partition,
        sopInstanceUID: textIn(own, "SOPInstanceUID"),
        instanceNumber: numberIn(own, "InstanceNumber"),
        own,
      });
    }
  }
  if (shared === undefined) throw new Error(`a series of ${scan.visu.file.path} has no images`);
  return {
    part,
    seriesInstanceUID: textIn(shared, "SeriesInstanceUID"),
    seriesNumber: numberIn(shared, "SeriesNumber"),
    seriesDescription: String(shared["SeriesDescription"] ?? ""),
    rows: numberIn(images[0]!.own, "Rows", shared, rows),
    columns: numberIn(images[0]!.own, "Columns", shared, columns),
    shared,
    images,
  };
}

type Values = Partial<Record<WrittenKeyword, AttributeValue>>;

/** Asks rows for their values, which come out cleaned, and de-identified where that is wanted. */
function rowEvaluator(
  scan: RawScan,
): (rows: readonly MappingRow[], image: ImageContext) => Values | Skip {
  const deIdentify = deIdentifier(scan);
  return (rows, image) => {
    const values: Values = {};
    for (const { keyword, type, value: ask } of rows) {
      const raw = ask(image);
      const named = raw === undefined ? undefined : deIdentify(keyword, raw);
      const value = named === undefined ? undefined : cleanAttribute(scan, keyword, named);
      if (value !== undefined) values[keyword] = value;
      else if (type === "2") values[keyword] = [];
      else if (type === "1") {
        if (!placeKeywords.has(keyword)) throw new Error(`${keyword} of type 1 has no value`);
        const text = `${scan.visu.file.path} does not say ${keyword} of frame ${image.frame}`;
        return { skip: "no-geometry", text };
      }
    }
    return values;
  };
}

function textIn(values: Values, keyword: WrittenKeyword): string {
  const value = values[keyword];
  if (typeof value !== "string") throw new Error(`no row gives ${keyword} as text`);
  return value;
}

function numberIn(
  values: Values,
  keyword: WrittenKeyword,
  others: Values = {},
  otherwise?: number,
): number {
  const value = values[keyword] ?? others[keyword] ?? otherwise;
  if (typeof value !== "number") throw new Error(`no row gives ${keyword} as number`);
  return value;
}
