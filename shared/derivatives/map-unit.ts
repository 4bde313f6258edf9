import { type Unit, unitEntry } from "#shared/units.ts";

/** How people and programs write the units, lower case, without blanks; the rest is compared with labels and codes of ours. */
const spellings: Readonly<Record<string, Unit>> = {
  msec: "ms",
  millisecond: "ms",
  milliseconds: "ms",
  sec: "s",
  second: "s",
  seconds: "s",
  "s-1": "1/s",
  "s^-1": "1/s",
  "ms-1": "1/ms",
  "ms^-1": "1/ms",
  "mm^2/s": "mm2/s",
  "um^2/ms": "um2/ms",
  degree: "deg",
  degrees: "deg",
  radian: "rad",
  unitless: "1",
  nounits: "1",
  "{nounits}": "1",
  "a.u.": "arbitrary",
  au: "arbitrary",
  "arb.unit": "arbitrary",
  arbitraryunit: "arbitrary",
  arbitraryunits: "arbitrary",
};

const units: readonly Unit[] = [
  ...(["ms", "s", "1/ms", "1/s", "s/mm2", "mm2/s", "um2/ms", "mm", "deg", "rad"] as const),
  ...(["%", "1", "arbitrary", "HU", "ppm", "Hz"] as const),
];

/**
 * The unit a text means: `Units` of a sidecar, a UCUM code, RescaleType; undefined for one that no program here knows.
 */
export function readMapUnit(text: string): Unit | undefined {
  const key = text
    .toLowerCase()
    .replaceAll(/\s+/g, "")
    .replaceAll("²", "2")
    .replaceAll(/[µμ]/g, "u");
  return spellings[key] ?? units.find((unit) => spellingsOf(unit).includes(key));
}

function spellingsOf(unit: Unit): readonly string[] {
  const { ucum, bids } = unitEntry(unit);
  return [unit, ucum, bids].map((text) => text.toLowerCase());
}

/** Medians of positive values that tissue has, by quantity, for each unit a map of it may have: [lowest, highest]. */
const plausible: Readonly<
  Record<string, Readonly<Partial<Record<Unit, readonly [number, number]>>>>
> = (() => {
  const t1 = { s: [0.01, 10], ms: [10, 10_000] } as const;
  const t2 = { s: [0.0005, 2], ms: [2, 2000] } as const;
  const rate = { "1/s": [0.05, 2000], "1/ms": [0.00005, 0.05] } as const;
  const diffusivity = { "mm2/s": [1e-6, 0.05], "um2/ms": [0.05, 100] } as const;
  return {
    ...{ T1: t1, T2: t2, T2star: t2, R1: rate, R2: rate, R2star: rate },
    ...{ ADC: diffusivity, MD: diffusivity, AD: diffusivity, RD: diffusivity },
  };
})();

/** Quantities that have only one unit. */
const fixed: Readonly<Record<string, Unit>> = {
  ...{ FA: "1", MO: "1", MK: "1", AK: "1", RK: "1", KFA: "1" },
  ...{ M0: "arbitrary", S0: "arbitrary" },
};

/**
 * The unit that name and values of a map suggest, where nothing states one; undefined when they suggest none.
 *
 * @param median - of the positive values; NaN when there are none
 */
export function guessUnit(quantity: string, median: number): Unit | undefined {
  const ranges = Object.entries(plausible[quantity] ?? {}) as [Unit, readonly [number, number]][];
  return fixed[quantity] ?? ranges.find(([, [low, high]]) => median >= low && median < high)?.[0];
}

/** False when a median in this unit cannot be one of tissue: the file says ms and means s. */
export function isPlausible(quantity: string, unit: Unit, median: number): boolean {
  const range = plausible[quantity]?.[unit];
  if (range === undefined || Number.isNaN(median)) return true;
  // Three times beyond what is guessed: phantoms have times of their own, units differ by a thousand.
  return median >= range[0] / 3 && median <= range[1] * 3;
}
