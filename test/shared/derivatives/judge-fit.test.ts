import { expect, test } from "vitest";
import { judgeFit } from "#shared/derivatives/judge-fit.ts";

const counts = (valid: number, inside: number) => ({ inside, valid, incomplete: [] });

test("nine voxels in ten are enough to be ok", () => {
  expect(judgeFit(counts(900, 1000), [])).toEqual({
    level: "ok",
    reasons: ["90.0 % of 1,000 voxels in the mask are valid"],
  });
});

test("fewer are to be checked, and the verdict says so first", () => {
  const verdict = judgeFit(counts(899, 1000), []);
  expect(verdict.level).toBe("check");
  expect(verdict.reasons).toEqual(["only 89.9 % of 1,000 voxels in the mask are valid"]);
});

test("a warning wants a look, however many voxels are valid", () => {
  const warnings = [
    { code: "W-STIM", text: "" },
    { code: "W-SATURATED", text: "" },
  ];
  const verdict = judgeFit(counts(10, 10), warnings);
  expect(verdict.level).toBe("check");
  expect(verdict.reasons[1]).toBe("2 warnings: W-STIM, W-SATURATED");
});

test("remarks on what was left out cast no doubt", () => {
  const remarks = ["W-NO-DICOM", "W-OTHER-SERIES", "W-PARTS", "W-MAPS", "W-COPIES"];
  const verdict = judgeFit(
    counts(10, 10),
    remarks.map((code) => ({ code, text: "" })),
  );
  expect(verdict.level).toBe("ok");
});

test("nearly all is not called all, and none is not a division by zero", () => {
  const nearly = judgeFit(counts(99_990, 100_000), []);
  expect(nearly.reasons[0]).toContain("99.99 %");
  expect(judgeFit(counts(0, 0), [])).toMatchObject({
    level: "check",
    reasons: ["only 0.0 % of 0 voxels in the mask are valid"],
  });
});

test("a map without a value in some valid voxels is a remark, not a doubt", () => {
  const incomplete = [{ name: "Dstar", voxels: 630 }];
  expect(judgeFit({ inside: 1000, valid: 1000, incomplete }, [])).toEqual({
    level: "ok",
    reasons: ["100.0 % of 1,000 voxels in the mask are valid", "Dstar is known in 63.0 % of them"],
  });
});
