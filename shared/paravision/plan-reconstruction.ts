import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { checkEnhanced } from "./check-enhanced.ts";
import { type FoundThings, recordFindings } from "./findings.ts";
import { type OpenedScan, openScan, remarkOnFiles } from "./open-scan.ts";
import { type PixelSurvey, storedOf } from "./pixel-survey.ts";
import { planSeries } from "./plan-series.ts";
import type { ConversionChoices, RawScan } from "./raw-scan.ts";
import { openRawPixels } from "./read-pixels.ts";
import { isSkip, type RawFile, type Reconstruction, type Skip } from "./reconstruction.ts";
import type { SeriesPart } from "./series-plan.ts";
import { surveyPixels } from "./survey-pixels.ts";
import { countPartitions } from "./visu.ts";
import type { PlannedSeries } from "./write-images.ts";

/** A reconstruction as it will be written. */
export interface PlannedReconstruction {
  readonly scan: RawScan;
  readonly survey: PixelSurvey;
  readonly series: readonly PlannedSeries[];
  /** What was noticed until now. */
  found(): FoundThings;
}

/** A reconstruction that is open, and the digest of everything its files are made from. */
export interface FingerprintedScan extends OpenedScan {
  readonly fingerprint: string;
  found(): FoundThings;
}

/**
 * Reads the parameter files of a reconstruction, and its 2dseq once, for their digest.
 */
export function fingerprintScan(
  reconstruction: Reconstruction,
  choices: ConversionChoices,
): FingerprintedScan | Skip {
  const findings = recordFindings();
  const opened = openScan(reconstruction, choices, findings);
  if (isSkip(opened)) return opened;
  const images = digestFile(reconstruction.images);
  if (isSkip(images)) return images;
  const { examination, processing } = reconstruction;
  // Paths do not count: a study may be moved. Numbers do: they are written.
  const made = [sortKeys(choices), examination ?? null, processing ?? null];
  const text = JSON.stringify([...made, sortKeys({ ...opened.digests, images })]);
  const fingerprint = createHash("sha256").update(text).digest("hex");
  return { ...opened, fingerprint, found: findings.found };
}

/**
 * Surveys the pixels of an open reconstruction and plans its series.
 *
 * @param folder - of the reconstruction below `dicom`
 * @param known - the survey, where another thread made it
 */
export function planReconstruction(
  { scan: { findings: _before, ...rest } }: OpenedScan,
  folder: string,
  known?: PixelSurvey,
): PlannedReconstruction | Skip {
  const findings = recordFindings();
  const scan: RawScan = { ...rest, findings };
  const survey = known ?? surveyRaw(scan);
  const partitions = countPartitions(scan.visu);
  const plans = planSeries(scan, (_part, frame, partition) =>
    storedOf(survey, frame * partitions + partition),
  );
  if (isSkip(plans)) return plans;
  const refused = scan.choices.objects === "enhanced" ? checkEnhanced(scan, plans) : undefined;
  if (refused !== undefined) return refused;
  const series = plans.map((plan) => ({ plan, folder: seriesFolder(folder, plan.part) }));
  const found = () => {
    remarkOnFiles(scan);
    return findings.found();
  };
  return { scan, survey, series, found };
}

function surveyRaw(scan: RawScan): PixelSurvey {
  const pixels = openRawPixels(scan.reconstruction.images);
  try {
    return surveyPixels(scan, pixels);
  } finally {
    pixels.close();
  }
}

/** `12_1`, or with the number of the map or the inversion mode, or the frame type, behind it where a reconstruction is several series. */
function seriesFolder(folder: string, { element, inversionMode, frameType }: SeriesPart): string {
  const map = element === undefined ? "" : `_${element + 1}`;
  const mode = inversionMode === undefined ? "" : `_mode${inversionMode + 1}`;
  const type = frameType === undefined ? "" : `_${frameType.replace(/_IMAGE$/, "").toLowerCase()}`;
  return `${folder}${map}${mode}${type}`;
}

const digestBlock = 2 ** 20;

/** SHA-256 of a file, read in blocks. */
export function digestFile({ path, absolutePath }: RawFile): string | Skip {
  try {
    const descriptor = openSync(absolutePath, "r");
    try {
      const hash = createHash("sha256");
      const block = Buffer.alloc(digestBlock);
      for (let count = -1; count !== 0; ) {
        count = readSync(descriptor, block, 0, digestBlock, null);
        hash.update(block.subarray(0, count));
      }
      return hash.digest("hex");
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { skip: "unreadable", text: `${path} cannot be read (${code}).` };
  }
}

/** The same text for the same values, in whatever order they were set. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
