import { contentTime } from "./content-time.ts";
import {
  codeString,
  type DerivedRequest,
  type DicomFile,
  derivedUids,
  encodeDerivationCodes,
  encodeOrigin,
  encodeReferencedSeries,
  encodeSources,
} from "./derived-object.ts";
import { displayWindow } from "./display-window.ts";
import { type AttributeValues, encodeAttributes } from "./encode-attributes.ts";
import { inheritAttributes } from "./inherited-attributes.ts";
import { littleEndianBytes } from "./little-endian.ts";
import type { Quantity } from "./quantity.ts";
import { finiteRange, quantizeMap } from "./quantize.ts";
import { encodeMeaning, mapLabel } from "./real-world-value.ts";
import { sliceGeometry } from "./slice-geometry.ts";
import { encodeInstance } from "./write-instance.ts";

const parametricMapStorage = "1.2.840.10008.5.1.4.1.1.30";

/**
 * A map as one Parametric Map object (PS3.3 A.75): 32-bit floating point values with their unit and
 * meaning in codes, a frame for each slice, NaN where there is no value.
 *
 * Undefined for a source without DICOM identity (NIfTI): there is no study to add it to.
 */
export function encodeParametricMap(request: DerivedRequest): DicomFile | undefined {
  const { map, source, name, tool } = request;
  const { template, sliceSources } = source.identity;
  if (template === undefined) return undefined;
  const uids = derivedUids(request, "parametric map");
  const bytes = encodeInstance({
    ...inheritAttributes(template, source.axis.keyword, [
      "patient",
      "study",
      "series",
      "frameOfReference",
    ]),
    ...encodeAttributes({
      ...encodeOrigin(request, uids.series),
      ...encodeImage(request),
      ...contentTime(template),
      // Enhanced General Equipment (PS3.3 C.7.5.2) wants all four: this object comes from the program.
      Manufacturer: "XNAT-PIC",
      ManufacturerModelName: tool.name,
      DeviceSerialNumber: tool.version,
      SoftwareVersions: tool.version,
      SOPInstanceUID: uids.instance(1),
      ...encodeReferencedSeries(source.identity, sliceSources.flat()),
      DimensionOrganizationSequence: [{ DimensionOrganizationUID: uids.dimensions }],
      DimensionIndexSequence: [
        {
          DimensionOrganizationUID: uids.dimensions,
          DimensionIndexPointer: inStackPositionNumber,
          FunctionalGroupPointer: frameContentSequence,
        },
      ],
      SharedFunctionalGroupsSequence: [encodeSharedGroups(request)],
      PerFrameFunctionalGroupsSequence: encodeFrameGroups(request),
      FloatPixelData: littleEndianBytes(Float32Array.from(map.samples)),
    }),
  });
  return { fileName: `${name}-pm.dcm`, bytes };
}

// Tags, as numbers: dcmjs writes an AT value from one.
const inStackPositionNumber = 0x00209057;
const frameContentSequence = 0x00209111;

/** Value 4 of ImageType, of the terms of PS3.3 C.8.13.1.1.1.4: for the other quantities there is none. */
const contrastTerms: { readonly [quantity in Quantity]?: string } = {
  T1: "T1_MAP",
  T2: "T2_MAP",
  T2star: "T2_STAR_MAP",
  FA: "DIFFUSION_ANISO",
  rsquared: "R_COEFFICIENT",
};

function imageType({ quantity, derivation }: DerivedRequest): readonly string[] {
  const term = derivation === undefined ? contrastTerms[quantity] : undefined;
  return ["DERIVED", "PRIMARY", "VOLUME", term ?? "NONE"];
}

function encodeImage(request: DerivedRequest): AttributeValues {
  const { map } = request;
  const [columns, rows, slices] = map.grid.shape;
  return {
    SOPClassUID: parametricMapStorage,
    ImageType: imageType(request),
    InstanceNumber: 1,
    ContentLabel: codeString(request.name),
    ContentDescription: mapLabel({ ...request, unit: map.unit }),
    ContentCreatorName: [],
    ContentQualification: "RESEARCH",
    PixelPresentation: "MONOCHROME",
    AcquisitionContextSequence: [],
    BurnedInAnnotation: "NO",
    // Whoever de-identifies should look: a map of a head shows a face.
    RecognizableVisualFeatures: "YES",
    LossyImageCompression: "00",
    PresentationLUTShape: "IDENTITY",
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    NumberOfFrames: slices,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 32,
  };
}

function encodeSharedGroups(request: DerivedRequest): AttributeValues {
  const { map } = request;
  const geometry = sliceGeometry(map.grid);
  const { center, width } = displayWindow(quantizeMap(map.samples));
  const thickness = request.source.identity.template?.["00180050"]?.Value?.[0];
  const { low, high } = finiteRange(map.samples);
  return {
    PixelMeasuresSequence: [
      {
        PixelSpacing: geometry.pixelSpacing,
        SpacingBetweenSlices: geometry.sliceSpacing,
        SliceThickness: Number(thickness) > 0 ? Number(thickness) : geometry.sliceSpacing,
      },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: geometry.orientation }],
    ParametricMapFrameTypeSequence: [{ FrameType: imageType(request) }],
    FrameVOILUTSequence: [
      { WindowCenter: center, WindowWidth: width, VOILUTFunction: "LINEAR_EXACT" },
    ],
    PixelValueTransformationSequence: [{ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: "US" }],
    RealWorldValueMappingSequence: [
      {
        ...encodeMeaning({ ...request, unit: map.unit }),
        DoubleFloatRealWorldValueFirstValueMapped: low,
        DoubleFloatRealWorldValueLastValueMapped: high,
        RealWorldValueSlope: 1,
        RealWorldValueIntercept: 0,
      },
    ],
  };
}

function encodeFrameGroups(request: DerivedRequest): AttributeValues[] {
  const { positions } = sliceGeometry(request.map.grid);
  const { sliceSources } = request.source.identity;
  return positions.map((position, k) => ({
    FrameContentSequence: [
      { StackID: "1", InStackPositionNumber: k + 1, DimensionIndexValues: k + 1 },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: position }],
    DerivationImageSequence: [
      {
        DerivationDescription: request.derivationDescription,
        DerivationCodeSequence: encodeDerivationCodes(request),
        SourceImageSequence: encodeSources(sliceSources[k] ?? []),
      },
    ],
  }));
}
