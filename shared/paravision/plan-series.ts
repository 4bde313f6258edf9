import type { AttributeValue } from "#shared/dicom/encode-attributes.ts";
import { rememberResults } from "#shared/dicom/remember-results.ts";
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

/** How a frame, or a partition of a 3D one, is stored. */
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
  const valuesOf: ValuesOfImage = (rows, frame, partition, place) => {
    const described = stored(part, frame, partition);
    return evaluate(rows, { scan, part, frame, partition, place, stored: described });
  };
  const [firstFrame] = frames;
  if (firstFrame === undefined) throw new Error(`a series of ${scan.visu.file.path} has no images`);
  const shared = valuesOf(seriesRows, firstFrame, 0, 0);
  if (isSkip(shared)) return shared;
  const images: PlannedImage[] = [];
  for (const frame of frames) {
    for (let partition = 0; partition < partitions; partition++) {
      const place = valuesOf(placeRows, frame, partition, images.length);
      if (isSkip(place)) return place;
      images.push(new PlannedImage(frame, partition, images.length, valuesOf));
    }
  }
  const first: Values = images[0]!.own;
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

type ValuesOfImage = (
  rows: readonly MappingRow[],
  frame: number,
  partition: number,
  place: number,
) => Values | Skip;

/**
 * Attributes are worked out when they are asked for: those of all images together would fill the memory. A class, because a
 * getter of its own for each of ten thousand images would, too.
 */
class PlannedImage implements ImagePlan {
  readonly frame: number;
  readonly partition: number;
  readonly #place: number;
  readonly #valuesOf: ValuesOfImage;

  constructor(frame: number, partition: number, place: number, valuesOf: ValuesOfImage) {
    this.frame = frame;
    this.partition = partition;
    this.#place = place;
    this.#valuesOf = valuesOf;
  }

  get own(): Values {
    const values = this.#valuesOf(imageRows, this.frame, this.partition, this.#place);
    if (isSkip(values)) throw new Error(values.text);
    return values;
  }
}

/** Attributes of these types have a value or are left out. */
const optional: ReadonlySet<MappingRow["type"]> = new Set<MappingRow["type"]>(["1C", "3"]);

type Values = Partial<Record<WrittenKeyword, AttributeValue>>;

/** Asks rows for their values, which come out cleaned, and de-identified where that is wanted. */
function rowEvaluator(
  scan: RawScan,
): (rows: readonly MappingRow[], image: ImageContext) => Values | Skip {
  const deIdentify = deIdentifier(scan);
  const clean = (keyword: WrittenKeyword) =>
    rememberResults((raw: AttributeValue | undefined) => {
      const named = raw === undefined ? undefined : deIdentify(keyword, raw);
      return named === undefined ? undefined : cleanAttribute(scan, keyword, named);
    });
  const cleaners = new Map(mapping.map((row) => [row, clean(row.keyword)]));
  return (rows, image) => {
    const values: Values = {};
    for (const row of rows) {
      const { keyword, type } = row;
      const value = cleaners.get(row)!(row.value(image));
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
