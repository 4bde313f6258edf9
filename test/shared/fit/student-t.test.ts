import { expect, test } from "vitest";
import { studentQuantile975 } from "#shared/fit/student-t.ts";

// scipy 1.10 stats.t.ppf(0.975, freedom)
test.each([
  [1, 12.706204736174707],
  [2, 4.302652729749464],
  [3, 3.1824463052837091],
  [5, 2.5705818356363146],
  [10, 2.228138851964938],
  [14, 2.1447866879178044],
  [28, 2.048407141795244],
  [100, 1.983971518523552],
  [1000, 1.9623390808264085],
])("the 0.975 quantile of Student's t with %d degrees of freedom is scipy's", (freedom, t) => {
  expect(Math.abs(studentQuantile975(freedom) / t - 1)).toBeLessThan(1e-9);
});

test("it tends to the normal one, and there is none without a degree of freedom", () => {
  expect(studentQuantile975(Number.POSITIVE_INFINITY)).toBeCloseTo(1.959963984540054, 12);
  expect(studentQuantile975(0)).toBeNaN();
});
