import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDecimalString } from "#shared/dicom/decimal-string.ts";
import { storedOf } from "#shared/paravision/pixel-survey.ts";
import type { ConversionChoices } from "#shared/paravision/raw-scan.ts";
import { storePixels } from "#shared/paravision/store-pixels.ts";
import { surveyPixels } from "#shared/paravision/survey-pixels.ts";
import type { WordType } from "#shared/paravision/visu.ts";
import { encodeWords, pixelsIn } from "#test/phantom/raw-pixels.ts";
import { makeScan, type RawTexts } from "#test/phantom/raw-scan.ts";
import { array } from "#test/phantom/visu-file.ts";

const words: Readonly<Record<WordType, string>> = {
  uint8: "_8BIT_UNSGN_INT",
  int16: "_16BIT_SGN_INT",
  int32: "_32BIT_SGN_INT",
  float32: "_32BIT_FLOAT",
};

interface Case {
  readonly wordType?: WordType;
  readonly bigEndian?: boolean;
  readonly slopes?: readonly number[];
  readonly offsets?: readonly number[];
  readonly visu?: RawTexts;
  readonly choices?: Partial<ConversionChoices>;
}

/** Frames of 2 x 2 pixels, surveyed, written, and read as a reader of DICOM does. */
function convert(frames: readonly (readonly number[])[], spec: Case = {}) {
  const { wordType = "int16", bigEndian = false, slopes = [1], offsets = [0] } = spec;
  const { scan, remarks, missing } = makeScan(
    {
      VisuCoreFrameCount: String(frames.length),
      VisuCoreWordType: words[wordType],
      VisuCoreByteOrder: bigEndian ? "bigEndian" : "littleEndian",
      VisuCoreDataSlope: array(slopes),
      VisuCoreDataOffs: array(offsets),
      ...spec.visu,
    },
    {},
    spec.choices,
  );
  const bytes = encodeWords(frames.flat(), wordType, !bigEndian);
  const before = Buffer.from(bytes);
  const pixels = pixelsIn(bytes);
  const survey = surveyPixels(scan, pixels);
  const described = frames.map((_, frame) => storedOf(survey, frame));
  const width = bytes.length / frames.length;
  const stored = frames.map((_, frame) => {
    const raw = pixels.read(frame * width, width);
    const out = Buffer.from(storePixels(scan, survey, { frame, partition: 0 }, raw));
    return Array.from({ length: out.length / 2 }, (_, i) => out.readInt16LE(2 * i));
  });
  // The raw tree may be what the program has mapped: nothing is written there.
  expect(bytes.equals(before)).toBe(true);
  const real = stored.map((values, frame) => {
    const { slope, intercept } = described[frame]!;
    // As they stand in RescaleSlope and RescaleIntercept.
    const [s, i] = [slope, intercept].map((value) => Number(formatDecimalString(value)));
    return values.map((value) => value * s! + i!);
  });
  const { largestError = Number.NaN, unit = "" } = survey.series[0] ?? {};
  const codes = remarks.map(({ code }) => code);
  const all = { ...survey, stored: described };
  return { survey: all, largestError, unit, stored, real, remarks, missing, codes };
}

describe("pixels of 16 bits", () => {
  test("are written as they stand, with slope and offset of their frame", () => {
    const frames = [
      [-32_768, 0, 5, 32_767],
      [1, 2, 3, 4],
    ];
    const { largestError, survey, stored, codes } = convert(frames, {
      slopes: [0.5, 20],
      offsets: [1, -2],
    });
    expect(stored).toEqual(frames);
    expect(largestError).toBe(0);
    expect(survey.stored).toMatchObject([
      { slope: 0.5, intercept: 1, smallest: -32_768, largest: 32_767 },
      { slope: 20, intercept: -2, smallest: 1, largest: 4 },
    ]);
    expect(codes).toEqual([]);
  });

  test("of big-endian files are swapped", () => {
    const { stored, codes } = convert([[-2, 1, 256, 32_767]], { bigEndian: true });
    expect(stored).toEqual([[-2, 1, 256, 32_767]]);
    expect(codes).toEqual(["word-type-untested"]);
  });

  test("get one slope for the series when that is wanted, at most half a step away", () => {
    const frames = [
      [0, 1000, 2000, 30_000],
      [0, 1000, 2000, 30_000],
    ];
    const spec = { slopes: [1, 0.001], choices: { uniformSlope: true } };
    const { largestError, survey, real, codes } = convert(frames, spec);
    expect(survey.stored[0]).toMatchObject({ slope: survey.stored[1]!.slope });
    expectClose(real, [frames[0]!, frames[1]!.map((value) => value * 0.001)], largestError);
    expect(largestError).toBeLessThan(30_000 / 65_534 / 1.99);
    expect(codes).toEqual(["pixels-quantised"]);
  });

  test("that have one slope anyway are not touched by that wish", () => {
    const { largestError, survey, stored } = convert([[1, 2, 3, 4]], {
      slopes: [0.0013386102017959],
      choices: { uniformSlope: true },
    });
    expect(stored).toEqual([[1, 2, 3, 4]]);
    expect(largestError).toBe(0);
    expect(survey).toMatchObject({ stored: [{ slope: 0.0013386102017959 }] });
  });
});

test("pixels of 8 bits are widened with their values", () => {
  const { survey, stored, codes } = convert([[0, 127, 128, 255]], { wordType: "uint8" });
  expect(stored).toEqual([[0, 127, 128, 255]]);
  expect(survey.stored[0]).toMatchObject({ smallest: 0, largest: 255, slope: 1 });
  expect(codes).toEqual(["word-type-untested"]);
});

describe("integers of 32 bits", () => {
  test("that fit into 16 keep their values", () => {
    const frames = [[-32_768, 7, 0, 32_767]];
    const { largestError, survey, stored, codes } = convert(frames, {
      wordType: "int32",
      slopes: [3],
    });
    expect(stored).toEqual(frames);
    expect(largestError).toBe(0);
    expect(survey).toMatchObject({ stored: [{ slope: 3, intercept: 0 }] });
    expect(codes).toEqual([]);
  });

  test("of a field map come within 0.022 Hz, half of the steps of its range", () => {
    // Stored ±2.1e9 for ±1390 Hz, as ParaVision's field maps have it.
    const frames = [[-2_100_000_000, 2_100_000_000, 0, 123_456_789]];
    const slope = 1390 / 2.1e9;
    const { largestError, real, remarks, unit } = convert(frames, {
      wordType: "int32",
      slopes: [slope],
      visu: { VisuCoreDataUnits: "( 1, 65 )\n<Hz>" },
    });
    expectClose(real, [frames[0]!.map((value) => value * slope)], largestError);
    expect(largestError).toBeLessThan(0.0213);
    expect(unit).toBe("Hz");
    expect(real[0]![2]).toBe(0);
    expect(remarks).toMatchObject([
      { code: "pixels-quantised", text: expect.stringMatching(/0\.0212 Hz/) },
    ]);
  });

  test("are never more than the stated error away, and 0 is 0", () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const slope = fc.double({ min: 1e-12, max: 1e6, noNaN: true });
    const frame = fc.array(word, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(frame, slope, fc.integer({ min: -1000, max: 1000 }), (values, s, offset) => {
        const frames = [[0, ...values]];
        const { largestError, survey, real } = convert(frames, {
          ...{ wordType: "int32", slopes: [s], offsets: [offset] },
        });
        expectClose(real, [frames[0]!.map((value) => value * s + offset)], largestError);
        const written = real[0]!;
        const { smallest, largest } = survey.stored[0]!;
        expect(smallest).toBeGreaterThanOrEqual(-32_768);
        expect(largest).toBeLessThanOrEqual(32_767);
        if (offset === 0) expect(written[0]).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("floating-point numbers", () => {
  test("are mapped by one scale for the series when frames are alike", () => {
    const frames = [
      [0, 10.5, 20.25, 30],
      [5, 100, 200, 300.125],
    ];
    const { largestError, survey, real } = convert(frames, { wordType: "float32" });
    expect(survey.stored[0]!.slope).toBe(survey.stored[1]!.slope);
    expectClose(real, frames, largestError);
    expect(largestError).toBeLessThan(300.125 / 65_534 / 1.99);
    expect(real[0]![0]).toBe(0);
  });

  test("whose ranges differ more than 100-fold get a scale for each frame", () => {
    const frames = [
      [0, 0.001, 0.002, 0.003],
      [0, 1000, 2000, 3000],
    ];
    const { survey, real } = convert(frames, { wordType: "float32" });
    expect(survey.stored[0]!.slope).toBeLessThan(1e-7);
    expectClose([real[0]!], [frames[0]!], 0.003 / 65_534 / 1.99);
    expectClose([real[1]!], [frames[1]!], 3000 / 65_534 / 1.99);
    const uniform = { wordType: "float32", choices: { uniformSlope: true } } as const;
    const [first, second] = convert(frames, uniform).survey.stored;
    expect(first!.slope).toBe(second!.slope);
  });

  test("that are whole and fit into 16 bits are written as they stand: masks stay masks", () => {
    const frames = [
      [0, 1, 2, 7],
      [-32_768, 0, 40, 32_767],
    ];
    const spec = { wordType: "float32", slopes: [1, 0.25], offsets: [0, 1e6] } as const;
    const { largestError, survey, stored, codes } = convert(frames, spec);
    expect(stored).toEqual(frames);
    expect(largestError).toBe(0);
    expect(survey.stored).toMatchObject([
      { slope: 1, intercept: 0, smallest: 0, largest: 7 },
      { slope: 0.25, intercept: 1e6, smallest: -32_768, largest: 32_767 },
    ]);
    expect(codes).toEqual([]);
  });

  test.each([
    ["one is not whole", [0, 1, 2.5, 7]],
    ["one is too large", [0, 1, 2, 32_768]],
    ["one is no number", [0, 1, 2, Number.NaN]],
  ])("are mapped, all frames of the series, when %s", (_what, odd) => {
    const frames = [[0, 1, 2, 7], odd];
    const { largestError, survey, real, codes } = convert(frames, { wordType: "float32" });
    expect(codes).toContain("pixels-quantised");
    expect(survey.stored[0]!.slope).not.toBe(1);
    expect(largestError).toBeGreaterThan(0);
    expectClose([real[0]!], [frames[0]!], largestError);
  });

  test("that happen to get the scale of the raw data are rounded, not cut", () => {
    // 65534 steps of 1: the scale chosen for the range is the raw one.
    const { largestError, stored } = convert([[-32_767, 0, 0.75, 32_767]], { wordType: "float32" });
    expect(stored).toEqual([[-32_767, 0, 1, 32_767]]);
    expect(largestError).toBeCloseTo(0.5, 9);
  });

  test("that are none become 0, and are counted", () => {
    const frames = [[Number.NaN, Number.POSITIVE_INFINITY, 100, 300]];
    const { largestError, survey, real, remarks } = convert(frames, { wordType: "float32" });
    expect(real[0]!.slice(0, 2)).toEqual([0, 0]);
    expectClose([real[0]!.slice(2)], [[100, 300]], largestError);
    expect(remarks).toContainEqual({
      code: "pixels-not-finite",
      text: expect.stringMatching(/^2 pixels/),
    });
    const { smallest, largest, slope, intercept } = survey.stored[0]!;
    expect(smallest * slope + intercept).toBeCloseTo(0, 6);
    expect(largest * slope + intercept).toBeCloseTo(300, 1);
  });

  test.each([[[0, 0, 0, 0]], [[7.25, 7.25, 7.25, 7.25]], [[-1e-30, -1e-30, -1e-30, -1e-30]]])(
    "that are all %j come back as they are",
    (values) => {
      const { largestError, survey, real } = convert([values], { wordType: "float32" });
      const same = values.map((value) => Math.fround(value));
      expectClose(real, [same], 1e-9 * Math.abs(values[0]!));
      expect(largestError).toBeLessThan(1e-9 * Math.abs(values[0]!) + 1e-300);
      expect(survey.stored[0]!.windowWidth).toBeGreaterThan(0);
    },
  );

  test("of any size come within the stated error", () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 4, maxLength: 4 }), (values) => {
        const { largestError, real } = convert([values], { wordType: "float32" });
        expectClose(real, [values], largestError);
      }),
      { numRuns: 500 },
    );
  });
});

describe("slopes", () => {
  test("that are zero or missing leave stored values, with a remark", () => {
    const { survey, codes } = convert([[1, 2, 3, 4]], { slopes: [0] });
    expect(survey.stored[0]).toMatchObject({ slope: 1, intercept: 0 });
    expect(codes).toEqual(["slope-unusable"]);
    const { scan, missing } = makeScan({});
    surveyPixels(scan, pixelsIn(encodeWords([1, 2, 3, 4], "int16")));
    expect(missing).toEqual(["VisuCoreDataSlope", "VisuCoreDataOffs"]);
  });

  test("that are negative keep their sign", () => {
    const { survey, stored } = convert([[-5, 0, 5, 10]], { slopes: [-2] });
    expect(stored).toEqual([[-5, 0, 5, 10]]);
    const { slope, windowCenter, windowWidth } = survey.stored[0]!;
    expect({ slope, windowCenter, windowWidth }).toEqual({
      ...{ slope: -2, windowCenter: -5, windowWidth: 30 },
    });
  });

  test("of the elements of a map count for their series", () => {
    const frames = [
      [0, 1, 2, 3],
      [0, 10_000, 20_000, 30_000],
    ];
    const { survey } = convert(frames, {
      slopes: [1000, 0.1],
      visu: { VisuFGOrderDesc: "( 1 )\n(2, <FG_DTI>, <>, 0, 0)" },
    });
    expect(survey.stored.map(({ windowWidth }) => windowWidth)).toEqual([3000, 3000]);
    expect(survey.stored.map(({ slope }) => slope)).toEqual([1000, 0.1]);
  });
});

describe("the window", () => {
  const many = Array.from({ length: 4096 }, (_, i) => (i * 7919) % 1000);
  const size = { VisuCoreSize: "( 2 )\n64 64" };

  test("spans the 0.5th to the 99.5th percentile after slope and offset, the same in all images", () => {
    const frames = [many, many.map((value) => value + 1)];
    const { survey } = convert(frames, { slopes: [2], offsets: [10], visu: size });
    const sorted = frames.flat().sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1]! * 2 + 10;
    for (const { windowCenter, windowWidth } of survey.stored) {
      expect(windowCenter).toBe((at(0.005) + at(0.995)) / 2);
      expect(windowWidth).toBe(at(0.995) - at(0.005));
    }
  });

  test.each<[string, Case]>([
    ["slopes that differ", { slopes: [2, 3], visu: size }],
    ["32 bits", { wordType: "int32", slopes: [2, 3], visu: size }],
    ["floating point", { wordType: "float32", slopes: [2, 3], visu: size }],
  ])("is counted in real values with %s", (_, spec) => {
    const { survey } = convert([many, many], spec);
    const real = [...many.map((value) => 2 * value), ...many.map((value) => 3 * value)];
    const sorted = real.sort((a, b) => a - b);
    const [low, high] = [0.005, 0.995].map((part) => sorted[Math.ceil(part * 8192) - 1]!);
    const bin = 3000 / 65_535;
    expect(Math.abs(survey.stored[0]!.windowCenter - (low! + high!) / 2)).toBeLessThan(bin);
    expect(Math.abs(survey.stored[0]!.windowWidth - (high! - low!))).toBeLessThan(bin);
  });
});

test("partitions of a 3D frame have extremes of their own and one scale", () => {
  const { scan } = makeScan({
    VisuCoreDim: "3",
    VisuCoreSize: "( 3 )\n2 2 2",
    VisuCoreDimDesc: "( 3 )\nspatial spatial spatial",
    VisuCoreExtent: "( 3 )\n20 20 8",
    VisuCoreUnits: "( 3, 65 )\n<mm> <mm> <mm>",
    VisuCoreWordType: words.float32,
  });
  const bytes = encodeWords([0, 1, 2, 3, 10, 20, 30, 1000], "float32");
  const survey = surveyPixels(scan, pixelsIn(bytes));
  const [first, second] = [storedOf(survey, 0), storedOf(survey, 1)];
  expect(first!.slope).toBe(second!.slope);
  const top = ({ largest, slope, intercept }: typeof second) => largest * slope + intercept;
  expect(top(first)).toBeCloseTo(3, 1);
  expect(top(second)).toBeCloseTo(1000, 1);
  const out = storePixels(scan, survey, { frame: 0, partition: 1 }, bytes.subarray(16));
  expect(Buffer.from(out).readInt16LE(6)).toBe(second!.largest);
});

/** Rounding of doubles on top of what was stated. */
function expectClose(
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  error: number,
): void {
  for (const [n, values] of found.entries()) {
    for (const [i, value] of values.entries()) {
      const truth = expected[n]![i]!;
      const allowed = error * (1 + 1e-9) + 1e-12 * Math.max(...expected[n]!.map(Math.abs));
      expect(Math.abs(value - truth)).toBeLessThanOrEqual(allowed);
    }
  }
}

test("each map has its largest error in its own unit", () => {
  const maps = [
    [0, 1000.5, 2000, 3000],
    [0, 0.25, 0.5, 1],
    [0, 1, 2, 3],
  ];
  const { survey } = convert(maps, {
    wordType: "float32",
    visu: {
      VisuFGOrderDesc: "( 1 )\n(3, <FG_ISA>, <>, 0, 1)",
      VisuGroupDepVals: "( 1 )\n(<VisuCoreDataUnits>, 0)",
      VisuCoreDataUnits: "( 3, 65 )\n<ms> <mm2/s> <>",
    },
  });
  expect(survey.series).toEqual([
    { largestError: expect.closeTo(3000 / 65_534 / 2, 4), unit: "ms" },
    { largestError: expect.closeTo(1 / 65_534 / 2, 8), unit: "mm2/s" },
    { largestError: 0, unit: "" },
  ]);
});
