import { expect, test } from "vitest";
import { requireOneRepetition } from "#containers/process-t2/require-one-repetition.ts";

test("echoes of several repetition times are refused; delays below 1 % and unknown ones are not", () => {
  const check = (...values: readonly number[]) => {
    return () => requireOneRepetition({ covariates: { RepetitionTime: values } });
  };
  expect(check(500, 5000, 500)).toThrow(
    expect.objectContaining({
      code: "E-TR-VARIES",
      exitCode: 3,
      message: expect.stringContaining("2 repetition times (500, 5000 ms)"),
    }),
  );
  expect(check(3000, 3020)).not.toThrow();
  expect(check()).not.toThrow();
  expect(() => requireOneRepetition({})).not.toThrow();
});
