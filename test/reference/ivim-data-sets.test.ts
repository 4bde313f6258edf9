import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { leagueRegions, type PublishedLeague, scoreIvimLeague } from "../../scripts/ivim-league.ts";
import { hasReference, readReferenceJson } from "../shared/fit/curves.ts";
import { ivimSettings } from "../shared/fit/ivim-curves.ts";

// IVIM curves of other programs with their truth, and the table of what published algorithms make of them.

interface Region {
  readonly region: string;
  readonly noise: number;
  readonly truth: { readonly f: number; readonly D: number; readonly Dstar: number };
  readonly nlls: {
    readonly f: number;
    readonly D: number;
    readonly Dstar: number;
    readonly ssr: number;
    readonly active_bounds: readonly string[];
  };
  readonly identifiable: { readonly D: boolean; readonly Dstar: boolean };
}

interface Osipi {
  readonly single_curves: {
    readonly cases: readonly {
      readonly file: string;
      readonly b: readonly number[];
      readonly regions: readonly Region[];
    }[];
  };
  readonly league: PublishedLeague;
}

describe.skipIf(!hasReference("osipi-ivim"))("OSIPI", () => {
  const osipi = () => readReferenceJson<Osipi>("osipi-ivim", "expected.json");

  /** Every published curve with its description and our fit. */
  function fitAll() {
    return osipi().single_curves.cases.flatMap(({ file, b, regions }) => {
      const curves = readReferenceJson<Record<string, { data: number[] }>>("osipi-ivim", file);
      return regions.map((region) => {
        const signal = curves[region.region]!.data;
        return { region, fit: fitCurve(ivimSettings(b), signal), samples: signal.length };
      });
    });
  }

  test("every curve has a fit, and none leaves more than the stored optimum within our bounds", () => {
    const fits = fitAll();
    expect(fits).toHaveLength(138);
    let compared = 0;
    for (const { region, fit, samples } of fits) {
      expect(["ok", "not-identifiable", "upper-bound", "lower-bound", "large-error"]).toContain(
        fit.status,
      );
      // The stored fit may go to f = 1, ours to 0.7; both have D* from 5e-3 mm2/s on.
      if (region.nlls.f > 0.7) continue;
      compared++;
      expect(fit.rmse ** 2 * samples).toBeLessThanOrEqual(region.nlls.ssr * (1 + 1e-6));
    }
    expect(compared).toBe(121);
  });

  test("D, f and D* of nearly noise-free curves are those of the stored optimum", () => {
    let compared = 0;
    for (const { region, fit } of fitAll()) {
      const { nlls, identifiable, noise } = region;
      if (noise !== 0.0005 || nlls.f > 0.7 || !identifiable.D) continue;
      const [d, f, dStar] = fit.parameters.map(({ value }) => value) as [number, number, number];
      expect(Math.abs(d - nlls.D)).toBeLessThan(1e-7);
      expect(Math.abs(f - nlls.f)).toBeLessThan(1e-4);
      if (identifiable.Dstar) {
        compared++;
        expect(Math.abs(dStar / nlls.Dstar - 1)).toBeLessThan(0.01);
      }
    }
    expect(compared).toBeGreaterThan(70);
  });

  test("D and f are nearer to the truth than the median of 19 algorithms at every noise, D* from a ratio of 50 on", () => {
    const { league } = osipi();
    expect(leagueRegions(league)).toHaveLength(21);
    const rows = scoreIvimLeague(league, "nlls");
    expect(rows).toHaveLength(15);
    for (const { snr, quantity, ours, median } of rows) {
      if (quantity !== "Dstar" || snr >= 50)
        expect(ours, `${quantity} at ${snr}`).toBeLessThan(median);
    }
  }, 30_000);
});

describe.skipIf(!hasReference("madym-calibration"))("madym", () => {
  test("the calibration curve gives its truth to 1e-9", () => {
    const { cases } = readReferenceJson<{
      cases: {
        id: string;
        b: number[];
        signal: number[];
        truth: { S0: number; D: number; f: number; Dstar: number };
      }[];
    }>("madym-calibration", "expected.json");
    const { b, signal, truth } = cases.find(({ id }) => id === "dwi_ivim")!;
    const fit = fitCurve(ivimSettings(b), signal);
    for (const symbol of ["D", "f", "Dstar", "S0"] as const) {
      const { value } = fit.parameters.find((parameter) => parameter.symbol === symbol)!;
      expect(Math.abs(value / truth[symbol] - 1)).toBeLessThan(1e-9);
    }
  });
});
