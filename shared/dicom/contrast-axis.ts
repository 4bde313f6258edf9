import { InputError, UsageError } from "#shared/errors.ts";
import { unitEntry } from "#shared/units.ts";
import { suggestProgram } from "#shared/volume/contrast-refusals.ts";
import { contrastKeywords, contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastAxis, ContrastKeyword } from "#shared/volume/series-volume.ts";
import { type Image, nameImage } from "./frame.ts";
import { nameTag } from "./tags.ts";

/** Values closer than this, relative, are one: rounding in decimal strings, never two settings. */
const sameValue = 1e-4;

/** A user's value may differ this much from the header's (qmri-conventions 7.5). */
const agreement = 0.01;

/** The distinct values of a contrast, and which of them each image has. */
export interface ContrastLevels {
  /** Ascending. */
  readonly values: readonly number[];
  readonly source: string;
  /** Index into `values` of each image, in the order of the images. */
  readonly levels: readonly number[];
}

/** What the caller of a reader wants of the contrast. */
export interface ContrastWish {
  readonly contrast: ContrastKeyword;
  readonly values?: readonly number[];
  readonly override?: boolean;
  readonly atLeast: number;
}

/**
 * The distinct values of the wanted contrast over the images, checked against the user's.
 *
 * @throws InputError E-MISSING-TE, E-TE-CONSTANT, E-FEW, E-TE-MISMATCH; UsageError E-TE-COUNT, E-TE-VALUES
 *   (TE stands for the contrast's symbol)
 */
export function readLevels(images: readonly Image[], wish: ContrastWish): ContrastLevels {
  const header = headerLevels(images, wish);
  const { values, source } = applyUserValues(header, wish);
  if (values.length < Math.max(wish.atLeast, 2)) throw tooFew(images, values, wish);
  return { values, source, levels: header.levels };
}

/**
 * Distinct values, ascending; two that differ by rounding are one, except b-values, each of which belongs to
 * a measurement of its own (989 and 990 s/mm² are two directions).
 */
export function distinctValues(
  values: readonly number[],
  keyword: ContrastKeyword,
): readonly number[] {
  const tolerance = keyword === "DiffusionBValue" ? 0 : sameValue;
  const distinct: number[] = [];
  for (const value of [...values].sort((a, b) => a - b)) {
    const last = distinct.at(-1);
    if (last === undefined || value - last > tolerance * Math.abs(value)) distinct.push(value);
  }
  return distinct;
}

function headerLevels(images: readonly Image[], wish: ContrastWish): ContrastLevels {
  const terms = contrastTerms(wish.contrast);
  const found = images.map(({ frame }) => frame.contrasts[wish.contrast]);
  const without = images.filter((_, i) => found[i] === undefined);
  if (without.length === 0) {
    const all = found.map((one) => one!.value);
    const values = distinctValues(all, wish.contrast);
    return { values, source: found[0]!.source, levels: all.map((value) => nearest(values, value)) };
  }
  const echoes = images.map(({ frame }) => frame.echoNumber);
  if (
    wish.contrast === "EchoTime" &&
    wish.values !== undefined &&
    without.length === images.length &&
    echoes.every((echo) => echo !== undefined)
  ) {
    // The number of the echo says which is which; the user says when it was.
    const values = distinctValues(echoes, wish.contrast);
    return { values, source: "user", levels: echoes.map((echo) => nearest(values, echo)) };
  }
  throw new InputError(
    `E-MISSING-${terms.code}`,
    `${nameTag(wish.contrast)} is missing or no number above 0 in ${without.length} of ${images.length} images (first: ${nameImage(without[0]!)}).`,
    wish.values === undefined
      ? `Give ${terms.option} or use a complete export.`
      : "Nothing else says which image belongs to which value; use a complete export.",
  );
}

function nearest(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function applyUserValues(
  header: ContrastLevels,
  wish: ContrastWish,
): Pick<ContrastAxis, "values" | "source"> {
  const { values, override } = wish;
  if (values === undefined) return header;
  const terms = contrastTerms(wish.contrast);
  const given = `${terms.option} ${values.join(",")}`;
  if (values.some((value, i) => !Number.isFinite(value) || value < (values[i - 1] ?? 0))) {
    throw new UsageError(
      `E-${terms.code}-VALUES`,
      `${given}: the values must be numbers above 0 in ascending order.`,
      "Give one value for each image of a slice.",
    );
  }
  if (values.length !== header.values.length) {
    throw new UsageError(
      `E-${terms.code}-COUNT`,
      `${given} has ${values.length} values, the images have ${header.values.length} (${list(header.values)}).`,
      `Give as many ${terms.noun} as there are, or none.`,
    );
  }
  if (header.source === "user" || override === true) return { values, source: "user" };
  const wrong = values.findIndex(
    (value, i) => Math.abs(value - header.values[i]!) > agreement * Math.abs(header.values[i]!),
  );
  if (wrong === -1) return { values, source: "user" };
  const { label } = unitEntry(terms.unit);
  throw new InputError(
    `E-${terms.code}-MISMATCH`,
    `${terms.option} says ${terms.symbol} ${values[wrong]} ${label} where the images say ${header.values[wrong]} ${label}.`,
    `Leave ${terms.option} away, or force it with --override ${terms.option.slice(2)}.`,
  );
}

function tooFew(
  images: readonly Image[],
  values: readonly number[],
  { contrast, atLeast }: ContrastWish,
): InputError {
  const terms = contrastTerms(contrast);
  const { label } = unitEntry(terms.unit);
  if (values.length > 1) {
    return new InputError(
      "E-FEW",
      `The series has ${values.length} ${terms.noun} (${list(values)} ${label}); at least ${atLeast} are needed.`,
      "Choose a scan with more of them.",
    );
  }
  const varying = describeVarying(images, contrast);
  return new InputError(
    `E-${terms.code}-CONSTANT`,
    `All ${images.length} images have ${terms.symbol} ${list(values)} ${label}; at least ${atLeast} ${terms.noun} are needed.`,
    varying === ""
      ? "No other contrast varies either: choose another scan."
      : `What varies is ${varying}. ${suggestProgram(varying)}`,
  );
}

/** `RepetitionTime (8 values)`: the contrasts that vary over the images, except one. */
export function describeVarying(images: readonly Image[], except?: ContrastKeyword): string {
  return contrastKeywords
    .filter((keyword) => keyword !== except)
    .map((keyword) => ({ keyword, count: countDistinct(images, keyword) }))
    .filter(({ count }) => count > 1)
    .map(({ keyword, count }) => `${keyword} (${count} values)`)
    .join(", ");
}

/** How many distinct values of a contrast the images have. */
export function countDistinct(images: readonly Image[], keyword: ContrastKeyword): number {
  const values = images.flatMap(({ frame }) => frame.contrasts[keyword]?.value ?? []);
  return distinctValues(values, keyword).length;
}

function list(values: readonly number[]): string {
  const shown = values.slice(0, 6).join(", ");
  return values.length > 6 ? `${shown}, ...` : shown;
}
