import { describe, expect, test } from "vitest";
import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { readMeaning } from "#shared/dicom/real-world-mapping.ts";
import {
  elementDescription,
  encodeUnits,
  imageTypeOf,
  mapQuantity,
  rescaleTypeOf,
} from "#shared/paravision/map-unit.ts";
import { type MadeScan, makeScan, type RawTexts } from "../../phantom/raw-scan.ts";

/** Maps of fitted parameters, as ParaVision 360 describes them, with two slices. */
function fittedMaps(echoes: string, more: RawTexts = {}): MadeScan {
  return makeScan({
    VisuCoreFrameCount: "12",
    VisuCoreOrientation: "( 2, 9 )\n1 0 0 0 1 0 0 0 1 1 0 0 0 1 0 0 0 1",
    VisuCorePosition: "( 2, 3 )\n-10 -10 0 -10 -10 1",
    VisuFGOrderDesc: "( 2 )\n(6, <FG_ISA>, <Parameters>, 0, 2) (2, <FG_SLICE>, <>, 2, 2)",
    VisuGroupDepVals:
      "( 4 )\n(<VisuFGElemComment>, 0) (<VisuCoreDataUnits>, 0) (<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0)",
    VisuFGElemComment:
      "( 6, 65 )\n<Signal Intensity> <σ of Signal Intensity> <T2 Relaxation Time> <σ of T2 Relaxation Time> <Fit χ²> <Fit Valid>",
    VisuCoreDataUnits: "( 6, 65 )\n<> <> <ms> <ms> <> <>",
    VisuAcqEchoSequenceType: echoes,
    VisuSeriesTypeId: "( 65 )\n<DERIVED_ISA>",
    ...more,
  });
}

function describeMaps({ scan }: MadeScan, count: number) {
  return Array.from({ length: count }, (_, element) => {
    const quantity = mapQuantity(scan, { element })!;
    return [quantity.label, quantity.unit, quantity.quantity, quantity.derivation ?? ""];
  });
}

describe("maps of fitted parameters", () => {
  test("each element has its quantity and unit", () => {
    expect(describeMaps(fittedMaps("SpinEcho"), 6)).toEqual([
      ["S0", "arbitrary", "S0", ""],
      ["S0 SE", "arbitrary", "S0", "standard error"],
      ["T2", "ms", "T2", ""],
      ["T2 SE", "ms", "T2", "standard error"],
      ["chi squared", "1", undefined, ""],
      ["valid", "1", undefined, ""],
    ]);
  });

  test("of gradient echoes are T2*, whatever ParaVision calls them, and that is remarked", () => {
    const made = fittedMaps("GradientEcho");
    expect(describeMaps(made, 4)[2]).toEqual(["T2*", "ms", "T2star", ""]);
    expect(made.remarks.map(({ code }) => code)).toEqual(["map-renamed", "map-renamed"]);
    expect(imageTypeOf(made.scan, { element: 2 })).toEqual([
      ...["DERIVED", "PRIMARY", "OTHER", "T2STAR"],
    ]);
  });

  test("say in ImageType what they are; a spread is no map of the quantity", () => {
    const { scan } = fittedMaps("SpinEcho");
    expect(imageTypeOf(scan, { element: 2 })).toEqual(["DERIVED", "PRIMARY", "T2 MAP", "T2"]);
    expect(imageTypeOf(scan, { element: 3 })).toEqual(["DERIVED", "PRIMARY", "OTHER", "T2 SE"]);
    expect(imageTypeOf(scan, { element: 4 })).toEqual([
      ...["DERIVED", "PRIMARY", "OTHER", "CHI SQUARED"],
    ]);
  });

  test("our own reader of maps finds quantity and unit again", () => {
    const { scan } = fittedMaps("SpinEcho");
    const item = { ...encodeUnits(scan, { element: 3 }), RealWorldValueSlope: 2 };
    const dataset = encodeAttributes({ RealWorldValueMappingSequence: [item] });
    expect(readMeaning(dataset, 0)).toEqual({
      ...{ scale: { slope: 2, intercept: 0 }, unit: "ms", quantity: "T2", isDerivation: true },
      label: "sigma of T2 Relaxation Time in ms",
    });
  });

  test("have names without Greek letters and slashes", () => {
    const { visu } = fittedMaps("SpinEcho").scan;
    expect(elementDescription(visu, { element: 3 })).toBe("sigma of T2 Relaxation Time");
    expect(elementDescription(visu, { element: 4 })).toBe("Fit chi2");
    expect(elementDescription(visu, {})).toBe("");
  });

  test("along with another group with comments, the element's own count", () => {
    const { scan } = makeScan({
      VisuCoreFrameCount: "4",
      VisuFGOrderDesc: "( 2 )\n(2, <FG_ISA>, <>, 0, 1) (2, <FG_MOVIE>, <>, 1, 1)",
      VisuGroupDepVals: "( 2 )\n(<VisuFGElemComment>, 2) (<VisuFGElemComment>, 0)",
      VisuFGElemComment:
        "( 4, 65 )\n<first> <second> <T1 relaxation time> <std dev of T1 relaxation time>",
    });
    expect(elementDescription(scan.visu, { element: 1 })).toBe("std dev of T1 relaxation time");
    expect(mapQuantity(scan, { element: 1 })).toMatchObject({ label: "T1 SE", quantity: "T1" });
  });

  test("a unit without a code is kept as text, with a remark", () => {
    const { scan, remarks } = fittedMaps("SpinEcho", {
      VisuCoreDataUnits: "( 6, 65 )\n<> <> <furlong/s> <ms> <> <>",
    });
    expect(mapQuantity(scan, { element: 2 })?.unit).toBe("unknown");
    expect(rescaleTypeOf(scan, { element: 2 })).toBe("furlong/s");
    expect(encodeUnits(scan, { element: 2 }).LUTExplanation).toBe(
      "T2 Relaxation Time in furlong/s",
    );
    expect(remarks.map(({ code }) => code)).toEqual(["unit-unknown"]);
  });
});

test("tensor maps are told by their identifiers", () => {
  const { scan } = makeScan({
    VisuCoreFrameCount: "5",
    VisuFGOrderDesc: "( 1 )\n(5, <FG_DTI>, <Generated Diffusion Tensor Images>, 0, 3)",
    VisuGroupDepVals:
      "( 3 )\n(<VisuFGElemId>, 0) (<VisuFGElemComment>, 0) (<VisuCoreDataUnits>, 0)",
    VisuFGElemId: "( 5, 65 )\n<DTI_FA> <DTI_TRACE> <DTI_A0> <DTI_DXY> <DTI_L2Z>",
    VisuFGElemComment:
      "( 5, 65 )\n<Fractional Anisotropy> <Trace> <Intensity> <Tensor Component Dxy> <2nd Eigenvector Z>",
    VisuCoreDataUnits: "( 5, 65 )\n<> <mm2/s> <> <mm2/s> <>",
  });
  const found = [0, 1, 2, 3, 4].map((element) => {
    const { label, unit } = mapQuantity(scan, { element })!;
    return [label, unit, ...imageTypeOf(scan, { element }).slice(2)];
  });
  expect(found).toEqual([
    ["FA", "1", "DIFFUSION MAP", "FA"],
    ["Trace", "mm2/s", "DIFFUSION MAP", "TRACE"],
    ["A0", "arbitrary", "OTHER", "A0"],
    ["DXY", "mm2/s", "DIFFUSION MAP", "DXY"],
    ["L2Z", "1", "DIFFUSION MAP", "L2Z"],
  ]);
});

test("a field map is derived and in Hz, though its series type says it was acquired", () => {
  const { scan } = makeScan({
    VisuCoreDataUnits: "( 1, 65 )\n<Hz>",
    VisuSeriesTypeId: "( 65 )\n<ACQ_BRUKER_PVM>",
  });
  expect(imageTypeOf(scan, {})).toEqual(["DERIVED", "PRIMARY", "OTHER", "FIELD MAP"]);
  expect(mapQuantity(scan, {})?.unit).toBe("Hz");
  expect(rescaleTypeOf(scan, {})).toBe("Hz");
});

test("images of signal are original, in arbitrary units; parts of complex ones say which", () => {
  const { scan } = makeScan({ VisuCoreDataUnits: "( 1, 65 )\n<>" });
  expect(imageTypeOf(scan, {})).toEqual(["ORIGINAL", "PRIMARY", "OTHER"]);
  expect(mapQuantity(scan, {})).toBeUndefined();
  expect(rescaleTypeOf(scan, {})).toBe("US");
  expect(imageTypeOf(scan, { frameType: "PHASE_IMAGE" })).toEqual([
    ...["ORIGINAL", "PRIMARY", "OTHER", "PHASE"],
  ]);
});
