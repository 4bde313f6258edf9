import { expect, test } from "vitest";
import type { ConversionReportContent, ConvertedCard } from "#shared/report/conversion-content.ts";
import { renderConversionReport } from "#shared/report/conversion-report.ts";
import { drawThumbnail } from "#shared/report/thumbnail.ts";

const thumbnail = drawThumbnail({
  rows: 2,
  columns: 4,
  samples: [0, 1, 2, 3, 4, 5, 6, 7],
  spacing: [2, 1],
});
const card = (place: string, remarks: ConvertedCard["remarks"] = []): ConvertedCard => ({
  ...{
    number: 50001,
    title: "<b>MSME",
    place,
    facts: ["3 slices"],
    thumbnail,
    current: false,
    remarks,
  },
});
const content = (cards: readonly ConvertedCard[]): ConversionReportContent => ({
  title: "ParaVision to DICOM",
  program: { name: "mri2dicom", version: "1.2.3" },
  verdict: { level: "check", reasons: ["A sentence."] },
  header: [],
  studies: [
    {
      ...{ title: "M01", note: "", cards, origins: [] },
      leftOut: [
        { place: "7/1", name: "PRESS", code: "spectroscopic", text: "No image.", failed: false },
      ],
    },
  ],
  meanings: new Map([["spacing-zero", "The slices do not advance."]]),
  ...{ options: [], software: [], citations: [], files: [] },
});

test("a remark stands once, with all its places and what it means", () => {
  const remark = { code: "spacing-zero", text: "Slices 1 to 3.", explains: false };
  const page = renderConversionReport(
    content([card("5/1", [remark]), card("5/1", [remark]), card("6/1", [remark])]),
  );
  expect(page.match(/Slices 1 to 3\./g)).toHaveLength(1);
  expect(page).toContain("The slices do not advance.");
  expect(page).toContain("5/1, 6/1");
  expect(page).toContain("spacing-zero × 2");
});

test("what only explains is folded away, what has no image is listed with its code", () => {
  const note = { code: "weight-default", text: "0.001 kg", explains: true };
  const page = renderConversionReport(content([card("5/1", [note])]));
  expect(page).toContain("Notes: nothing to do");
  expect(page).not.toContain("Converted with a remark");
  expect(page).toMatch(/PRESS[\s\S]*spectroscopic[\s\S]*No image\./);
});

test("texts of the raw data cannot become markup", () => {
  expect(renderConversionReport(content([card("5/1")]))).not.toContain("<b>MSME");
});

test("hundreds of series are folded study by study", () => {
  const many = Array.from({ length: 200 }, (_, n) => card(`${n + 1}/1`));
  expect(renderConversionReport(content(many))).toMatch(
    /<section id="study-1" class="study"><details>/,
  );
});
