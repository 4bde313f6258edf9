import { UsageError } from "#shared/errors.ts";

/** Which examinations and reconstructions a run takes. */
export type ScanChoice = (
  examination: number | undefined,
  processing: number | undefined,
) => boolean;

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `5, 7-9, 12/2`: examinations, or after a slash reconstructions of them. What has no number is taken only when nothing is
 * chosen.
 *
 * @param text - undefined for everything
 * @throws UsageError E-OPTION for a range that holds no number of ParaVision, which begin with 1
 */
export function parseScanChoice(text: string | undefined): ScanChoice {
  if (text === undefined) return () => true;
  const parts = text
    .trim()
    .split(/[\s,]+/)
    .map((part) => {
      const [examinations = "", processings] = part.split("/");
      return {
        examinations: parseRange(examinations),
        processings: processings === undefined ? undefined : parseRange(processings),
      };
    });
  return (examination, processing) =>
    examination !== undefined &&
    parts.some(
      (part) =>
        isWithin(examination, part.examinations) &&
        // An examination without a reconstruction belongs to those that are chosen.
        (part.processings === undefined ||
          processing === undefined ||
          isWithin(processing, part.processings)),
    );
}

function parseRange(text: string): Range {
  const [first = "", last = first] = text.split("-");
  const range = { first: Number(first), last: Number(last) };
  if (range.first >= 1 && range.last >= range.first) return range;
  throw new UsageError(
    "E-OPTION",
    `--scans has ${text}, which is no scan.`,
    "Numbers begin with 1, and the smaller one of a range stands first.",
  );
}

function isWithin(number: number, { first, last }: Range): boolean {
  return number >= first && number <= last;
}
