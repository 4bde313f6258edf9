import { describe, expect, test } from "vitest";
import { type ByteElement, encodeDicom } from "#test/phantom/dicom-bytes.ts";
import {
  type Changes,
  classicImage,
  enhancedImage,
  frameGroup,
} from "#test/phantom/dicom-images.ts";
import { readContent, refusal } from "./dicom-folder.ts";

const t1 = { contrast: ["InversionTime", "RepetitionTime", "FlipAngle"] as const };

/** One slice, one image for each change; TE 8 ms, TR 2500 ms, flip angle 90 degrees unless changed. */
function images(list: readonly Changes[]) {
  return Object.fromEntries(
    list.map((changes, n) => [
      `${(n * 7) % 11}.dcm`,
      encodeDicom(classicImage(0, 0, { "00080018": ["UI", `1.2.3.4.${n + 1}`], ...changes })),
    ]),
  );
}

const te = (value: number): Changes => ({ "00180081": ["DS", String(value)] });
const tr = (value: number): Changes => ({ "00180080": ["DS", String(value)] });
const ti = (value: number): Changes => ({ "00180082": ["DS", String(value)] });
const fa = (value: number): Changes => ({ "00181314": ["DS", String(value)] });

describe("of several contrasts the one that varies is read:", () => {
  test.each([
    ["InversionTime", [900, 100, 300].map(ti), [100, 300, 900]],
    ["RepetitionTime", [5000, 50, 500].map(tr), [50, 500, 5000]],
    ["FlipAngle", [20, 2, 10].map(fa), [2, 10, 20]],
  ] as const)("%s", async (keyword, list, values) => {
    const series = await readContent(images(list), t1);
    expect(series.axis).toMatchObject({ keyword, values });
    expect(series.covariates).toBeUndefined();
  });
});

describe("in Enhanced MR objects too:", () => {
  /** Three frames of one place that differ in one attribute of a functional group. */
  function enhanced(sequence: string, items: readonly ByteElement[]): Uint8Array {
    const frames = items.map((item): readonly ByteElement[] => [
      ...frameGroup(0, 0).filter(([tag]) => tag !== sequence),
      [sequence, "SQ", [[item]]],
    ]);
    return encodeDicom(enhancedImage(1, { "52009230": ["SQ", frames] }));
  }

  test.each([
    ["InversionTime", "00189115", "00189079", "dicom:0018,9079"],
    ["RepetitionTime", "00189112", "00180080", "dicom:0018,0080"],
    ["FlipAngle", "00189112", "00181314", "dicom:0018,1314"],
  ] as const)("%s", async (keyword, sequence, tag, source) => {
    const items = [30, 10, 20].map((value): ByteElement => {
      return tag === "00189079" ? [tag, "FD", value] : [tag, "DS", String(value)];
    });
    const read = await readContent({ IM1: enhanced(sequence, items) }, t1);
    expect(read.axis).toMatchObject({ keyword, values: [10, 20, 30], source });
    expect(read.grid.shape[2]).toBe(1);
  });
});

describe("refused with what was found:", () => {
  test("a multi-echo scan, with the program that fits it", async () => {
    const error = await refusal(images([8, 16, 24].map(te)), t1);
    expect(error).toMatchObject({ tag: "input", code: "E-NO-CONTRAST" });
    expect(error.message).toMatch(
      /Series 4: nothing varies.*TI is not stated, TR is 2500 ms, flip angle is 90 °.*EchoTime \(3 values\)\. Did you mean process-t2/,
    );
  });

  test("TR and TI both varying", async () => {
    const both = [100, 300, 900].map((value) => ({ ...ti(value), ...tr(value + 2000) }));
    const error = await refusal(images(both), t1);
    expect(error).toMatchObject({ tag: "input", code: "E-SEVERAL-CONTRASTS" });
    expect(error.message).toMatch(/TI \(3 values\) and TR \(3 values\).*--model/);
  });
});

test("a named contrast is read with what else varies along it", async () => {
  const both = [900, 100, 300].map((value) => ({ ...ti(value), ...tr(value + 2000) }));
  const series = await readContent(images(both), { contrast: "InversionTime" });
  expect(series.axis.values).toEqual([100, 300, 900]);
  expect(series.covariates).toEqual({ RepetitionTime: [2100, 2300, 2900] });
});
