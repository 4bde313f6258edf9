import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { type Unit, unitEntry } from "#shared/units.ts";
import type { MapSamples } from "./map-to-measure.ts";
import { guessUnit, isPlausible, readMapUnit } from "./map-unit.ts";

/** A unit and what is to be said of it. */
export interface ChosenUnit {
  readonly unit: Unit;
  readonly diagnostics: readonly Diagnostic[];
}

/** Most values a median is taken of. */
const mostSamples = 50_000;

/**
 * The unit of a map: the stated one; else the one that name and values suggest, with a remark; else `unknown`, with a remark. Values
 * that cannot be in the stated unit are kept, and said to be doubtful.
 *
 * @param stated - empty when nothing is stated
 * @param quantity - `T2`; undefined when it is not known
 */
export function chooseMapUnit(
  path: string,
  stated: string,
  quantity: string | undefined,
  samples: MapSamples,
): ChosenUnit {
  const say = (code: Diagnostic["code"], severity: Diagnostic["severity"], text: string) => ({
    code,
    severity,
    text,
  });
  const read = readMapUnit(stated);
  const median = quantity === undefined ? Number.NaN : medianOfPositive(samples);
  if (read !== undefined && read !== "unknown") {
    if (quantity === undefined || isPlausible(quantity, read, median)) {
      return { unit: read, diagnostics: [] };
    }
    const text = `${path} states the unit ${unitEntry(read).label}, but a median ${quantity} of ${short(median)} ${unitEntry(read).label} is hardly possible: values and tables are as stored, the unit may be wrong.`;
    return { unit: read, diagnostics: [say("DOUBTFUL_UNIT", "warning", text)] };
  }
  const said =
    stated.trim() === ""
      ? "states no unit"
      : `states the unit "${stated.slice(0, 40)}", which is not known`;
  const guess = quantity === undefined ? undefined : guessUnit(quantity, median);
  if (guess === undefined) {
    const text = `${path} ${said}: its values are reported as stored. A sidecar with "Units" would name it.`;
    return { unit: "unknown", diagnostics: [say("UNKNOWN_UNIT", "info", text)] };
  }
  const { label, bids } = unitEntry(guess);
  const text = `${path} ${said}; its name and its median of ${short(median)} suggest ${quantity} in ${label || bids}.`;
  return { unit: guess, diagnostics: [say("UNKNOWN_UNIT", "info", text)] };
}

/** Median of the finite values above 0, of a regular sample of large maps; NaN when there is none. */
function medianOfPositive(samples: MapSamples): number {
  const step = Math.max(1, Math.floor(samples.length / mostSamples));
  const values: number[] = [];
  for (let v = 0; v < samples.length; v += step) {
    const value = samples[v]!;
    if (value > 0 && value < Infinity) values.push(value);
  }
  const sorted = Float64Array.from(values).sort();
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
