import type { AttributeValue, AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { deriveUid } from "#shared/dicom/uid.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { nucleusOf } from "./check-enhanced.ts";
import {
  comparedKeywords,
  type Dimension,
  type FramePlace,
  placeFrames,
} from "./enhanced-dimensions.ts";
import { cestKeywords, dateTime, encodeFrameContent, encodeFrameGroups } from "./enhanced-frame.ts";
import { encodeFrameType, findSeriesKind, type SeriesKind } from "./enhanced-frame-type.ts";
import { describePulseSequence, type PulseSequence } from "./enhanced-pulse-sequence.ts";
import { numberIn, numbersIn, pickValues, textIn } from "./image-values.ts";
import type { RawScan } from "./raw-scan.ts";
import type { ImagePlan, SeriesPlan } from "./series-plan.ts";

/** One Enhanced MR file: everything but its pixels, which are those of the images one after the other. */
export interface EnhancedFile {
  readonly sopInstanceUID: string;
  /** All attributes but PixelData; worked out each time they are asked for. */
  readonly values: AttributeValues;
  readonly images: readonly ImagePlan[];
  /** Bytes of the pixels: even, and below 2^31. */
  readonly pixelBytes: number;
}

/** Enhanced MR Image Storage. */
const enhancedMR = "1.2.840.10008.5.1.4.1.1.4.1";

/**
 * The length of PixelData has 32 bits (PS3.5 7.1.1); many programs, and Node itself, read no file of 2 GiB in one piece: with its
 * header a file stays below.
 */
const mostBytes = 2 ** 31 - 2 ** 25;

/** Readers count elements (our own a million): a frame has some thirty. */
const mostFrames = 16_384;

/**
 * A series as Enhanced MR (PS3.3 A.36.2): the values of the classic images in functional groups, those that all frames share
 * once, the others frame by frame; stack, position and whatever varies as dimensions. One file, or a concatenation
 * (PS3.3 C.7.6.16.2.2.4) of several where the pixels of one would be too many. Images of another orientation, and those that are
 * not square and stored transposed, have files of their own: a file has one number of rows, and readers make one volume of it
 * (of three orientations in one file dcm2niix makes a wrong volume or, since 2025, none).
 *
 * @param limits - of one file; smaller ones are for tests
 */
export function enhanceSeries(
  scan: RawScan,
  plan: SeriesPlan,
  limits: FileLimits = { frames: mostFrames, bytes: mostBytes },
): readonly EnhancedFile[] {
  return splitStacks(plan).flatMap((stack, place) => enhanceStack(scan, stack, place, limits));
}

interface FileLimits {
  readonly frames: number;
  readonly bytes: number;
}

/** Images of a series that have one place in space. */
interface Stack extends SeriesPlan {
  /** Of each image, what the dimensions and the kind of the whole are found from; all attributes together would fill the memory. */
  readonly outlines: readonly AttributeValues[];
}

/** The images of a series by their orientation, rows and columns, in the order in which these occur. */
function splitStacks(plan: SeriesPlan): readonly Stack[] {
  const stacks = new Map<string, Stack & { images: ImagePlan[]; outlines: AttributeValues[] }>();
  for (const image of plan.images) {
    const { own } = image;
    const outline = pickValues({ ...plan.shared, ...own }, comparedKeywords);
    const rows = numberIn(own, "Rows") ?? plan.rows;
    const columns = numberIn(own, "Columns") ?? plan.columns;
    // Slices of one package may differ in the last digit; "+ 0" makes 0 of -0.
    const orientation = numbersIn(own, "ImageOrientationPatient").map(
      (cosine) => Math.round(cosine * 1e6) + 0,
    );
    const key = [rows, columns, ...orientation].join(" ");
    const known = stacks.get(key);
    if (known === undefined) {
      stacks.set(key, { ...plan, rows, columns, images: [image], outlines: [outline] });
    } else {
      known.images.push(image);
      known.outlines.push(outline);
    }
  }
  return [...stacks.values()];
}

function enhanceStack(
  scan: RawScan,
  plan: Stack,
  place: number,
  limits: FileLimits,
): readonly EnhancedFile[] {
  const first = { ...plan.shared, ...plan.images[0]?.own };
  const all = [first, ...plan.outlines.slice(1)];
  const pulse = describePulseSequence(scan, all);
  const kind = findSeriesKind(all);
  const { dimensions, places } = placeFrames(all);
  const frameBytes = 2 * plan.rows * plan.columns;
  const each = Math.max(1, Math.min(limits.frames, Math.floor(limits.bytes / frameBytes)));
  const parts = Math.ceil(plan.images.length / each);
  const stack = place === 0 ? [] : [`stack ${place + 1}`];
  const uidOf = (what: string) => deriveUid(["enhanced", plan.seriesInstanceUID, ...stack, what]);
  return Array.from({ length: parts }, (_, part) => {
    const from = part * each;
    const images = plan.images.slice(from, from + each);
    const sopInstanceUID = uidOf(`instance ${part + 1}`);
    const concatenation: AttributeValues =
      parts === 1
        ? {}
        : {
            ConcatenationUID: uidOf("concatenation"),
            SOPInstanceUIDOfConcatenationSource: uidOf("instance"),
            InConcatenationNumber: part + 1,
            InConcatenationTotalNumber: parts,
            ConcatenationFrameOffsetNumber: from,
          };
    const pixelBytes = frameBytes * images.length;
    const encode = () => ({
      ...encodeTop(all, pulse, kind, plan),
      ...concatenation,
      InstanceNumber: place + 1,
      SOPInstanceUID: sopInstanceUID,
      NumberOfFrames: images.length,
      ...encodeDimensions(dimensions, uidOf("dimensions")),
      ...encodeGroups(
        images.map(({ own }) => ({ ...plan.shared, ...own })),
        places.slice(from, from + each),
        pulse,
        kind,
      ),
    });
    return {
      ...{ sopInstanceUID, images, pixelBytes },
      get values() {
        return encode();
      },
    };
  });
}

/** Attributes of a classic image that have another place in an enhanced one, or none. */
const movedKeywords: ReadonlySet<WrittenKeyword> = new Set<WrittenKeyword>([
  ...cestKeywords,
  ...([
    "ImageType",
    "ScanningSequence",
    "SequenceVariant",
    "ScanOptions",
    "MRAcquisitionType",
    "SequenceName",
  ] as const),
  ...([
    "SliceThickness",
    "RepetitionTime",
    "EchoTime",
    "InversionTime",
    "NumberOfAverages",
  ] as const),
  ...(["ImagingFrequency", "ImagedNucleus", "EchoNumbers", "SpacingBetweenSlices"] as const),
  ...(["NumberOfPhaseEncodingSteps", "EchoTrainLength", "PercentSampling"] as const),
  ...([
    "PercentPhaseFieldOfView",
    "PixelBandwidth",
    "ReceiveCoilName",
    "TransmitCoilName",
  ] as const),
  ...(["AcquisitionMatrix", "InPlanePhaseEncodingDirection", "FlipAngle", "TriggerTime"] as const),
  ...(["DiffusionBValue", "DiffusionGradientOrientation", "DiffusionDirectionality"] as const),
  ...(["MRDiffusionSequence", "AcquisitionDate", "AcquisitionTime", "BodyPartExamined"] as const),
  ...(["Laterality", "ImagePositionPatient", "ImageOrientationPatient", "SliceLocation"] as const),
  ...(["TemporalPositionIdentifier", "NumberOfTemporalPositions", "TemporalResolution"] as const),
  ...(["ImagesInAcquisition", "AcquisitionNumber", "PixelSpacing", "ImageComments"] as const),
  ...([
    "SmallestImagePixelValue",
    "LargestImagePixelValue",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
  ] as const),
  ...([
    "RescaleIntercept",
    "RescaleSlope",
    "RescaleType",
    "RealWorldValueMappingSequence",
  ] as const),
]);

/** Patient, study, series, equipment and what is said of the image as a whole. */
function encodeTop(
  all: readonly AttributeValues[],
  pulse: PulseSequence,
  kind: SeriesKind,
  plan: SeriesPlan,
): AttributeValues {
  const first = all[0] ?? {};
  const kept = Object.entries(first).filter(
    ([keyword]) => !movedKeywords.has(keyword as WrittenKeyword),
  );
  const time = dateTime(first);
  // checkEnhanced has seen that measured images say it.
  const nucleus = nucleusOf(first);
  const { FrameType, ...types } = encodeFrameType(kind, first);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of all) {
    least = Math.min(least, numberIn(values, "SmallestImagePixelValue") ?? least);
    most = Math.max(most, numberIn(values, "LargestImagePixelValue") ?? most);
  }
  return {
    ...(Object.fromEntries(kept) as AttributeValues),
    SOPClassUID: enhancedMR,
    ...types,
    ImageType: FrameType!,
    ...(time === undefined ? {} : { AcquisitionDateTime: time }),
    AcquisitionDuration: pulse.scanTimeMs / 1000,
    // Enhanced General Equipment (PS3.3 C.7.5.2) wants all four.
    Manufacturer: textIn(first, "Manufacturer") || "Bruker BioSpin MRI GmbH",
    ManufacturerModelName: textIn(first, "ManufacturerModelName") || "UNKNOWN",
    DeviceSerialNumber: textIn(first, "DeviceSerialNumber") || "UNKNOWN",
    SoftwareVersions: first.SoftwareVersions ?? "ParaVision",
    // PS3.3 A.36.2: the module is there for measured images alone.
    ...(kind.derived ? {} : pulse.module),
    ...(nucleus === "" ? {} : { ResonantNucleus: nucleus }),
    KSpaceFiltering: pulse.filtering,
    ApplicableSafetyStandardAgency: "IEC",
    ContentQualification: "RESEARCH",
    AcquisitionNumber: 1,
    AcquisitionContextSequence: [],
    PixelPresentation: "MONOCHROME",
    BurnedInAnnotation: "NO",
    LossyImageCompression: "00",
    PresentationLUTShape: "IDENTITY",
    Rows: plan.rows,
    Columns: plan.columns,
    ...(Number.isFinite(least) && Number.isFinite(most)
      ? { SmallestImagePixelValue: least, LargestImagePixelValue: most }
      : {}),
  };
}

function encodeDimensions(dimensions: readonly Dimension[], uid: string): AttributeValues {
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: uid }],
    DimensionIndexSequence: dimensions.map(({ pointer, group, label }) => ({
      DimensionOrganizationUID: uid,
      DimensionIndexPointer: pointer,
      FunctionalGroupPointer: group,
      DimensionDescriptionLabel: label,
    })),
  };
}

/** What all frames say alike goes to the shared groups. */
function encodeGroups(
  frames: readonly AttributeValues[],
  places: readonly FramePlace[],
  pulse: PulseSequence,
  kind: SeriesKind,
): AttributeValues {
  const groups = frames.map((values) =>
    encodeFrameGroups(values, pulse, encodeFrameType(kind, values)),
  );
  const keywords = new Set(groups.flatMap((group) => Object.keys(group) as WrittenKeyword[]));
  const shared: { [keyword in WrittenKeyword]?: AttributeValue } = {};
  const varying: WrittenKeyword[] = [];
  for (const keyword of keywords) {
    // A creator stands beside its private group.
    const compared = keyword === "CESTPrivateCreator" ? "CESTFrameSequence" : keyword;
    const texts = new Set(groups.map((group) => JSON.stringify(group[compared])));
    const value = groups[0]?.[keyword];
    // dcm2niix looks for the position of every frame in its own groups: it reads repeats of a single slice only so.
    const apart = keyword === "PlanePositionSequence";
    if (texts.size === 1 && value !== undefined && !apart) shared[keyword] = value;
    else varying.push(keyword);
  }
  return {
    SharedFunctionalGroupsSequence: [shared],
    PerFrameFunctionalGroupsSequence: groups.map((group, frame) => {
      const own: { [keyword in WrittenKeyword]?: AttributeValue } = {
        FrameContentSequence: [
          encodeFrameContent(frames[frame]!, places[frame]!, pulse.scanTimeMs),
        ],
      };
      for (const keyword of varying) {
        const value = group[keyword];
        if (value !== undefined) own[keyword] = value;
      }
      return own;
    }),
  };
}
