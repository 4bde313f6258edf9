import { type Unit, unitEntry } from "#shared/units.ts";

/** Limits of a number, in the unit of its option. */
export interface Limits {
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
  readonly atMost?: number;
}

/** True when the number keeps all the limits; NaN never does. */
export function isWithin(value: number, limits: Limits): boolean {
  return (
    value > (limits.above ?? Number.NEGATIVE_INFINITY) &&
    value < (limits.below ?? Number.POSITIVE_INFINITY) &&
    (limits.atLeast === undefined || value >= limits.atLeast) &&
    (limits.atMost === undefined || value <= limits.atMost)
  );
}

/** The limits in words with the unit: `above 0 ms`, `from 1 to 180 °`; empty when there are none. */
export function describeLimits(limits: Limits, unit: Unit | undefined): string {
  const words = limitWords(limits);
  const label = unit === undefined ? "" : unitEntry(unit).label;
  return words === "" || label === "" ? words : `${words} ${label}`;
}

function limitWords({ above, atLeast, below, atMost }: Limits): string {
  if (atLeast !== undefined && atMost !== undefined) return `from ${atLeast} to ${atMost}`;
  const low =
    above !== undefined ? `above ${above}` : atLeast !== undefined ? `at least ${atLeast}` : "";
  const high =
    below !== undefined ? `below ${below}` : atMost !== undefined ? `at most ${atMost}` : "";
  return [low, high].filter((word) => word !== "").join(" and ");
}

/** A decimal number as people type it; hexadecimal, Infinity and decimal commas are not numbers here. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number a text stands for; undefined when it is not a finite decimal number. */
export function parseDecimal(text: string): number | undefined {
  const trimmed = text.trim();
  if (!decimal.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}
