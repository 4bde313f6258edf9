import { expect, test } from "vitest";
import { diffusionOf, tissueDiffusion } from "#shared/phantom/tissue-diffusion-table.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";

test("each tissue has one row, and no row is of anything else", () => {
  expect(tissueDiffusion.map(({ tissue }) => tissue).sort()).toEqual(
    tissues.map(({ name }) => name).sort(),
  );
  expect(() => diffusionOf({ ...tissues[0]!, name: "feathers" })).toThrow("feathers");
});

test("the axes of each tensor are orthonormal, the shares have the mean 1", () => {
  for (const { axes, shares, tissue } of tissueDiffusion) {
    axes.forEach((a, m) => {
      axes.forEach((b, n) => {
        const product = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
        expect(product, tissue).toBeCloseTo(m === n ? 1 : 0, 12);
      });
    });
    expect(shares[0] + shares[1] + shares[2], tissue).toBeCloseTo(3, 12);
  }
});

test("the vials are alike in all directions, without kurtosis and flow; three tissues have a direction", () => {
  const vials = tissueDiffusion.filter(({ tissue }) => tissue.startsWith("vial"));
  expect(vials).toHaveLength(4);
  for (const { shares, kurtosis, perfusionFraction, pseudoDiffusion } of vials) {
    expect([shares, kurtosis, perfusionFraction]).toEqual([[1, 1, 1], 0, 0]);
    expect(pseudoDiffusion).toBeNaN();
  }
  const directed = tissueDiffusion.filter(({ shares }) => shares[0] > shares[2]);
  expect(directed.map(({ tissue }) => tissue)).toEqual(["muscle", "kidney medulla", "spinal cord"]);
});

test("blood moves at least ten times as far as water in its tissue", () => {
  for (const tissue of tissues) {
    const { perfusionFraction, pseudoDiffusion } = diffusionOf(tissue);
    if (perfusionFraction === 0) continue;
    expect(pseudoDiffusion / tissue.adc).toBeGreaterThan(10);
  }
});
