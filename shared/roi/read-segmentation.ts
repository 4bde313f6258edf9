import { hash } from "node:crypto";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { readItems, readNumber, readText } from "#shared/dicom/dataset.ts";
import { type FileLayout, readLayout } from "#shared/dicom/file-layout.ts";
import { pickItems, type Wanted } from "#shared/dicom/pick-items.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import {
  openSegmentationFrames,
  readSegmentationMatrix,
} from "#shared/dicom/segmentation-pixels.ts";
import { formatTag, type Keyword, nameTag, tags } from "#shared/dicom/tags.ts";
import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { readWholeFile } from "#shared/files/read-whole-file.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { cropRegions, type TakePlane } from "./crop-regions.ts";
import { shapeOfRegion } from "./frame-stack.ts";
import type { Roi, RoiCollection } from "./roi.ts";
import { readSegmentDescriptions } from "./segment-descriptions.ts";
import {
  type FrameGroups,
  readFrameGroups,
  readSegmentOfFrames,
  unknownSegment,
} from "./segment-frames.ts";
import { stackFrames } from "./stack-frames.ts";

/** Segmentation Storage and Label Map Segmentation Storage, PS3.4 B.5. */
const segmentationStorage = "1.2.840.10008.5.1.4.1.1.66.4";
const labelMapStorage = "1.2.840.10008.5.1.4.1.1.66.7";

/** Longest file that is read, bytes: all of it is held while its regions are cut out. */
const longestFile = 2 ** 30;

/** What is read of the sequences. */
const geometry: Wanted = {
  PlanePositionSequence: { ImagePositionPatient: true },
  PlaneOrientationSequence: { ImageOrientationPatient: true },
  PixelMeasuresSequence: { PixelSpacing: true, SliceThickness: true, SpacingBetweenSlices: true },
  SegmentIdentificationSequence: { ReferencedSegmentNumber: true },
};
const series: Wanted = { SeriesInstanceUID: true };
const sequences: Readonly<Record<string, Wanted>> = {
  ReferencedSeriesSequence: series,
  StudiesContainingOtherReferencedInstancesSequence: { ReferencedSeriesSequence: series },
  SegmentSequence: {
    SegmentNumber: true,
    SegmentLabel: true,
    RecommendedDisplayCIELabValue: true,
    TrackingUID: true,
  },
  SharedFunctionalGroupsSequence: geometry,
  PerFrameFunctionalGroupsSequence: geometry,
};

/** Attributes outside sequences. */
const wanted = new Set(
  Object.entries(tags)
    .filter(([keyword]) => !(keyword in sequences))
    .map(([, tag]) => Number.parseInt(tag, 16)),
);

/**
 * The regions of a DICOM segmentation (PS3.3 A.51): of type BINARY or FRACTIONAL, one for each segment, also for those without
 * a voxel; of a label map one for each segment but the background (label 0) and the padding.
 *
 * Each region lies in the box that just holds it, on the planes on which it has a voxel, ascending along row x column.
 *
 * @throws InputError E-UNREADABLE, E-TRUNCATED, E-BROKEN-DICOM, E-SEG-CLASS, E-SEG-PIXELS, E-SEG-FRAMES, E-SEG-SEGMENT,
 * E-SEG-GEOMETRY, E-SEG-FRACTION, E-PIXELS, E-DECODE
 * @throws UnsupportedError E-TRANSFER-SYNTAX, E-CODEC, E-SEG-CLASS, E-SEG-PIXELS, E-SEG-GEOMETRY, E-REGION-SIZE
 */
export async function readSegmentation(file: FoundFile): Promise<RoiCollection> {
  const bytes = await readWholeFile(file, longestFile);
  const layout = readLayout(memorySource(file.path, bytes));
  if (layout === undefined) throw noSegmentation(file.path, "no DICOM file");
  const dataset = readAttributes(layout);
  return {
    kind: "SEG",
    path: file.path,
    sha256: hash("sha256", bytes, "hex"),
    name: readText(dataset, "SeriesDescription") || readText(dataset, "ContentLabel"),
    uid: readText(dataset, "SOPInstanceUID"),
    equipment: {
      manufacturer: readText(dataset, "Manufacturer"),
      model: readText(dataset, "ManufacturerModelName"),
      version: readText(dataset, "SoftwareVersions"),
    },
    studyInstanceUID: readText(dataset, "StudyInstanceUID"),
    frameOfReferenceUID: readText(dataset, "FrameOfReferenceUID"),
    seriesInstanceUIDs: readReferencedSeries(dataset),
    rois: await readRois(layout, dataset),
    diagnostics: [],
  };
}

function readAttributes(layout: FileLayout): DicomJson {
  const { dataset } = readDataset(layout, (tag) => wanted.has(tag));
  const items = Object.entries(sequences).map(([keyword, inside]) => {
    const Value = pickItems(layout, keyword as Keyword, inside);
    return [tags[keyword as Keyword], { vr: "SQ", Value }] as const;
  });
  return { ...dataset, ...Object.fromEntries(items) };
}

function readReferencedSeries(dataset: DicomJson): readonly string[] {
  const studies = readItems(dataset, "StudiesContainingOtherReferencedInstancesSequence");
  const series = [dataset, ...studies].flatMap((holder) =>
    readItems(holder, "ReferencedSeriesSequence"),
  );
  return [...new Set(series.map((item) => readText(item, "SeriesInstanceUID")))].filter(Boolean);
}

async function readRois(layout: FileLayout, dataset: DicomJson): Promise<readonly Roi[]> {
  const { path } = layout.source;
  const kind = requireKind(path, dataset);
  const matrix = readSegmentationMatrix(layout, dataset);
  const segments = readSegmentDescriptions(path, dataset);
  const groups = readFrameGroups(path, dataset, matrix);
  const { stack, planeOfFrame } = stackFrames(path, groups, matrix);
  const frame = await openSegmentationFrames(layout, dataset, matrix);
  const numbers = segments.map(({ number }) => number);
  const stored = { path, columns: matrix.columns, rows: matrix.rows };
  const padding = readNumber(dataset, "PixelPaddingValue");
  const isRegion = (number: number) => kind !== "LABELMAP" || (number !== 0 && number !== padding);
  const regions = cropRegions({
    ...stored,
    each:
      kind === "LABELMAP"
        ? eachLabelPlane(path, frame, planeOfFrame, new Set(numbers), padding)
        : eachMaskPlane(path, frame, planeOfFrame, groups, numbers),
    shareOf: kind === "FRACTIONAL" ? fractionOf(path, dataset) : () => 1,
  });
  return segments
    .filter(({ number }) => isRegion(number))
    .map((segment) => ({ ...segment, shape: shapeOfRegion(stack, regions.get(segment.number)) }));
}

type Kind = "BINARY" | "FRACTIONAL" | "LABELMAP";

function requireKind(path: string, dataset: DicomJson): Kind {
  const sopClassUID = readText(dataset, "SOPClassUID");
  const type = readText(dataset, "SegmentationType");
  if (sopClassUID === labelMapStorage) return "LABELMAP";
  if (sopClassUID !== segmentationStorage) {
    throw noSegmentation(path, `an object of SOP class ${printable(sopClassUID) || "unknown"}`);
  }
  if (type === "BINARY" || type === "FRACTIONAL") return type;
  throw new UnsupportedError(
    "E-SEG-CLASS",
    `${path} is a segmentation of type "${printable(type)}" (${nameTag("SegmentationType")}); BINARY and FRACTIONAL are read.`,
    "Export the segmentation again.",
  );
}

function noSegmentation(path: string, what: string): InputError {
  return new InputError(
    "E-SEG-CLASS",
    `${path} is ${what}, not a DICOM segmentation.`,
    "Give the file of the segmentation.",
  );
}

function printable(text: string): string {
  return text.slice(0, 64).replace(/[^ -~]/g, "?");
}

type Frames = (index: number) => Uint8Array | Uint16Array;

function eachMaskPlane(
  path: string,
  frame: Frames,
  planeOfFrame: readonly number[],
  groups: readonly FrameGroups[],
  numbers: readonly number[],
) {
  const segmentOfFrame = readSegmentOfFrames(path, groups, numbers);
  return (take: TakePlane) => {
    segmentOfFrame.forEach((segment, index) => {
      take(planeOfFrame[index]!, frame(index), segment);
    });
  };
}

function eachLabelPlane(
  path: string,
  frame: Frames,
  planeOfFrame: readonly number[],
  numbers: ReadonlySet<number>,
  padding: number | undefined,
) {
  return (take: TakePlane) => {
    planeOfFrame.forEach((plane, index) => {
      const values = frame(index);
      for (let i = 0; i < values.length; i++) {
        const label = values[i]!;
        if (label === 0) continue;
        if (label === padding) values[i] = 0;
        else if (!numbers.has(label)) throw unknownSegment(path, index, label, [...numbers]);
      }
      take(plane, values);
    });
  };
}

/** @throws InputError E-SEG-FRACTION without a largest value, and for values above it */
function fractionOf(path: string, dataset: DicomJson): (value: number) => number {
  const largest = readNumber(dataset, "MaximumFractionalValue");
  const refuse = (what: string) =>
    new InputError("E-SEG-FRACTION", `${path} ${what}.`, "Export the segmentation again.");
  if (largest === undefined || largest < 1) {
    throw refuse(`holds fractions without a ${nameTag("MaximumFractionalValue")}`);
  }
  return (value) => {
    if (value <= largest) return value / largest;
    throw refuse(
      `holds the fraction ${value} above its MaximumFractionalValue (${formatTag(tags.MaximumFractionalValue)}) ${largest}`,
    );
  };
}
