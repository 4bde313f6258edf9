import { describe, expect, test } from "vitest";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { pixelRows } from "#shared/paravision/pixel-rows.ts";
import type { ImageContext } from "#shared/paravision/series-plan.ts";
import { makeScan, type RawTexts } from "#test/phantom/raw-scan.ts";

/** All pixel rows of the first image of a scan that is stored like this. */
function say(visu: RawTexts, slope = 0.5, intercept = -3) {
  const { scan, sources } = makeScan({ VisuCoreDataSlope: "( 1 )\n0.5", ...visu });
  const extremes = { smallest: -7, largest: 30_000 };
  const stored = { slope, intercept, ...extremes, windowCenter: 12.5, windowWidth: 0.01 };
  const image: ImageContext = { scan, part: {}, frame: 0, partition: 0, place: 0, stored };
  const values = new Map(pixelRows.map(({ keyword, value }) => [keyword, value(image)]));
  return { of: (keyword: WrittenKeyword) => values.get(keyword), sources };
}

describe("pixel rows", () => {
  test("describe signed numbers of 16 bits and their scale", () => {
    const { of } = say({});
    expect([of("BitsAllocated"), of("BitsStored"), of("HighBit")]).toEqual([16, 16, 15]);
    expect([of("PixelRepresentation"), of("SamplesPerPixel")]).toEqual([1, 1]);
    expect([of("RescaleSlope"), of("RescaleIntercept")]).toEqual([0.5, -3]);
    expect([of("SmallestImagePixelValue"), of("LargestImagePixelValue")]).toEqual([-7, 30_000]);
  });

  test("say of a narrow window that it is exact: a plain one is at least 1 wide (PS3.3 C.11.2.1.2.1)", () => {
    const { of } = say({});
    expect([of("WindowCenter"), of("WindowWidth")]).toEqual([12.5, 0.01]);
    expect(of("VOILUTFunction")).toBe("LINEAR_EXACT");
  });

  test.each([
    ["<>", "[arb'U]", "US"],
    ["<Hz>", "Hz", "Hz"],
  ])("map all stored values to real ones with the unit %s", (unit, code, rescaleType) => {
    const { of } = say({ VisuCoreDataUnits: `( 1, 65 )\n${unit}` });
    const [item] = of("RealWorldValueMappingSequence") as readonly AttributeValues[];
    expect(item).toMatchObject({
      ...{ RealWorldValueSlope: 0.5, RealWorldValueIntercept: -3 },
      SignedRealWorldValueFirstValueMapped: -32_768,
      SignedRealWorldValueLastValueMapped: 32_767,
      MeasurementUnitsCodeSequence: [{ CodeValue: code }],
    });
    expect(of("RescaleType")).toBe(rescaleType);
  });

  test("note whether the slope is that of the raw data", () => {
    const kept = say({ VisuCoreDataOffs: "( 1 )\n-3" });
    expect(kept.sources.get("RescaleSlope")).toBe("VisuCoreDataSlope of visu_pars");
    expect(say({}, 0.25).sources.get("RescaleSlope")).toBe("the range of the pixels");
  });
});
