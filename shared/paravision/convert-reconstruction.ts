import { InputError, isProgramError } from "#shared/errors.ts";
import { cannotWrite } from "#shared/files/cannot-write.ts";
import { defineTask, type Pool } from "#shared/parallel/pool.ts";
import type { ChosenFolder } from "./choose-folders.ts";
import type { Conversion, ConvertedFile } from "./conversion-record.ts";
import type { ConversionResult } from "./conversion-result.ts";
import {
  discardStaged,
  findCurrent,
  inspectPresent,
  publishStaged,
  type RerunChoices,
  stageFolder,
  stagingOf,
} from "./converted-folder.ts";
import { addFindings, type FoundThings, recordFindings } from "./findings.ts";
import { openScan } from "./open-scan.ts";
import type { PixelSurvey } from "./pixel-survey.ts";
import {
  fingerprintScan,
  type PlannedReconstruction,
  planReconstruction,
} from "./plan-reconstruction.ts";
import type { ConversionChoices } from "./raw-scan.ts";
import { openRawPixels } from "./read-pixels.ts";
import { isSkip, type Reconstruction, type Skip } from "./reconstruction.ts";
import { storePixels } from "./store-pixels.ts";
import { wordBytes } from "./visu.ts";
import { writeEnhanced } from "./write-enhanced.ts";
import { type ImageRange, type PixelsOfImage, writeImages } from "./write-images.ts";

/** One reconstruction to convert. Plain data: it crosses threads. */
export interface ConversionRequest {
  readonly reconstruction: Reconstruction;
  readonly choices: ConversionChoices;
  /** Absolute path of the output folder, locked by this run. */
  readonly output: string;
  readonly chosen: ChosenFolder;
  readonly rerun: RerunChoices;
}

/**
 * Converts one reconstruction: files appear under their names all at once, or not at all. Threads share the images of a large one.
 *
 * What is wrong with the raw data is in the result.
 *
 * @throws UsageError E-OUTPUT, E-OUTPUT-FULL when the output cannot be written: the next reconstruction could not either
 */
export async function convertReconstruction(
  request: ConversionRequest,
  pool: Pool,
): Promise<ConversionResult> {
  const began = performance.now();
  const begun = await pool.run(beginTask, request);
  if (begun.kind === "ended") return begun.result;
  const ranges = splitImages(begun.images, pool.size);
  const parts = await Promise.allSettled(
    ranges.map((range) => {
      const { survey, fingerprint } = begun;
      return pool.run(writeTask, { request, survey, range, fingerprint });
    }),
  );
  const failed = parts.find((part) => part.status === "rejected");
  if (failed !== undefined) {
    discardStaged(request.output, request.chosen.folder);
    return judgeFailure(request, failed.reason, began);
  }
  const written = parts.flatMap((part) => (part.status === "fulfilled" ? [part.value] : []));
  const findings = recordFindings(begun.conversion.findings);
  for (const { found } of written) addFindings(findings, found);
  const files = written.flatMap((part) => part.files);
  const conversion = { ...begun.conversion, findings: findings.found(), files };
  try {
    return publish(request, begun.fingerprint, conversion, began);
  } catch (error) {
    return judgeFailure(request, error, began);
  }
}

/** What the first task leaves to do. */
type Begun =
  | { readonly kind: "ended"; readonly result: ConversionResult }
  | {
      readonly kind: "large";
      readonly fingerprint: string;
      readonly survey: PixelSurvey;
      /** Without files. */
      readonly conversion: Conversion;
      readonly images: number;
    };

/** A reconstruction of more bytes or images than these is written by several threads. */
const largeBytes = 32 * 2 ** 20;
const largeImages = 512;

const beginTask = defineTask("begin-conversion", (request: ConversionRequest): Begun => {
  const began = performance.now();
  try {
    return begin(request, began);
  } catch (error) {
    discardStaged(request.output, request.chosen.folder);
    return { kind: "ended", result: judgeFailure(request, error, began) };
  }
});

function begin(request: ConversionRequest, began: number): Begun {
  const { reconstruction, choices, output, chosen, rerun } = request;
  const end = (state: Pick<ConversionResult, "status" | "skip" | "conversion">): Begun => ({
    kind: "ended",
    result: describe(request, state, began),
  });
  const opened = fingerprintScan(reconstruction, choices);
  if (isSkip(opened)) return end({ status: "skipped", skip: opened });
  const { fingerprint } = opened;
  const current = findCurrent(output, chosen.folder, fingerprint, rerun.recheck);
  if (current !== undefined) return end({ status: "current", conversion: current.conversion });
  const planned = planReconstruction(opened, chosen.folder);
  if (isSkip(planned)) return end({ status: "skipped", skip: planned });
  const folders = planned.series.map(({ folder }) => folder);
  const studyInstanceUID = String(planned.series[0]?.plan.shared.StudyInstanceUID ?? "");
  const wanted = { fingerprint, studyInstanceUID, folders };
  const present = inspectPresent(output, chosen.folder, wanted, rerun.overwrite);
  if (present.state === "foreign") return end({ status: "skipped", skip: present.skip });
  if (present.state === "outdated") {
    const { conversion } = present.record;
    const text = `dicom/${chosen.folder} was made from other raw data, with other options, or by another version, and is kept: --overwrite replaces it.`;
    return end({ status: "kept", skip: { skip: "foreign-folder", text }, conversion });
  }
  const staging = stageFolder(output, chosen.folder);
  const images = planned.series.reduce((sum, { plan }) => sum + plan.images.length, 0);
  const bytes = reconstruction.images.size;
  // The frames of an Enhanced MR file cannot be written by several threads.
  const large = choices.objects === "classic" && (bytes > largeBytes || images > largeImages);
  const files = large ? [] : writeRange(planned, { from: 0, to: images }, staging);
  const conversion = summarize(planned, studyInstanceUID, opened.found(), request, files);
  if (large) {
    return { kind: "large", fingerprint, survey: planned.survey, conversion, images };
  }
  return { kind: "ended", result: publish(request, fingerprint, conversion, began) };
}

interface RangeRequest {
  readonly request: ConversionRequest;
  readonly survey: PixelSurvey;
  readonly range: ImageRange;
  readonly fingerprint: string;
}

/** Of this thread: the next range is mostly of the same reconstruction. */
let lastPlan: { readonly fingerprint: string; readonly planned: PlannedReconstruction } | undefined;

function planAgain({ request, survey, fingerprint }: RangeRequest): NonNullable<typeof lastPlan> {
  const { reconstruction, choices, chosen } = request;
  const opened = openScan(reconstruction, choices, recordFindings());
  const planned = isSkip(opened) ? opened : planReconstruction(opened, chosen.folder, survey);
  if (isSkip(planned)) {
    throw new InputError("E-TRUNCATED", `${planned.text}, which it was not before.`, runAgain);
  }
  return { fingerprint, planned };
}

const runAgain = "Wait until the copy of the raw data is complete, and run again.";

interface WrittenRange {
  readonly files: readonly ConvertedFile[];
  readonly found: FoundThings;
}

const writeTask = defineTask("write-images", (input: RangeRequest): WrittenRange => {
  const { output, chosen } = input.request;
  if (lastPlan?.fingerprint !== input.fingerprint) lastPlan = planAgain(input);
  const { planned } = lastPlan;
  try {
    const files = writeRange(planned, input.range, stagingOf(output, chosen.folder));
    return { files, found: planned.found() };
  } catch (error) {
    // The number of a system error does not cross threads.
    throw cannotWrite(output, error);
  }
});

function writeRange(
  { scan, survey, series }: PlannedReconstruction,
  range: ImageRange,
  staging: string,
): readonly ConvertedFile[] {
  const { visu, reconstruction } = scan;
  const [columns = 1, rows = 1, partitions = 1] = visu.size;
  const bytes = columns * rows * wordBytes[visu.wordType];
  const raw = openRawPixels(reconstruction.images);
  const pixelsOf: PixelsOfImage = (image) => {
    const offset = (image.frame * partitions + image.partition) * bytes;
    return storePixels(scan, survey, image, raw.read(offset, bytes));
  };
  try {
    if (scan.choices.objects === "classic") return writeImages(series, range, pixelsOf, staging);
    return writeEnhanced(scan, series, pixelsOf, staging);
  } finally {
    raw.close();
  }
}

/** Four ranges for each thread, so that none waits long for the last. */
function splitImages(images: number, threads: number): readonly ImageRange[] {
  const each = Math.max(1, Math.ceil(images / (4 * threads)));
  return Array.from({ length: Math.ceil(images / each) }, (_, n) => ({
    from: n * each,
    to: Math.min(images, (n + 1) * each),
  }));
}

function summarize(
  { scan, survey, series, found }: PlannedReconstruction,
  studyInstanceUID: string,
  before: FoundThings,
  { chosen }: ConversionRequest,
  files: readonly ConvertedFile[],
): Conversion {
  const findings = recordFindings(before);
  addFindings(findings, found());
  if (chosen.remark !== undefined) findings.remark("folder-renamed", chosen.remark);
  return {
    studyInstanceUID,
    series: series.map(({ plan, folder }, place) => ({
      seriesInstanceUID: plan.seriesInstanceUID,
      seriesNumber: plan.seriesNumber,
      seriesDescription: plan.seriesDescription,
      folder,
      images: plan.images.length,
      ...plan.part,
      ...survey.series[place]!,
    })),
    frames: scan.visu.frameCount,
    groups: scan.visu.groups.map(({ id, count }) => ({ id, count })),
    findings: findings.found(),
    files,
  };
}

function publish(
  request: ConversionRequest,
  fingerprint: string,
  conversion: Conversion,
  began: number,
): ConversionResult {
  const { output, chosen, reconstruction } = request;
  publishStaged(output, chosen.folder, {
    format: 1,
    reconstruction: reconstruction.path,
    fingerprint,
    conversion,
  });
  return describe(request, { status: "converted", conversion }, began);
}

function describe(
  { reconstruction, chosen }: ConversionRequest,
  state: Pick<ConversionResult, "status" | "skip" | "conversion">,
  began: number,
): ConversionResult {
  const seconds = (performance.now() - began) / 1000;
  return { reconstruction: reconstruction.path, folder: chosen.folder, ...state, seconds };
}

/** Raw data that cannot be read fail this reconstruction; an output that cannot be written ends the run. */
function judgeFailure(request: ConversionRequest, error: unknown, began: number): ConversionResult {
  if (isProgramError(error, "input")) {
    const skip: Skip = { skip: "unreadable", text: error.message };
    return describe(request, { status: "failed", skip }, began);
  }
  throw cannotWrite(request.output, error);
}
