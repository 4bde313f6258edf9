import { expect, test } from "vitest";
import { encodeLegacyStatistics } from "#shared/stats/legacy-statistics.ts";
import { exampleRateRow, exampleRow, unmeasuredRow } from "./example-rows.ts";

const program = { name: "mask-average", version: "0.1.0" };
const encode = (...rows: (typeof exampleRow)[]) => encodeLegacyStatistics(rows, program);

test("the layout is that of XNAT-PIC, with the voxels left out besides", () => {
  expect(encode(exampleRow, exampleRateRow)).toBe(`${"*".repeat(80)}
XNAT-PIC Pipeline: Mask Average
Statistics of parametric maps in regions of interest

Author: The XNAT-PIC Containers authors (mask-average 0.1.0)
Mailto: n/a
${"*".repeat(80)}

ROI number: 2
ROI file name: mask_kidney 2 (left).nii
ROI Area: 6
Mean T2: 33.88 ms
STD T2: 11.83 ms
Median T2: 32.75 ms
Voxels T2: 4 used, left out: 1 not a number, 1 by status
Mean R2: 33.55 1/s
STD R2: 11.83 1/s
Median R2: 32.11 1/s
Voxels R2: 4 used, left out: 1 not a number, 1 by status
${"-".repeat(80)}
`);
});

test("regions come in order of their numbers, each with all its maps", () => {
  const low = { ...exampleRow, roiNumber: 1, roiName: "a" };
  const lines = encode(exampleRow, low, unmeasuredRow, exampleRateRow).split("\n");
  const numbers = lines.filter((line) => line.startsWith("ROI number"));
  expect(numbers).toEqual(["ROI number: 1", "ROI number: 2", "ROI number: 20"]);
  expect(lines.filter((line) => line.startsWith("Mean"))).toEqual([
    "Mean T2: 33.88 ms",
    "Mean T2: 33.88 ms",
    "Mean R2: 33.55 1/s",
    "Mean T2: n/a",
  ]);
});

test("small numbers keep three digits, and a map without unit has none", () => {
  const measurement = {
    ...exampleRow.measurement!,
    firstOrder: { ...exampleRow.measurement!.firstOrder, mean: 7.123e-4, sd: 0, median: 0.5 },
  };
  const adc = encode({ ...exampleRow, map: "7_ADC_map", unit: "mm2/s", measurement });
  expect(adc).toContain("Mean ADC: 0.000712 mm2/s\nSTD ADC: 0.00 mm2/s\n");
  expect(encode({ ...exampleRow, map: "sub-1_FAmap", unit: "1", measurement })).toContain(
    "Median FA: 0.50\n",
  );
});

test("a name with line ends cannot fake a line", () => {
  const roiName = "a\r\nROI Area: 9";
  expect(encode({ ...exampleRow, roiName })).toContain("mask_a ROI Area: 9.nii\nROI Area: 6\n");
});
