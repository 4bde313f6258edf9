import { expect, test } from "vitest";
import { maskNames } from "#containers/mri2dicom/mask-names.ts";

test("studies become numbers, and parts of their paths are taken out of every text", () => {
  const mask = maskNames(["a/20240131_Smith_1", "b.zip!/20240207_Jones_1"], "/data/Smith");
  expect(mask("a/20240131_Smith_1/5/pdata/1/2dseq has 0 bytes")).toBe(
    "study 1/5/pdata/1/2dseq has 0 bytes",
  );
  expect(mask("20240207_Jones_1 of b.zip!/20240207_Jones_1")).toBe("[removed] of study 2");
  expect(mask("Smith")).toBe("[removed]");
});

test("numbers and ParaVision's own names stay", () => {
  const mask = maskNames(["5/pdata/1"], "/input/subject");
  expect(mask("method of 5, line 1")).toBe("method of 5, line 1");
});
