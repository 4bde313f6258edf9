import { InputError } from "#shared/errors.ts";

/** What the values of a B1 map are. */
export type TransmitUnit = "relative" | "percent";

/** Values of a relative map: actual over nominal flip angle (qmri-models 4.2); in percent a hundred times as much. */
const plausible = { low: 0.3, high: 1.7 } as const;

/** What files call the two units (BIDS: TB1map is in percent). */
const percentWords = /^(?:percent|%)$/i;
const relativeWords = /^(?:1|relative\b.*|unitless|ratio|fraction|normali[sz]ed)$/i;
/** Words that do not decide it: "p.u." stands for percent units and for per unit. */
const silentWords = /^(?:|arbitrary|a\.?u\.?|p\.?u\.?|none|n\/a|unknown)$/i;

/**
 * Makes the values of a B1 map relative (1 = nominal flip angle) in place; what is no number above 0 becomes NaN, as maps
 * are 0 where nothing was measured.
 *
 * @param stated - the unit its file states; empty when it states none
 * @param name - of the map, for messages
 * @returns the unit the values were in
 * @throws InputError E-B1-UNIT when unit and values disagree, or the values are no B1
 */
export function makeRelative(values: Float64Array, stated: string, name: string): TransmitUnit {
  for (let v = 0; v < values.length; v++) {
    const b1 = values[v]!;
    if (!(b1 > 0 && Number.isFinite(b1))) values[v] = Number.NaN;
  }
  const unit = decideUnit(values, stated, name);
  if (unit === "percent") for (let v = 0; v < values.length; v++) values[v]! /= 100;
  return unit;
}

function decideUnit(values: Float64Array, stated: string, name: string): TransmitUnit {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const median = sorted[sorted.length >> 1];
  if (median === undefined) {
    throw new InputError(
      "E-B1-UNIT",
      `The B1 map ${name} has no value above 0.`,
      "Give the map, not its mask or its error.",
    );
  }
  const { low, high } = plausible;
  const found =
    median >= low && median <= high
      ? "relative"
      : median >= 100 * low && median <= 100 * high
        ? "percent"
        : undefined;
  const said = percentWords.test(stated)
    ? "percent"
    : relativeWords.test(stated)
      ? "relative"
      : undefined;
  const known = said !== undefined || silentWords.test(stated);
  if (known && found !== undefined && (said === undefined || said === found)) return found;
  const unit = stated === "" ? "states no unit" : `says its unit is "${stated}"`;
  throw new InputError(
    "E-B1-UNIT",
    `The B1 map ${name} has a median of ${Number(median.toPrecision(4))} and ${unit}: that is neither B1 relative to the nominal flip angle (about 1) nor in percent of it (about 100).`,
    'Write the map in percent, for NIfTI with "Units": "percent" in its sidecar, or relative with "Units": "1".',
  );
}
