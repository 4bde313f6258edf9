import type { AttributeValue, AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { type WrittenKeyword, writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { encodeAnatomy } from "./enhanced-anatomy.ts";
import { encodeCoils } from "./enhanced-coils.ts";
import type { FramePlace } from "./enhanced-dimensions.ts";
import type { PulseSequence } from "./enhanced-pulse-sequence.ts";
import { numberIn, numbersIn, pickValues, textIn, textsIn } from "./image-values.ts";

/** Private attributes of CEST: their group. */
const cestGroup = "1061";

export const cestKeywords = (Object.keys(writtenAttributes) as WrittenKeyword[]).filter(
  (keyword) =>
    writtenAttributes[keyword][0].startsWith(cestGroup) && keyword !== "CESTFrameSequence",
);

/**
 * The functional groups of one frame (PS3.3 A.36.2, C.7.6.16.2 and C.8.13.5), from the attributes it has as a classic image:
 * the same values, elsewhere. FrameContentSequence, which has the place of the frame, is apart (`encodeFrameContent`).
 */
export function encodeFrameGroups(
  values: AttributeValues,
  pulse: PulseSequence,
  types: AttributeValues,
): AttributeValues {
  return {
    ...encodePlane(values, pulse),
    ...encodeScale(values),
    MRImageFrameTypeSequence: [types],
    ...encodeTiming(values, pulse),
    ...encodeDiffusion(values),
    ...encodeCest(values),
  };
}

/**
 * Frame Content (PS3.3 C.7.6.16.2.2).
 *
 * @param scanTimeMs - of the whole scan: slices are interleaved, so that a frame takes all of it, or a step of a dynamic scan
 */
export function encodeFrameContent(
  values: AttributeValues,
  place: FramePlace,
  scanTimeMs: number,
): AttributeValues {
  const acquisition = numberIn(values, "AcquisitionNumber");
  const temporal = numberIn(values, "TemporalPositionIdentifier");
  const time = dateTime(values);
  const comments = textIn(values, "ImageComments");
  return {
    // A file has images of one orientation.
    StackID: "1",
    InStackPositionNumber: place.inStackPosition,
    DimensionIndexValues: place.indices,
    // (0020,9156) has 16 bits.
    ...(acquisition !== undefined && acquisition >= 0 && acquisition < 65_536
      ? { FrameAcquisitionNumber: acquisition }
      : {}),
    ...(temporal === undefined ? {} : { TemporalPositionIndex: temporal }),
    ...(time === undefined ? {} : { FrameAcquisitionDateTime: time, FrameReferenceDateTime: time }),
    FrameAcquisitionDuration: numberIn(values, "TemporalResolution") ?? scanTimeMs,
    ...(comments === "" ? {} : { FrameComments: comments }),
  };
}

/** AcquisitionDate and AcquisitionTime as one, with the zone where it is known. */
export function dateTime(values: AttributeValues): string | undefined {
  const [date, time] = [textIn(values, "AcquisitionDate"), textIn(values, "AcquisitionTime")];
  return date === "" || time === ""
    ? undefined
    : `${date}${time}${textIn(values, "TimezoneOffsetFromUTC")}`;
}

function encodePlane(values: AttributeValues, pulse: PulseSequence): AttributeValues {
  const anatomy = encodeAnatomy(textIn(values, "BodyPartExamined"), textIn(values, "Laterality"));
  const direction = textIn(values, "InPlanePhaseEncodingDirection");
  const [read = 0, phase = 0] = numbersIn(values, "AcquisitionMatrix").filter((size) => size > 0);
  const rows = direction === "ROW";
  return {
    PixelMeasuresSequence: [
      pickValues(values, ["PixelSpacing", "SliceThickness", "SpacingBetweenSlices"]),
    ],
    PlanePositionSequence: [pickValues(values, ["ImagePositionPatient"])],
    PlaneOrientationSequence: [pickValues(values, ["ImageOrientationPatient"])],
    FrameAnatomySequence: [anatomy],
    MRFOVGeometrySequence: [
      {
        InPlanePhaseEncodingDirection: direction === "" ? "OTHER" : rows ? "ROW" : "COLUMN",
        MRAcquisitionFrequencyEncodingSteps: read || (numberIn(values, "Columns") ?? 0),
        MRAcquisitionPhaseEncodingStepsInPlane:
          numberIn(values, "NumberOfPhaseEncodingSteps") ?? phase,
        ...(pulse.outOfPlaneSteps === undefined
          ? {}
          : { MRAcquisitionPhaseEncodingStepsOutOfPlane: pulse.outOfPlaneSteps }),
        PercentSampling: numberIn(values, "PercentSampling") ?? 100,
        PercentPhaseFieldOfView: numberIn(values, "PercentPhaseFieldOfView") ?? 100,
      },
    ],
  };
}

function encodeScale(values: AttributeValues): AttributeValues {
  return {
    FrameVOILUTSequence: [pickValues(values, ["WindowCenter", "WindowWidth", "VOILUTFunction"])],
    PixelValueTransformationSequence: [
      {
        RescaleIntercept: numberIn(values, "RescaleIntercept") ?? 0,
        RescaleSlope: numberIn(values, "RescaleSlope") ?? 1,
        RescaleType: textIn(values, "RescaleType") || "US",
      },
    ],
    ...pickValues(values, ["RealWorldValueMappingSequence"]),
  };
}

function encodeTiming(values: AttributeValues, pulse: PulseSequence): AttributeValues {
  const inversion = numberIn(values, "InversionTime");
  const frequency = numberIn(values, "ImagingFrequency");
  const echoTime = numberIn(values, "EchoTime");
  return {
    ...(textIn(values, "ImageType") === "DERIVED" ? {} : encodeRepetition(values, pulse)),
    ...(echoTime === undefined ? {} : { MREchoSequence: [{ EffectiveEchoTime: echoTime }] }),
    MRModifierSequence: [
      {
        InversionRecovery: inversion === undefined ? "NO" : "YES",
        ...(inversion === undefined ? {} : { InversionTimes: inversion }),
        ...pulse.modifier,
      },
    ],
    MRImagingModifierSequence: [
      {
        ...pulse.imagingModifier,
        ...(frequency === undefined ? {} : { TransmitterFrequency: frequency }),
        ...pickNumbers(values, ["PixelBandwidth"]),
      },
    ],
    ...encodeCoils(values, pulse.coils),
    MRAveragesSequence: [{ NumberOfAverages: numberIn(values, "NumberOfAverages") ?? 1 }],
  };
}

/** MR Timing and Related Parameters (PS3.3 C.8.13.5.2): of measured images alone. */
function encodeRepetition(values: AttributeValues, pulse: PulseSequence): AttributeValues {
  const echoTrain = numberIn(values, "EchoTrainLength") ?? 0;
  const spin = pulse.echo !== "GRADIENT";
  return {
    MRTimingAndRelatedParametersSequence: [
      {
        ...pickNumbers(values, ["RepetitionTime", "FlipAngle"]),
        EchoTrainLength: echoTrain,
        RFEchoTrainLength: spin && !pulse.planar ? echoTrain : 0,
        GradientEchoTrainLength: pulse.planar ? echoTrain : spin ? 0 : 1,
        // The scanner of a small animal has none of the modes of IEC 60601-2-33.
        OperatingModeSequence: [{ OperatingModeType: "RF", OperatingMode: "UNKNOWN" }],
      },
    ],
  };
}

/** MR Diffusion (PS3.3 C.8.13.5.9); nothing where the image has no b-value. */
function encodeDiffusion(values: AttributeValues): AttributeValues {
  const bValue = numberIn(values, "DiffusionBValue");
  if (bValue === undefined) return {};
  const direction = numbersIn(values, "DiffusionGradientOrientation");
  const matrix = values.MRDiffusionSequence as readonly AttributeValues[] | undefined;
  const hasMatrix = matrix?.[0]?.DiffusionBMatrixSequence !== undefined;
  const gradient =
    direction.length === 3
      ? {
          DiffusionGradientDirectionSequence: [{ DiffusionGradientOrientation: direction }],
          DiffusionAnisotropyType: "FRACTIONAL",
        }
      : {};
  return {
    MRDiffusionSequence: [
      {
        DiffusionBValue: bValue,
        // An image without diffusion weighting has a b-matrix too, that of the imaging gradients, which needs this term.
        DiffusionDirectionality: hasMatrix
          ? "BMATRIX"
          : textIn(values, "DiffusionDirectionality") || "NONE",
        ...gradient,
        ...pickValues(matrix?.[0] ?? {}, ["DiffusionBMatrixSequence"]),
      },
    ],
  };
}

/** The private group: an item of CESTFrameSequence with the attributes a classic image has at the top. */
function encodeCest(values: AttributeValues): AttributeValues {
  const cest = pickValues(values, cestKeywords);
  const creator = values.CESTPrivateCreator;
  return creator === undefined ? {} : { CESTPrivateCreator: creator, CESTFrameSequence: [cest] };
}

/** Attributes with a value: an empty one says nothing here. */
function pickNumbers(
  values: AttributeValues,
  keywords: readonly WrittenKeyword[],
): AttributeValues {
  const picked = pickValues(values, keywords);
  const filled = Object.entries(picked).filter(([keyword]) =>
    textsIn(picked, keyword as WrittenKeyword).some((text) => text !== ""),
  );
  return Object.fromEntries(filled) as { readonly [keyword in WrittenKeyword]?: AttributeValue };
}
