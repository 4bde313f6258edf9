import { InputError } from "#shared/errors.ts";
import { unitEntry } from "#shared/units.ts";
import { contrastTerms } from "./contrast-terms.ts";
import type { ContrastKeyword } from "./series-volume.ts";

/** A contrast and the distinct values the images have of it. */
export interface FoundContrast {
  readonly keyword: ContrastKeyword;
  /** Ascending; empty where the images do not state it. */
  readonly values: readonly number[];
}

/**
 * The refusal of a series in which nothing varies that a program could use.
 *
 * @param name - of the series
 * @param varying - what varies instead, in words: `EchoTime (16 values)`; empty when nothing does
 */
export function nothingVaries(
  name: string,
  found: readonly FoundContrast[],
  varying: string,
): InputError {
  const terms = found.map(({ keyword }) => contrastTerms(keyword));
  const states = found.map(({ keyword, values }) => {
    const { symbol, unit } = contrastTerms(keyword);
    return values[0] === undefined
      ? `${symbol} is not stated`
      : `${symbol} is ${values[0]} ${unitEntry(unit).label}`;
  });
  const what = `${name}: nothing varies that this program fits (${states.join(", ")}).`;
  if (varying !== "") {
    return new InputError(
      "E-NO-CONTRAST",
      `${what} What varies is ${varying}.`,
      suggestProgram(varying),
    );
  }
  const options = terms.map(({ option }) => option).join(", ");
  return new InputError(
    "E-NO-CONTRAST",
    what,
    `Choose a scan with several ${terms.map(({ noun }) => noun).join(" or ")}; where the files do not state them, give ${options}.`,
  );
}

/** The refusal of a series in which more than one usable contrast varies. */
export function severalVary(name: string, varying: readonly FoundContrast[]): InputError {
  const list = varying.map(
    ({ keyword, values }) => `${contrastTerms(keyword).symbol} (${values.length} values)`,
  );
  return new InputError(
    "E-SEVERAL-CONTRASTS",
    `${name}: more than one thing varies: ${list.join(" and ")}. The images do not say which of them the fit is to run along.`,
    "Name the method with --model, or choose images in which only one of them varies.",
  );
}

/** `Did you mean process-t2?`, for what varies in words. */
export function suggestProgram(varying: string): string {
  const programs = (["EchoTime", "DiffusionBValue", "InversionTime", "RepetitionTime"] as const)
    .filter((keyword) => varying.includes(keyword))
    .map((keyword) => contrastTerms(keyword).program);
  return programs[0] === undefined
    ? "Choose another scan, or another program."
    : `Did you mean ${programs[0]}? Otherwise choose another scan.`;
}
