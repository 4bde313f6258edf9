import { formatFixed } from "./format.ts";

/** Tick positions of an axis, and the decimals their labels need. */
export interface Ticks {
  readonly values: readonly number[];
  readonly decimals: number;
}

/** About `count` round numbers (steps of 1, 2 or 5 times a power of ten) from `low` to `high`. */
export function chooseTicks(low: number, high: number, count: number): Ticks {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return { values: [low], decimals: 0 };
  const rough = span / Math.max(1, count);
  const power = Math.floor(Math.log10(rough));
  const lead = rough / 10 ** power;
  const factor = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
  const step = factor * 10 ** power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values: number[] = [];
  for (let n = first; n <= last; n++) values.push(n * step);
  return { values, decimals: Math.max(0, -power - (factor === 10 ? 1 : 0)) };
}

/** The smallest of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not below a positive value. */
export function ceilNice(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  const nice = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((n) => n >= lead * (1 - 1e-9));
  return (nice ?? 10) * power;
}

/** The power of ten, a multiple of 3, that axis labels are divided by; 0 for sizes from 0.01 to 99,999. */
export function chooseLabelPower(low: number, high: number): number {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!(size > 0) || (size >= 0.01 && size < 1e5)) return 0;
  return Math.floor(Math.log10(size) / 3) * 3;
}

/** Ticks with their labels; `power` is the power of ten the labels were divided by. */
export interface LabelledTicks {
  readonly values: readonly number[];
  readonly labels: readonly string[];
  readonly power: number;
}

/** About `count` ticks from `low` to `high`, labelled. */
export function labelTicks([low, high]: readonly [number, number], count: number): LabelledTicks {
  const power = chooseLabelPower(low, high);
  const size = 10 ** power;
  const ticks = chooseTicks(low / size, high / size, count);
  return {
    values: ticks.values.map((value) => value * size),
    labels: ticks.values.map((value) => formatFixed(value, ticks.decimals)),
    power,
  };
}

/** Room between two labels, in letters. */
const labelGap = 0.8;

/** The ticks whose labels fit side by side: all, or every second (third, ...) one. */
export function thinTicks(ticks: LabelledTicks, letters: number): LabelledTicks {
  for (let every = 1; ; every++) {
    const kept = <T>(all: readonly T[]) => all.filter((_, n) => n % every === 0);
    const labels = kept(ticks.labels);
    const width = labels.reduce((sum, label) => sum + label.length + labelGap, 0);
    if (labels.length < 2 || width <= letters)
      return { ...ticks, values: kept(ticks.values), labels };
  }
}
