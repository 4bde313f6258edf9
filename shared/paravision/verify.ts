import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { compareAttributes } from "#shared/dicom/compare-attributes.ts";
import { roundToDecimalString } from "#shared/dicom/decimal-string.ts";
import { decodeNative } from "#shared/dicom/decode-native.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { frameBytes, readPixelLayout } from "#shared/dicom/pixel-layout.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import { isProgramError } from "#shared/errors.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import { readRecord, recordId } from "./conversion-record.ts";
import { recordFindings } from "./findings.ts";
import { openScan } from "./open-scan.ts";
import type { SeriesError } from "./pixel-survey.ts";
import { type PlannedReconstruction, planReconstruction } from "./plan-reconstruction.ts";
import { listPlannedFiles, type PlannedFile } from "./planned-files.ts";
import type { ConversionChoices } from "./raw-scan.ts";
import { openRawPixels, type RawPixels } from "./read-pixels.ts";
import { isSkip, type Reconstruction, type Skip } from "./reconstruction.ts";
import type { ImagePlan } from "./series-plan.ts";
import { comparePixels, type Rescale } from "./verify-pixels.ts";

/** A converted reconstruction to compare with its raw data. Plain data. */
export interface VerificationRequest {
  readonly reconstruction: Reconstruction;
  /** Those of the conversion. */
  readonly choices: ConversionChoices;
  readonly output: string;
  /** Of the reconstruction, below `dicom`. */
  readonly folder: string;
}

/** Something that is not as the raw data say. */
export interface Difference {
  /** Below `dicom`. */
  readonly file: string;
  readonly kind: "missing" | "foreign" | "changed" | "unreadable" | "attribute" | "pixels";
  readonly text: string;
}

/** What a verification found. Plain data. */
export interface Verification {
  readonly reconstruction: string;
  readonly folder: string;
  /** `absent`: nothing of it was written. `skipped`: it cannot be converted, so there is nothing to compare. */
  readonly status: "same" | "different" | "absent" | "skipped";
  readonly skip?: Skip;
  readonly files: number;
  readonly images: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  /** Of each series that was compared, in the order of the conversion. */
  readonly series: readonly VerifiedSeries[];
}

/** How exact the values of one series are. */
export interface VerifiedSeries extends SeriesError {
  /** Below `dicom`. */
  readonly folder: string;
  readonly files: number;
  readonly images: number;
  /** What the conversion said the largest error would be. */
  readonly allowedError: number;
}

/** Differences that are told; the others are counted. */
const mostTold = 100;

/**
 * Reads the files of a reconstruction with the reader of the other programs, and compares every attribute and every pixel with
 * the raw data.
 */
export const verifyReconstruction = defineTask(
  "verify-reconstruction",
  (request: VerificationRequest): Verification => {
    const { reconstruction, choices, output, folder } = request;
    const nothing = {
      reconstruction: reconstruction.path,
      folder,
      files: 0,
      images: 0,
      differences: [],
      differenceCount: 0,
      series: [],
    };
    const opened = openScan(reconstruction, choices, recordFindings());
    const planned = isSkip(opened) ? opened : planReconstruction(opened, folder);
    if (isSkip(planned)) return { ...nothing, status: "skipped", skip: planned };
    const files = planned.series.map((series) => listPlannedFiles(planned.scan, series));
    const present = listPresent(output, planned);
    if (present.size === 0) return { ...nothing, status: "absent" };
    const compared = compareFiles(request, planned, files, present);
    return {
      ...nothing,
      ...compared,
      status: compared.differenceCount === 0 ? "same" : "different",
      files: files.reduce((sum, own) => sum + own.length, 0),
      images: files.reduce((sum, own) => sum + countImages(own), 0),
    };
  },
);

function countImages(files: readonly PlannedFile[]): number {
  return files.reduce((sum, { images }) => sum + images.length, 0);
}

/** Paths below `dicom` of everything in the folders of the series. */
function listPresent(output: string, { series }: PlannedReconstruction): ReadonlySet<string> {
  const names = series.flatMap(({ folder }) => {
    try {
      return readdirSync(join(output, "dicom", folder)).map((name) => `${folder}/${name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
  return new Set(names);
}

function compareFiles(
  { reconstruction, output, folder }: VerificationRequest,
  planned: PlannedReconstruction,
  files: readonly (readonly PlannedFile[])[],
  present: ReadonlySet<string>,
): Pick<Verification, "differences" | "differenceCount" | "series"> {
  const differences: Difference[] = [];
  let differenceCount = 0;
  const tell = (file: string, kind: Difference["kind"], text: string) => {
    differenceCount++;
    if (differences.length < mostTold) differences.push({ file, kind, text });
  };
  const record = readRecord(output, recordId(folder));
  const digests = new Map(record?.conversion.files.map(({ path, sha256 }) => [path, sha256]));
  const own = new Set(files.flatMap((list) => list.map(({ path }) => path)));
  for (const path of [...present].sort()) {
    if (!own.has(path)) tell(path, "foreign", "no conversion of this raw data writes it");
  }
  const raw = openRawPixels(reconstruction.images);
  try {
    const series = planned.series.map(({ folder: own }, place): VerifiedSeries => {
      const { largestError: allowedError, unit } = planned.survey.series[place]!;
      let largestError = 0;
      for (const file of files[place]!) {
        if (!present.has(file.path)) {
          tell(file.path, "missing", "it is not there");
          continue;
        }
        const bytes = readFileSync(join(output, "dicom", file.path));
        const digest = digests.get(file.path);
        if (digest !== undefined && createHash("sha256").update(bytes).digest("hex") !== digest) {
          tell(file.path, "changed", "its bytes are not those that were written");
        }
        const error = compareFile(planned, file, bytes, raw, allowedError, (kind, text) =>
          tell(file.path, kind, text),
        );
        largestError = Math.max(largestError, error);
      }
      const counts = { files: files[place]!.length, images: countImages(files[place]!) };
      return { folder: own, ...counts, largestError, allowedError, unit };
    });
    return { differences, differenceCount, series };
  } finally {
    raw.close();
  }
}

/** Largest difference of real values of the images of a file. */
function compareFile(
  planned: PlannedReconstruction,
  file: PlannedFile,
  bytes: Buffer,
  raw: RawPixels,
  allowed: number,
  tell: (kind: Difference["kind"], text: string) => void,
): number {
  try {
    const layout = readLayout(memorySource(file.path, bytes));
    if (layout === undefined) {
      tell("unreadable", "it is no DICOM file");
      return 0;
    }
    const { dataset, unreadable } = readDataset(layout, () => true);
    for (const tag of unreadable) tell("unreadable", `(${tag}) cannot be read`);
    for (const text of compareAttributes(file.values, dataset)) tell("attribute", text);
    const pixels = readPixelLayout(layout, dataset);
    if (pixels === undefined || pixels.length !== frameBytes(pixels) * file.images.length) {
      tell("pixels", `it holds ${pixels?.length ?? 0} bytes of pixels`);
      return 0;
    }
    let largestError = 0;
    const stored = new Int16Array(pixels.rows * pixels.columns);
    for (const [index, image] of file.images.entries()) {
      const from = pixels.offset + index * frameBytes(pixels);
      decodeNative(bytes.subarray(from, from + frameBytes(pixels)), pixels, true, stored);
      const rescale = rescaleOf(file, image);
      const compared = comparePixels(planned.scan, raw, image, stored, rescale, allowed);
      if (compared.difference !== undefined) tell("pixels", compared.difference);
      largestError = Math.max(largestError, compared.largestError);
    }
    return largestError;
  } catch (error) {
    if (!isProgramError(error)) throw error;
    tell("unreadable", error.message);
    return 0;
  }
}

function rescaleOf({ shared }: PlannedFile, { own }: ImagePlan): Rescale {
  const numberOf = (keyword: "RescaleSlope" | "RescaleIntercept", otherwise: number) => {
    const value = own[keyword] ?? shared[keyword];
    return typeof value === "number" ? roundToDecimalString(value) : otherwise;
  };
  return { slope: numberOf("RescaleSlope", 1), intercept: numberOf("RescaleIntercept", 0) };
}
