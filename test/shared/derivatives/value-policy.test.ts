import { expect, test } from "vitest";
import { applyPolicy } from "#shared/derivatives/value-policy.ts";
import { statusTable } from "#shared/fit/status.ts";

const nan = Number.NaN;

test("exactly the flagged statuses of the table are hidden by `flagged: nan`", () => {
  const codes = Uint8Array.from(statusTable, ({ code }) => code);
  const samples = new Float32Array(codes.length).fill(7);
  const out = applyPolicy(samples, codes, { outside: "nan", flagged: "nan" });
  const hidden = statusTable.filter((_, index) => Number.isNaN(out[index]));
  expect(hidden.map(({ name }) => name)).toEqual(
    statusTable.filter(({ value }) => value === "flagged").map(({ name }) => name),
  );
});

test("0 stands for everything that is no number", () => {
  const samples = Float32Array.of(nan, Number.POSITIVE_INFINITY, 3);
  const out = applyPolicy(samples, Uint8Array.of(0, 1, 1), { outside: "zero", flagged: "value" });
  expect([...out]).toEqual([0, 0, 3]);
});
