import { exitCodes } from "#shared/errors.ts";
import type { Conversion } from "#shared/paravision/conversion-record.ts";
import type { RemarkCode } from "#shared/paravision/remark-codes.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { type Item, isLost, placeOf } from "./item.ts";

/** How many things came out how. */
export interface Tally {
  readonly studies: number;
  readonly converted: number;
  readonly current: number;
  readonly kept: number;
  readonly failed: number;
  /** Things without an image, and those that were not chosen. */
  readonly leftOut: number;
  readonly series: number;
  readonly images: number;
  readonly bytes: number;
  /** Conversions with a remark that a person should look at. */
  readonly remarked: number;
}

/** Remarks that only explain: the images are what they should be. */
const explaining: ReadonlySet<string> = new Set<RemarkCode>([
  "weight-default",
  "date-without-zone",
  "pixels-quantised",
  "folder-renamed",
]);

/** Whether a remark only explains. */
export function isExplaining(code: string): boolean {
  return explaining.has(code);
}

/** What a run came to. */
export interface Judgement {
  readonly state: "done" | "partial" | "failed" | "nothing";
  readonly exitCode: number;
  readonly sentence: string;
  /** What should have been converted and was not, with its reason. */
  readonly partial: readonly string[];
  readonly tally: Tally;
  readonly verdict: Verdict;
}

const sumSizes = (files: Conversion["files"]) => files.reduce((sum, { size }) => sum + size, 0);

function tallyItems(items: readonly Item[]): Tally {
  const count = (wanted: (item: Item) => boolean) => items.filter(wanted).length;
  const conversions = items.flatMap(({ conversion }) => conversion ?? []);
  const images = conversions
    .flatMap(({ series }) => series)
    .reduce((sum, one) => sum + one.images, 0);
  return {
    studies: new Set(items.map(({ study }) => study)).size,
    converted: count(({ status }) => status === "converted"),
    current: count(({ status }) => status === "current"),
    kept: count(({ status }) => status === "kept"),
    failed: count((item) => isLost(item) && item.status !== "kept"),
    leftOut: count((item) => item.status === "skipped" && !isLost(item)),
    series: conversions.reduce((sum, { series }) => sum + series.length, 0),
    images,
    bytes: conversions.reduce((sum, { files }) => sum + sumSizes(files), 0),
    remarked: conversions.filter(({ findings }) =>
      findings.remarks.some(({ code }) => !isExplaining(code)),
    ).length,
  };
}

/**
 * The verdict on a run: exit code 0 when everything that can be converted is in the output, 1 when something of it is not
 * (0 with `keepPartial`, as long as anything is), 3 when nothing could be converted at all.
 */
export function judgeRun(
  items: readonly Item[],
  { keepPartial, strict }: { readonly keepPartial: boolean; readonly strict: boolean },
): Judgement {
  const tally = tallyItems(items);
  const present = tally.converted + tally.current + tally.kept;
  const lost = items.filter(isLost);
  const partial = lost.map((item) => `${placeOf(item)}: ${item.code} (${item.text})`);
  const sentence = describeTally(tally);
  if (present === 0) {
    const state = lost.length === 0 ? "nothing" : "failed";
    const verdict: Verdict = { level: "failed", reasons: [sentence] };
    return { state, exitCode: exitCodes.input, sentence, partial, tally, verdict };
  }
  const level = lost.length > 0 || tally.remarked > 0 ? "check" : "ok";
  const failing = lost.length > 0 && !keepPartial;
  const doubted = strict && level !== "ok";
  return {
    state: lost.length > 0 ? "partial" : "done",
    exitCode: failing || doubted ? exitCodes.partial : exitCodes.done,
    ...{ sentence, partial, tally, verdict: { level, reasons: [sentence] } },
  };
}

function describeTally(tally: Tally): string {
  const { converted, current, kept, failed, leftOut, remarked } = tally;
  const parts = [
    [converted, "converted"],
    [current, "there already, unchanged"],
    [
      kept,
      "kept from an earlier run with other options or other raw data (--overwrite replaces it)",
    ],
    [failed, "not converted"],
    [leftOut, "without an image or not chosen"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const words = said.length === 0 ? "no reconstruction found" : said.join(", ");
  return `Reconstructions: ${words}${remarked > 0 ? `; ${remarked} with a remark` : ""}.`;
}

/** Losses that the log names; PARTIAL has all. */
const mostNamed = 5;

/** What was lost, for the last line of the log. */
export function nameLost({ partial }: Judgement): readonly string[] {
  const rest = partial.length - mostNamed;
  return rest <= 0
    ? partial
    : [...partial.slice(0, mostNamed), `and ${rest} more, in report/PARTIAL`];
}
