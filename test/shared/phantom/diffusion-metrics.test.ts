import { expect, test } from "vitest";
import {
  diffusionEigenvalues,
  fractionalAnisotropy,
  kurtosisMetrics,
} from "#shared/phantom/diffusion-metrics.ts";
import { diffusionOf } from "#shared/phantom/tissue-diffusion-table.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";

const tissue = (name: string) => tissues.find((one) => one.name === name)!;

test("the mean of the eigenvalues is the ADC of the tissue, and they fall", () => {
  for (const one of tissues) {
    const [first, second, third] = diffusionEigenvalues(one);
    expect((first + second + third) / 3 / one.adc).toBeCloseTo(1, 12);
    expect(first).toBeGreaterThanOrEqual(second);
    expect(second).toBeGreaterThanOrEqual(third);
  }
});

// DIPY 1.12.1, fractional_anisotropy of (1.4, 0.9, 0.7), (1.3, 0.95, 0.75), (2, 0.6, 0.4); Python 3.11; 2026-11-22.
test.each([
  ["muscle", 0.34587844951729907],
  ["kidney medulla", 0.27146372042235545],
  ["spinal cord", 0.7102286806100285],
  ["liver", 0],
])("FA of %s is DIPY's", (name, expected) => {
  expect(fractionalAnisotropy(diffusionEigenvalues(tissue(name)))).toBeCloseTo(expected, 12);
});

// MK: SciPy's dblquad of W MD^2 / D(g)^2 over the sphere, tolerance 1e-13. AK and RK: DIPY 1.12.1, axial_kurtosis and
// radial_kurtosis of a tensor with Wxxxx = Wyyyy = Wzzzz = W, Wxxyy = Wxxzz = Wyyzz = W/3; Python 3.11; 2026-11-22.
test.each([
  ["muscle", 0.6628795672891451, 0.3061224489795918, 0.9599097727218506],
  ["kidney medulla", 0.4251986103404396, 0.2366863905325443, 0.5653294552648184],
  ["spinal cord", 1.0631723378999995, 0.15, 2.5515518153991454],
])("kurtosis of %s is that of independent integration", (name, mean, axial, radial) => {
  const found = kurtosisMetrics(tissue(name));
  expect(Math.abs(found.mean - mean)).toBeLessThan(1e-9);
  expect(Math.abs(found.axial - axial)).toBeLessThan(1e-9);
  expect(Math.abs(found.radial - radial)).toBeLessThan(1e-9);
});

test("where all directions are alike, MK, AK and RK are W", () => {
  const { kurtosis } = diffusionOf(tissue("liver"));
  const { mean, axial, radial } = kurtosisMetrics(tissue("liver"));
  for (const value of [mean, axial, radial]) expect(value).toBeCloseTo(kurtosis, 12);
});
