import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { frameNumbers } from "./frame-values.ts";
import { encodeUnits, rescaleTypeOf } from "./map-unit.ts";
import type { RawScan } from "./raw-scan.ts";
import type { ImageContext, MappingRow, SeriesPart } from "./series-plan.ts";
import { hasRawScale } from "./store-pixels.ts";

/** Signed numbers of 16 bits, PS3.5 8.1.1. */
const smallestStored = -32_768;
const largestStored = 32_767;

/** How pixels are stored, what they stand for, and how bright they are shown. */
export const pixelRows: readonly MappingRow[] = [
  {
    keyword: "SamplesPerPixel",
    ...{ type: "1", per: "series", sources: [], rule: "1." },
    value: () => 1,
  },
  {
    keyword: "PhotometricInterpretation",
    ...{ type: "1", per: "series", sources: [], rule: "MONOCHROME2." },
    value: () => "MONOCHROME2",
  },
  {
    keyword: "BitsAllocated",
    ...{ type: "1", per: "series", sources: ["VisuCoreWordType"] },
    rule: "16: pixels of 8 bits are widened, those of 32 bits mapped.",
    value: () => 16,
  },
  {
    keyword: "BitsStored",
    ...{ type: "1", per: "series", sources: [], rule: "16." },
    value: () => 16,
  },
  {
    keyword: "HighBit",
    ...{ type: "1", per: "series", sources: [], rule: "15." },
    value: () => 15,
  },
  {
    keyword: "PixelRepresentation",
    ...{ type: "1", per: "series", sources: [], rule: "1, signed." },
    value: () => 1,
  },
  {
    keyword: "SmallestImagePixelValue",
    ...{ type: "3", per: "image", sources: ["2dseq"] },
    rule: "Of the image as stored; VisuCoreDataMin is a bound only.",
    value: ({ stored }) => stored.smallest,
  },
  {
    keyword: "LargestImagePixelValue",
    ...{ type: "3", per: "image", sources: ["2dseq"] },
    rule: "Of the image as stored; VisuCoreDataMax is a bound only.",
    value: ({ stored }) => stored.largest,
  },
  {
    keyword: "WindowCenter",
    ...{ type: "1C", per: "series", sources: ["2dseq"] },
    rule: "Middle of the 0.5th and 99.5th percentile of the series, after slope and intercept.",
    value: ({ stored }) => stored.windowCenter,
  },
  {
    keyword: "WindowWidth",
    ...{ type: "1C", per: "series", sources: ["2dseq"] },
    rule: "Between the same percentiles, at least one stored step.",
    value: ({ stored }) => stored.windowWidth,
  },
  {
    keyword: "VOILUTFunction",
    ...{ type: "3", per: "series", sources: [] },
    rule: "LINEAR_EXACT: a plain LINEAR window must be at least 1 wide, which maps in mm²/s are not.",
    value: () => "LINEAR_EXACT",
  },
  {
    keyword: "RescaleIntercept",
    ...{ type: "3", per: "image", sources: ["VisuCoreDataOffs"] },
    rule: "VisuCoreDataOffs of the frame; of the scale chosen where pixels were mapped to 16 bits.",
    value: ({ stored }) => stored.intercept,
  },
  {
    keyword: "RescaleSlope",
    ...{ type: "3", per: "image", sources: ["VisuCoreDataSlope"] },
    rule: "VisuCoreDataSlope of the frame; of the scale chosen where pixels were mapped to 16 bits.",
    value: ({ scan, frame, place, stored }) => {
      if (place === 0) {
        const name = frameNumbers(scan.visu, "VisuCoreDataSlope")?.source;
        const kept = hasRawScale(scan.visu, frame, stored);
        const given = name && `${name} of ${scan.visu.file.path}`;
        const from = kept ? given : "the range of the pixels";
        if (from !== undefined) scan.findings.source("RescaleSlope", from);
      }
      return stored.slope;
    },
  },
  {
    keyword: "RescaleType",
    ...{ type: "3", per: "series", sources: ["VisuCoreDataUnits"] },
    rule: "The unit; US, unspecified, for signals.",
    value: ({ scan, part }) => rescaleTypeOf(scan, part),
  },
  {
    keyword: "RealWorldValueMappingSequence",
    ...{ type: "3", per: "image" },
    sources: ["VisuCoreDataSlope", "VisuCoreDataOffs", "VisuCoreDataUnits"],
    rule: "One item for all stored values: the same slope and intercept with all digits, and the unit and quantity as codes.",
    value: realWorldMapping,
  },
];

/** Of the image before: most scans have one slope for many images. */
const lastMappings = new WeakMap<RawScan, LastMapping>();

interface LastMapping {
  readonly part: SeriesPart;
  readonly slope: number;
  readonly intercept: number;
  readonly items: readonly AttributeValues[];
}

function realWorldMapping({
  scan,
  part,
  stored: { slope, intercept },
}: ImageContext): readonly AttributeValues[] {
  const last = lastMappings.get(scan);
  if (last?.part === part && last.slope === slope && last.intercept === intercept) {
    return last.items;
  }
  const items: readonly AttributeValues[] = [
    {
      ...encodeUnits(scan, part),
      SignedRealWorldValueFirstValueMapped: smallestStored,
      SignedRealWorldValueLastValueMapped: largestStored,
      RealWorldValueIntercept: intercept,
      RealWorldValueSlope: slope,
    },
  ];
  lastMappings.set(scan, { part, slope, intercept, items });
  return items;
}
