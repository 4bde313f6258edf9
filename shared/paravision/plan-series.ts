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
const placeRows = imageRows.filter(({ keyword }) => placeKeywords.has(keyword));

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
      const place = evaluate(placeRows, image);
      if (isSkip(place)) return place;
      images.push(planImage(image, () => evaluate(imageRows, image)));
    }
  }
  if (shared === undefined) throw new Error(`a series of ${scan.visu.file.path} has no images`);
  const first = images[0]!.own as Values;
  return {
    part,
    seriesInstanceUID: textIn(shared, "SeriesInstanceUID"),
    seriesNumber: numberIn(shared, "SeriesNumber"),
    seriesDescription: String(shared["SeriesDescription"] ?? ""),
    rows: numberIn(first, "Rows", shared, rows),
    columns: numberIn(first, "Columns", shared, columns),
    shared,
    images,
  };
}

/** Attributes are worked out when they are asked for: those of all images together would fill the memory. */
function planImage({ frame, partition }: ImageContext, evaluate: () => Values | Skip): ImagePlan {
  const own = (): Values => {
    const values = evaluate();
    if (isSkip(values)) throw new Error(values.text);
    return values;
  };
  return {
    frame,
    partition,
    get sopInstanceUID() {
      return textIn(own(), "SOPInstanceUID");
    },
    get instanceNumber() {
      return numberIn(own(), "InstanceNumber");
    },
    get own() {
      return own();
    },
  };
}

/** Attributes of these types have a value or are left out. */
const optional: ReadonlySet<MappingRow["type"]> = new Set<MappingRow["type"]>(["1C", "3"]);

type Values = Partial<Record<WrittenKeyword, AttributeValue>>;

/** What a row gave, and what was written of it. */
interface Finished {
  readonly raw: AttributeValue | undefined;
  readonly value: AttributeValue | undefined;
}

/** Asks rows for their values, which come out cleaned, and de-identified where that is wanted. */
function rowEvaluator(
  scan: RawScan,
): (rows: readonly MappingRow[], image: ImageContext) => Values | Skip {
  const deIdentify = deIdentifier(scan);
  // Most values are those of the image before: what comes of them is known.
  const before = new Map<MappingRow, Finished>();
  const finish = (row: MappingRow, raw: AttributeValue | undefined) => {
    const known = before.get(row);
    if (known !== undefined && known.raw === raw) return known.value;
    const { keyword } = row;
    const named = raw === undefined ? undefined : deIdentify(keyword, raw);
    const value = named === undefined ? undefined : cleanAttribute(scan, keyword, named);
    before.set(row, { raw, value });
    return value;
  };
  return (rows, image) => {
    const values: Values = {};
    for (const row of rows) {
      const { keyword, type } = row;
      const value = finish(row, row.value(image));
      const empty = Array.isArray(value) && value.length === 0;
      if (value !== undefined && !(empty && optional.has(type))) values[keyword] = value;
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
