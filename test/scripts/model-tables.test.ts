import { describe, expect, test } from "vitest";
import {
  fitExpectedCurve,
  tabulateNoiseFloor,
  tabulateStimulatedEchoes,
} from "../../scripts/model-tables.ts";

// Truth: tables 5.7 and 6.1 of the project's notes on quantitative MRI models, computed there in Python (numpy, scipy)
// with other random numbers; 400 curves each, T2 40 ms, S0 1000, 30 echoes every 11 ms.
const published = [
  { snr: 10, twoParameter: [87.4, 26], offset: [30.4, 6.9], expectedRician: [40.4, 8.5] },
  { snr: 20, twoParameter: [47.6, 5.1], offset: [34.4, 3.4], expectedRician: [40.6, 3.8] },
  { snr: 50, twoParameter: [41.3, 1.6], offset: [37.4, 1.5], expectedRician: [40.1, 1.5] },
] as const;

describe("the noise floor", () => {
  const rows = tabulateNoiseFloor();

  describe.each(published)("at a signal-to-noise ratio of $snr", (row) => {
    const ours = rows.find(({ snr }) => snr === row.snr)!;

    test.each(["twoParameter", "offset", "expectedRician"] as const)(
      "%s: the published median, within the scatter of two sets of curves",
      (model) => {
        const [median, sd] = row[model];
        // A median of n normal values scatters by 1.25 sd/sqrt(n); four times that, for the difference of two.
        const scatter = 4 * Math.SQRT2 * 1.25 * (sd / Math.sqrt(400));
        expect(Math.abs(ours[model].medianMs - median)).toBeLessThan(scatter + 0.05);
        expect(ours[model].sdMs / sd).toBeGreaterThan(0.8);
        expect(ours[model].sdMs / sd).toBeLessThan(1.25);
      },
    );

    test("the expected-Rician model is right to 2 %, and both others err more", () => {
      const error = (model: "twoParameter" | "offset" | "expectedRician") =>
        Math.abs(ours[model].medianMs - 40);
      expect(error("expectedRician")).toBeLessThan(0.8);
      expect(error("twoParameter")).toBeGreaterThan(error("expectedRician"));
      expect(error("offset")).toBeGreaterThan(error("expectedRician"));
    });
  });

  test("on the expected curve the plain fit gives 46.90 ms and the offset fit 33.85 ms", () => {
    const { twoParameter, offset } = fitExpectedCurve();
    expect(twoParameter).toBeCloseTo(46.9, 2);
    expect(offset).toBeCloseTo(33.85, 2);
  });
});

test.each([
  [180, 40.0, 40.0, 40.0, 40.0],
  [165, 40.54, 40.1, 40.66, 41.2],
  [150, 42.19, 40.46, 42.91, 42.01],
  [135, 45.08, 41.34, 47.13, 42.4],
  [120, 49.5, 43.18, 54.15, 43.73],
] as const)(
  "refocusing by %d degrees: all echoes, without the first, offset, even echoes as published; EPG right",
  (refocusingDeg, allEchoes, withoutFirst, offset, evenEchoes) => {
    const row = tabulateStimulatedEchoes().find((one) => one.refocusingDeg === refocusingDeg)!;
    expect(row.allEchoes).toBeCloseTo(allEchoes, 2);
    expect(row.withoutFirst).toBeCloseTo(withoutFirst, 2);
    expect(row.offset).toBeCloseTo(offset, 2);
    expect(row.evenEchoes).toBeCloseTo(evenEchoes, 2);
    expect(row.extendedPhaseGraph).toBeCloseTo(40, 6);
  },
);
