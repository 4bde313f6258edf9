import { expect, test } from "vitest";
import { judgeFit } from "#shared/derivatives/judge-fit.ts";
import { statusTable } from "#shared/fit/status.ts";

function tally(counts: Record<string, number>) {
  const none = Object.fromEntries(statusTable.map(({ name }) => [name, 0]));
  return { ...none, ...counts } as Parameters<typeof judgeFit>[0];
}

test("nine voxels in ten are enough to be ok, voxels outside the mask do not count", () => {
  expect(judgeFit(tally({ ok: 900, noise: 100, outside: 5000 }), [])).toEqual({
    level: "ok",
    reasons: ["90.0 % of 1,000 voxels in the mask are valid"],
  });
});

test("fewer are to be checked, and the verdict says so first", () => {
  const verdict = judgeFit(tally({ ok: 899, "upper-bound": 101 }), []);
  expect(verdict.level).toBe("check");
  expect(verdict.reasons).toEqual(["only 89.9 % of 1,000 voxels in the mask are valid"]);
});

test("a warning wants a look, however many voxels are valid", () => {
  const warnings = [
    { code: "W-STIM", text: "" },
    { code: "W-SATURATED", text: "" },
  ];
  const verdict = judgeFit(tally({ ok: 10 }), warnings);
  expect(verdict.level).toBe("check");
  expect(verdict.reasons[1]).toBe("2 warnings: W-STIM, W-SATURATED");
});

test("remarks on what was left out cast no doubt", () => {
  const remarks = ["W-NO-DICOM", "W-OTHER-SERIES", "W-PARTS", "W-MAPS", "W-COPIES"];
  const verdict = judgeFit(
    tally({ ok: 10 }),
    remarks.map((code) => ({ code, text: "" })),
  );
  expect(verdict.level).toBe("ok");
});

test("nearly all is not called all, and none is not a division by zero", () => {
  const nearly = judgeFit(tally({ ok: 99_990, noise: 10 }), []);
  expect(nearly.reasons[0]).toContain("99.99 %");
  expect(judgeFit(tally({ outside: 5 }), [])).toMatchObject({
    level: "check",
    reasons: ["only 0.0 % of 0 voxels in the mask are valid"],
  });
});
