import { describe, expect, test } from "vitest";
import { tabulateDelay, tabulateNull, tabulateTransmit } from "../../scripts/t1-tables.ts";

// Truth: sections 2.8, 3.8 and 4.6 of the project's notes on quantitative MRI models, computed there in Python (numpy, scipy).

test("a delay biases two parameters as published and leaves three alone", () => {
  const rows = tabulateDelay();
  expect(rows.map(({ twoParameterMs }) => twoParameterMs.toFixed(1))).toEqual([
    "1400.0",
    "1445.6",
    "1542.4",
    "1703.7",
  ]);
  for (const { delayMs, threeParameterMs, saturation } of rows) {
    expect(threeParameterMs).toBeCloseTo(1400, 6);
    expect(saturation).toBeCloseTo(Math.exp(delayMs / 1400), 9);
  }
});

describe("the noise near the null", () => {
  const rows = tabulateNull();

  // Medians and robust standard deviations of T1 at 5, 10 and 20 times the noise.
  test.each([
    { snr: 5, plain: [1803, 1084], expectedRician: [1603, 845] },
    { snr: 10, plain: [1681, 443], expectedRician: [1563, 365] },
    { snr: 20, plain: [1658, 214], expectedRician: [1600, 174] },
  ])("T1 1600 ms at a ratio of $snr: the published medians", ({ snr, plain, expectedRician }) => {
    const row = rows.find((one) => one.t1Ms === 1600 && one.snr === snr)!;
    // Four times the scatter of the difference of two medians of 400.
    const within = (found: number, [median, sd]: readonly number[]) =>
      expect(Math.abs(found - median!)).toBeLessThan((4 * Math.SQRT2 * 1.25 * sd!) / 20);
    within(row.plainMs, plain);
    within(row.expectedRicianMs, expectedRician);
  });

  test("from a ratio of 10 on the expected-Rician and the complex fit err by less than 3 %", () => {
    for (const { t1Ms, snr, expectedRicianMs, complexMs } of rows) {
      if (snr < 10) continue;
      expect(Math.abs(expectedRicianMs / t1Ms - 1)).toBeLessThan(0.03);
      expect(Math.abs(complexMs / t1Ms - 1)).toBeLessThan(0.03);
    }
  });
});

test("B1 of 0.9 ignored reads 1212.8 ms for 1500 ms, and known 1500", () => {
  const rows = tabulateTransmit();
  expect(rows.find(({ b1 }) => b1 === 0.9)!.ignoredMs).toBeCloseTo(1212.8, 1);
  for (const { knownMs } of rows) expect(knownMs).toBeCloseTo(1500, 6);
});
