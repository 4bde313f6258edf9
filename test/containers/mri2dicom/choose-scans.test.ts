import { expect, test } from "vitest";
import { parseScanChoice } from "#containers/mri2dicom/choose-scans.ts";

test.each([
  [
    undefined,
    [
      [5, 1],
      [undefined, undefined],
    ],
    [],
  ],
  [
    "5",
    [
      [5, 1],
      [5, 2],
      [5, undefined],
    ],
    [
      [6, 1],
      [50, 1],
      [undefined, undefined],
    ],
  ],
  [
    "5/2",
    [[5, 2]],
    [
      [5, 1],
      [6, 2],
    ],
  ],
  [
    "5-7, 9",
    [
      [5, 1],
      [7, 3],
      [9, 1],
    ],
    [
      [4, 1],
      [8, 1],
      [10, 1],
    ],
  ],
  [
    "3/1-2 4",
    [
      [3, 1],
      [3, 2],
      [4, 9],
    ],
    [[3, 3]],
  ],
] as const)("%s takes %j and leaves %j", (text, taken, left) => {
  const choice = parseScanChoice(text);
  for (const [examination, processing] of taken) expect(choice(examination, processing)).toBe(true);
  for (const [examination, processing] of left) expect(choice(examination, processing)).toBe(false);
});

test("an examination without reconstruction belongs to those that are chosen", () => {
  expect(parseScanChoice("5/2")(5, undefined)).toBe(true);
});
