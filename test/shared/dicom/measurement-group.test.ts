import { describe, expect, test } from "vitest";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { encodeGroup } from "#shared/dicom/measurement-group.ts";
import { exampleGroup, exampleRequest } from "./example-measurements.ts";

const context = { ...exampleRequest, sourceSeriesInstanceUID: "1.2.3.4" };
type Sequence = readonly AttributeValues[];
const meaning = (item: AttributeValues) =>
  String((item.ConceptNameCodeSequence as Sequence)[0]!.CodeMeaning);
const itemsOf = (change: object = {}) =>
  encodeGroup({ ...exampleGroup, ...change }, context).ContentSequence as Sequence;

/** Names of the numbers with their derivations, and their values. */
function numbersOf(items: Sequence): Record<string, unknown> {
  const numbers = items.filter(({ ValueType }) => ValueType === "NUM");
  return Object.fromEntries(
    numbers.map((item) => {
      const modifier = (item.ContentSequence as Sequence | undefined)?.[0];
      const code = (modifier?.ConceptCodeSequence as Sequence | undefined)?.[0]?.CodeMeaning;
      const [value] = item.MeasuredValueSequence as Sequence;
      return [
        code === undefined ? meaning(item) : `${meaning(item)}, ${code}`,
        value!.NumericValue,
      ];
    }),
  );
}

describe("a measurement group", () => {
  test("names the region, its segment, the series and the map before the numbers", () => {
    expect(itemsOf().map(meaning).slice(0, 8)).toEqual([
      "Tracking Identifier",
      "Tracking Unique Identifier",
      "Referenced Segment",
      "Source series for segmentation",
      "Algorithm Name",
      "Algorithm Version",
      "Algorithm Parameters",
      "Algorithm Parameters",
    ]);
  });

  test("holds each number under its concept and derivation", () => {
    expect(numbersOf(itemsOf())).toEqual({
      "T2, Mean": 62.9643955504308,
      "T2, Standard Deviation": 23.3241114939923,
      "T2, Median": 62.4899997711182,
      "T2, Minimum": -3.5,
      "T2, Maximum": 122.629997253418,
      "Number of voxels": 997,
      "Number of voxels with a valid value": 976,
      "Volume, Sum of segmented voxel volumes": 71.784,
      Area: 71.784,
    });
  });

  test("leaves out what is not defined or not known", () => {
    const none = { mean: null, sd: null, median: null, min: null, max: null };
    const change = { statistics: none, nValid: 0, volumeMm3: undefined, areaMm2: undefined };
    expect(numbersOf(itemsOf(change))).toEqual({
      "Number of voxels": 997,
      "Number of voxels with a valid value": 0,
    });
  });

  test("of a map of unknown meaning measures a quantity", () => {
    expect(Object.keys(numbersOf(itemsOf({ quantity: undefined })))[0]).toBe("Quantity, Mean");
  });

  test("has an identifier of one line, also for a region without a name", () => {
    const identifier = (trackingIdentifier: string) =>
      itemsOf({ trackingIdentifier })[0]!.TextValue;
    expect(identifier(" a\r\nb\0")).toBe("a b");
    expect(identifier("")).toBe("unnamed");
  });

  test("gives a region without a UID one that depends on its segment alone", () => {
    const uid = (change: object) => itemsOf(change)[1]!.UID;
    expect(uid({})).toBe("2.25.77");
    expect(uid({ trackingUID: "" })).toMatch(/^2\.25\.\d+$/);
    expect(uid({ trackingUID: "", mapName: "other" })).toBe(uid({ trackingUID: "" }));
    expect(uid({ trackingUID: "", segmentNumber: 3 })).not.toBe(uid({ trackingUID: "" }));
  });

  test("says what the region is where that is known", () => {
    const finding = { value: "85756007", scheme: "SCT", meaning: "Tissue" };
    expect(itemsOf({ finding }).map(meaning)).toContain("Finding");
  });
});
