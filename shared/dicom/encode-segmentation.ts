import { createHash } from "node:crypto";
import { UnsupportedError } from "#shared/errors.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { DicomJson, SourceInstance } from "#shared/volume/series-volume.ts";
import { type Code, encodeCode } from "./code.ts";
import { contentTime } from "./content-time.ts";
import {
  type DerivedRequest,
  type DicomFile,
  encodeContribution,
  encodeReferencedSeries,
  encodeSources,
} from "./derived-object.ts";
import { type AttributeValues, encodeAttributes } from "./encode-attributes.ts";
import { encodeSegment, longString, type SegmentToWrite, type UidMaker } from "./encode-segment.ts";
import { type EncodedElement, encodeSequence } from "./encode-sequence.ts";
import { inheritAttributes } from "./inherited-attributes.ts";
import { encodeBits, type SegmentPlane, segmentsOverlap, splitPlanes } from "./segment-planes.ts";
import { deriveUid } from "./uid.ts";
import { instanceEncoder } from "./write-instance.ts";

/** Regions that are to become one DICOM segmentation of the study they were drawn in. */
export interface SegmentationRequest extends Pick<DerivedRequest, "tool" | "options"> {
  readonly planes: PlaneStack;
  /** Images of each plane: `Reference.images`. */
  readonly images: readonly (readonly {
    readonly sopClassUID: string;
    readonly sopInstanceUID: string;
    /** 1-based; 0 for a single-frame image. */
    readonly frameNumber: number;
  }[])[];
  /** What is repeated of an image of the series (template.ts); undefined where there is none. */
  readonly template: DicomJson | undefined;
  readonly studyInstanceUID: string;
  /** Of the series with the images. */
  readonly seriesInstanceUID: string;
  /** May be empty. */
  readonly frameOfReferenceUID: string;
  /** Undefined where it is not known. */
  readonly seriesNumber: number | undefined;
  readonly segments: readonly SegmentToWrite[];
  /** What the file is called, without its ending. */
  readonly name: string;
  /** SeriesDescription: what viewers list. */
  readonly description: string;
}

/** A written segmentation and how other objects refer to it. */
export interface SegmentationFile extends DicomFile {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly seriesInstanceUID: string;
}

const segmentationStorage = "1.2.840.10008.5.1.4.1.1.66.4";

/** SegmentNumber is a 16-bit number from 1 on. */
const mostSegments = 65535;

/** Most references that frames carry together; beyond, each names the first image of its plane only. */
const mostReferences = 50_000;

/** Longest pixel data, bytes: the length of an element has 32 bits, and all of it is held in memory. */
const mostBytes = 2 ** 30;

/**
 * Regions as one Segmentation object (PS3.3 A.51) of type BINARY, in which segments may overlap: a frame for each region and
 * plane with a voxel, at the place of the plane, which need not be evenly spaced; regions without a voxel are listed only.
 * Segments are numbered 1, 2, 3 ... in the order given. The same regions of the same series give the same bytes.
 *
 * Undefined without a template (there is no study to add the object to), and when no region has a voxel: an object without
 * frames cannot be written.
 *
 * @throws UnsupportedError E-SEG-COUNT for more regions, or more frames, than one object holds
 */
export function encodeSegmentation(request: SegmentationRequest): SegmentationFile | undefined {
  const { template, segments, planes, name } = request;
  const planeSize = planes.shape[0] * planes.shape[1];
  const frames = splitPlanes(
    segments.map(({ voxels }) => voxels),
    planeSize,
  );
  if (template === undefined || frames.length === 0) return undefined;
  if (segments.length > mostSegments || (frames.length * planeSize) / 8 > mostBytes) {
    throw new UnsupportedError(
      "E-SEG-COUNT",
      `${segments.length} regions on ${frames.length} planes are more than one DICOM segmentation holds.`,
      "Give fewer regions at a time, or --dicom none.",
    );
  }
  const uid = uidMaker(request);
  const dataset: DicomJson = {
    ...inheritAttributes(template, "EchoTime", ["patient", "study", "frameOfReference"]),
    ...encodeAttributes({
      ...encodeOrigin(request, uid),
      ...contentTime(template),
      ...encodeImage(request, frames.length),
      DimensionOrganizationSequence: [{ DimensionOrganizationUID: uid("dimensions") }],
      DimensionIndexSequence: encodeDimensions(uid("dimensions")),
      SegmentSequence: segments.map((segment, index) => encodeSegment(segment, index, uid)),
      SharedFunctionalGroupsSequence: [encodeSharedGroups(planes)],
    }),
  };
  const bytes = instanceEncoder(dataset)(encodeAttributes({ SOPInstanceUID: uid("instance") }), [
    ...encodeInstances(request),
    encodeSequence("PerFrameFunctionalGroupsSequence", encodeFrameGroups(request, frames)),
    encodeBits(frames, planeSize),
  ]);
  return {
    ...{ fileName: `${name}.dcm`, bytes, sopClassUID: segmentationStorage },
    ...{ sopInstanceUID: uid("instance"), seriesInstanceUID: uid("series") },
  };
}

function uidMaker({ planes, segments, ...request }: SegmentationRequest): UidMaker {
  const { shape, origins, rowStep, columnStep } = planes;
  // What callers know besides, such as paths, is not what the object is.
  const images = request.images.map((plane) =>
    plane.map(({ sopInstanceUID, frameNumber }) => [sopInstanceUID, frameNumber]),
  );
  const content = createHash("sha256").update(
    JSON.stringify([shape, origins, rowStep, columnStep, images]),
  );
  for (const { name, uid, colour, voxels } of segments) {
    content.update(JSON.stringify([name, uid, colour ?? [], voxels.length]));
    content.update(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength));
  }
  const { tool, options, name, seriesInstanceUID } = request;
  const digest = content.digest("hex");
  const parts = ["segmentation", seriesInstanceUID, tool.name, tool.version, options, name, digest];
  return (what) => deriveUid([...parts, what]);
}

function encodeOrigin(request: SegmentationRequest, uid: UidMaker): AttributeValues {
  const { tool, seriesInstanceUID, frameOfReferenceUID, seriesNumber } = request;
  // Beside the numbers of derived maps, which are 100 x the source's plus 1 to 99; a number there must be (C.8.20.1).
  const number = (seriesNumber ?? 0) * 100 + 100;
  return {
    Modality: "SEG",
    StudyInstanceUID: request.studyInstanceUID,
    SeriesInstanceUID: uid("series"),
    SeriesNumber: Math.abs(number) < 2 ** 31 ? number : 100,
    SeriesDescription: longString(request.description, "Regions"),
    InstanceNumber: 1,
    FrameOfReferenceUID:
      frameOfReferenceUID || deriveUid(["frame of reference", seriesInstanceUID]),
    // Enhanced General Equipment (PS3.3 C.7.5.2) wants all four: this object comes from the program.
    Manufacturer: "XNAT-PIC",
    ManufacturerModelName: tool.name.slice(0, 64),
    DeviceSerialNumber: tool.version.slice(0, 64),
    SoftwareVersions: tool.version.slice(0, 64),
    ...encodeContribution(tool, "Regions put on the voxels of the images"),
  };
}

function encodeImage({ planes, segments }: SegmentationRequest, frames: number): AttributeValues {
  const [columns, rows, slices] = planes.shape;
  const voxels = segments.map((segment) => segment.voxels);
  return {
    SOPClassUID: segmentationStorage,
    ImageType: ["DERIVED", "PRIMARY"],
    ContentLabel: "REGIONS",
    ContentDescription: "Regions put on the voxels of the images",
    ContentCreatorName: [],
    LossyImageCompression: "00",
    SegmentationType: "BINARY",
    SegmentsOverlap: segmentsOverlap(voxels, columns * rows * slices) ? "YES" : "NO",
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    NumberOfFrames: frames,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
  };
}

// Tags, as numbers: dcmjs writes an AT value from one.
const referencedSegmentNumber = 0x0062000b;
const segmentIdentificationSequence = 0x0062000a;
const imagePositionPatient = 0x00200032;
const planePositionSequence = 0x00209113;

function encodeDimensions(organization: string): AttributeValues[] {
  return [
    {
      DimensionOrganizationUID: organization,
      DimensionIndexPointer: referencedSegmentNumber,
      FunctionalGroupPointer: segmentIdentificationSequence,
      DimensionDescriptionLabel: "Segment Number",
    },
    {
      DimensionOrganizationUID: organization,
      DimensionIndexPointer: imagePositionPatient,
      FunctionalGroupPointer: planePositionSequence,
      DimensionDescriptionLabel: "Image Position",
    },
  ];
}

// CID 7203.
const segmentation: Code = { value: "113076", scheme: "DCM", meaning: "Segmentation" };

function encodeSharedGroups({ rowStep, columnStep, spacing, thickness, grid }: PlaneStack) {
  const [columnSpacing, rowSpacing] = [Math.hypot(...rowStep), Math.hypot(...columnStep)];
  const cosines = [
    ...rowStep.map((step) => step / columnSpacing),
    ...columnStep.map((step) => step / rowSpacing),
  ];
  const slice = thickness ?? spacing;
  return {
    PixelMeasuresSequence: [
      {
        PixelSpacing: [rowSpacing, columnSpacing],
        ...(slice === undefined ? {} : { SliceThickness: slice }),
        // Between unevenly spaced planes there is no one distance.
        ...(spacing === undefined || grid === undefined ? {} : { SpacingBetweenSlices: spacing }),
      },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: cosines.map((cosine) => cosine + 0) }],
  };
}

function encodeFrameGroups(
  { planes, images }: SegmentationRequest,
  frames: readonly SegmentPlane[],
): AttributeValues[] {
  const references = frames.reduce((sum, { plane }) => sum + (images[plane]?.length ?? 0), 0);
  const most = references > mostReferences ? 1 : Number.POSITIVE_INFINITY;
  const sources = planes.origins.map((_, plane) =>
    encodeSources(toInstances((images[plane] ?? []).slice(0, most))).map((source) => ({
      ...source,
      SpatialLocationsPreserved: "YES",
    })),
  );
  return frames.map(({ segment, plane }) => ({
    DerivationImageSequence:
      sources[plane]!.length === 0
        ? []
        : [
            {
              DerivationCodeSequence: [encodeCode(segmentation)],
              SourceImageSequence: sources[plane]!,
            },
          ],
    FrameContentSequence: [{ DimensionIndexValues: [segment + 1, plane + 1] }],
    PlanePositionSequence: [{ ImagePositionPatient: planes.origins[plane]! }],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment + 1 }],
  }));
}

function toInstances(images: SegmentationRequest["images"][number]): SourceInstance[] {
  return images.map(({ sopClassUID, sopInstanceUID, frameNumber }) => ({
    sopClassUID,
    sopInstanceUID,
    frameNumbers: frameNumber > 0 ? [frameNumber] : [],
  }));
}

/** The images and their series, for viewers that look for what the object belongs to. */
function encodeInstances({ seriesInstanceUID, images }: SegmentationRequest): EncodedElement[] {
  const { ReferencedSeriesSequence: series = [] } = encodeReferencedSeries(
    { seriesInstanceUID },
    toInstances(images.flat()),
  );
  if (images.flat().length === 0) return [];
  return [encodeSequence("ReferencedSeriesSequence", series as readonly AttributeValues[])];
}
