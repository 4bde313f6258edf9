import { fitCurve } from "#shared/fit/fit-curve.ts";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { type Comparison, comparePairs, type Measure, type Subject } from "./comparison.ts";

/** One curve, what is expected of it, and the scale of its abscissae (relative B1; default 1). */
export interface CurveCase {
  readonly settings: FitSettings;
  readonly signal: readonly number[];
  /** Expected values by symbol, in the unit of the model's sheet. */
  readonly expected: Readonly<Record<string, number>>;
  readonly scale?: number;
}

/** Fits single curves and compares one parameter of all of them. */
export function compareCurves(
  subject: Omit<Subject, "unit" | "quantity">,
  symbol: string,
  cases: readonly CurveCase[],
  gates: { readonly [measure in Measure]?: number },
): readonly Comparison[] {
  const fits = cases.map(({ settings, signal, scale }) => {
    const { parameters } = fitCurve(settings, signal, scale ?? 1);
    const found = parameters.find((parameter) => parameter.symbol === symbol);
    if (found === undefined) throw new Error(`${settings.model.name} has no ${symbol}`);
    return found;
  });
  const pairs = {
    ours: fits.map(({ value }) => value),
    reference: cases.map(({ expected }) => expected[symbol]!),
  };
  return comparePairs({ ...subject, quantity: symbol, unit: fits[0]!.unit }, pairs, gates);
}
