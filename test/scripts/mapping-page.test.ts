import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { remarkCodes } from "#shared/paravision/remark-codes.ts";
import {
  codesTable,
  mappingPage,
  mappingTable,
  updateMapping,
} from "../../scripts/mapping-page.ts";

test("the page of mri2dicom says what the mapping says", () => {
  expect(updateMapping(mappingPage, true)).toEqual({ exitCode: 0, output: "" });
});

test("a changed row shows as a difference, and is written without --check", () => {
  const copy = join(mkdtempSync(join(tmpdir(), "page-")), "page.md");
  copyFileSync(mappingPage, copy);
  const text = readFileSync(copy, "utf8");
  writeFileSync(copy, text.replace("XNAT makes it the label of the subject.", "Something else."));
  const { exitCode, output } = updateMapping(copy, true);
  expect(exitCode).toBe(1);
  expect(output).toContain("XNAT makes it the label of the subject.");
  expect(updateMapping(copy, false).exitCode).toBe(0);
  expect(readFileSync(copy, "utf8")).toBe(text);
});

test("a page without markers is refused", () => {
  const copy = join(mkdtempSync(join(tmpdir(), "page-")), "page.md");
  writeFileSync(copy, "# nothing\n");
  expect(updateMapping(copy, false).exitCode).toBe(1);
});

test("every code of a remark has its line, every attribute its tag and VR", () => {
  for (const code of Object.keys(remarkCodes))
    expect(codesTable(remarkCodes)).toContain(`\`${code}\``);
  expect(mappingTable()).toMatch(/\| 0010,0020 \| PatientID +\| LO +\|/);
});
