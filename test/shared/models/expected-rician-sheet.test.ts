import { expect, test } from "vitest";
import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import { monoExponentialDecaySheet } from "#shared/models/mono-exponential-decay.ts";

test("the sheet states the mean of the magnitude, and no longer warns of the noise floor it models", () => {
  const plain = monoExponentialDecaySheet("T2");
  const sheet = asExpectedRician(plain);
  expect(sheet.equation).toContain("S(TE) = E[A; sigma], A = S0 exp(-TE/T2)");
  expect(sheet.parameters).toBe(plain.parameters);
  expect(sheet.whenNotToUse.join()).not.toContain("noise floor");
  expect(sheet.assumptions.join()).not.toContain("Gaussian");
  expect(sheet.references.at(-1)?.doi).toBe("10.1002/mrm.1910340618");
});
