import { describe, expect, test } from "vitest";
import { diffusionAttenuation } from "#shared/phantom/diffusion-signals.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { tissueSignals } from "#shared/phantom/simulate-scan.ts";
import { diffusionOf } from "#shared/phantom/tissue-diffusion-table.ts";
import { type Tissue, tissues } from "#shared/phantom/tissue-table.ts";

const timing = { repetitionTimeMs: 3000, echoTimeMs: 20 };

/** D as a matrix, from eigenvectors and eigenvalues: another way than the signals take. */
function tensorOf(tissue: Tissue): number[][] {
  const { axes, shares } = diffusionOf(tissue);
  return [0, 1, 2].map((r) =>
    [0, 1, 2].map((c) =>
      axes.reduce((sum, axis, n) => sum + tissue.adc * shares[n]! * axis[r]! * axis[c]!, 0),
    ),
  );
}

function along(tensor: number[][], g: readonly number[]): number {
  return g.reduce((sum, a, r) => sum + g.reduce((s, b, c) => s + a * b * tensor[r]![c]!, 0), 0);
}

describe.each(tissues)("$name", (tissue) => {
  const { kurtosis, perfusionFraction, pseudoDiffusion } = diffusionOf(tissue);

  test.each([
    [10, "tensor"],
    [12, "kurtosis"],
  ] as const)("in scan %d each image is the exponential of its b-matrix", (number, physics) => {
    const plan = sessionPlan().find((one) => one.number === number)!;
    const tensor = tensorOf(tissue);
    const signals = tissueSignals(plan, tissue);
    plan.contrasts.forEach(({ bValue = 0, direction }, n) => {
      const exponent = direction === undefined ? 0 : -bValue * along(tensor, direction);
      const bend = physics === "kurtosis" ? ((bValue * tissue.adc) ** 2 * kurtosis) / 6 : 0;
      expect(Math.log(signals[n]! / signals[0]!)).toBeCloseTo(exponent + bend, 10);
    });
  });

  test("in the IVIM scan blood and tissue decay each at its own rate", () => {
    const plan = sessionPlan().find((one) => one.number === 11)!;
    const signals = tissueSignals(plan, tissue);
    plan.contrasts.forEach(({ bValue = 0 }, n) => {
      const blood =
        perfusionFraction === 0 ? 0 : perfusionFraction * Math.exp(-bValue * pseudoDiffusion);
      const expected = blood + (1 - perfusionFraction) * Math.exp(-bValue * tissue.adc);
      expect(signals[n]! / signals[0]!).toBeCloseTo(expected, 12);
    });
  });

  test("the kurtosis expansion holds at the largest b: its signal still falls", () => {
    const largest = Math.max(
      ...sessionPlan().flatMap(({ contrasts }) => contrasts.map(({ bValue = 0 }) => bValue)),
    );
    // The slope of -b D + b² MD² W / 6 along the direction of least diffusion.
    const least = diffusionOf(tissue).shares[2];
    expect((largest * tissue.adc * kurtosis) / (3 * least)).toBeLessThan(1);
  });
});

// exp(-1.17) by Python 3.11: b 900 s/mm², D 1.3e-3 mm²/s.
test("without directions the signal is that of the mean diffusivity", () => {
  const muscle = tissues.find(({ name }) => name === "muscle")!;
  const attenuation = diffusionAttenuation(muscle, { ...timing, bValue: 900 }, "isotropic");
  expect(attenuation).toBeCloseTo(0.31036694126548503, 12);
});

test("a tensor needs a direction", () => {
  expect(() => diffusionAttenuation(tissues[1]!, { ...timing, bValue: 900 }, "tensor")).toThrow(
    "no direction at b 900",
  );
});
