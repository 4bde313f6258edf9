import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type { JcampParameter, JcampValue } from "#shared/paravision/jcamp.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import type { RawScan } from "#shared/paravision/raw-scan.ts";
import type { SeriesPlan } from "#shared/paravision/series-plan.ts";

/** A parameter file with these values. */
export function parameterFile(
  values: Readonly<Record<string, readonly JcampValue[]>>,
): ParameterFile {
  const parameters = new Map<string, JcampParameter>(
    Object.entries(values).map(([name, list]) => {
      const kind = list.every((value) => typeof value === "number") ? "numbers" : "mixed";
      return [name, { kind, shape: [list.length], values: list }];
    }),
  );
  return {
    path: "pdata/1/visu_pars",
    labels: new Map(),
    names: [...parameters.keys()],
    complete: true,
    problems: [],
    get: (name) => parameters.get(name),
  };
}

/** As much of a scan as the writer of Enhanced MR looks at. */
export function rawScan(values: Readonly<Record<string, readonly JcampValue[]>>): RawScan {
  return {
    visu: { file: parameterFile(values), groups: [] },
  } as unknown as RawScan;
}

/** Attributes that every image of the example has. */
export const exampleShared: AttributeValues = {
  SpecificCharacterSet: "ISO_IR 192",
  ImageType: ["ORIGINAL", "PRIMARY", "OTHER"],
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  StudyDate: "20240725",
  StudyTime: "090212.259000",
  SeriesDate: "20240725",
  SeriesTime: "100416.073000",
  ContentDate: "20240725",
  ContentTime: "100416.073000",
  AcquisitionDate: "20240725",
  AcquisitionTime: "095933.635000",
  AccessionNumber: "",
  Modality: "MR",
  Manufacturer: "Bruker BioSpin MRI GmbH",
  ReferringPhysicianName: "",
  TimezoneOffsetFromUTC: "+0200",
  PatientName: "Mouse^",
  PatientID: "m001",
  PatientBirthDate: "",
  PatientSex: "O",
  PatientSpeciesDescription: "RODENT",
  PatientSexNeutered: [],
  AnatomicalOrientationType: "QUADRUPED",
  PatientBreedDescription: [],
  PatientBreedCodeSequence: [],
  BreedRegistrationSequence: [],
  ResponsiblePerson: [],
  ResponsibleOrganization: [],
  BodyPartExamined: "WHOLEBODY",
  ScanningSequence: ["SE"],
  SequenceVariant: ["SP"],
  ScanOptions: [],
  MRAcquisitionType: "2D",
  SequenceName: "MSME",
  SliceThickness: 0.8,
  SpacingBetweenSlices: 1,
  RepetitionTime: 2000,
  EchoTrainLength: 3,
  FlipAngle: 180,
  ImagingFrequency: 400.380727978885,
  ImagedNucleus: "1H",
  MagneticFieldStrength: 9.40390661355893,
  PixelBandwidth: 291.5115119,
  NumberOfAverages: 1,
  PatientPosition: "HFP",
  AcquisitionMatrix: [4, 0, 0, 3],
  InPlanePhaseEncodingDirection: "COL",
  StudyInstanceUID: "2.25.11",
  SeriesInstanceUID: "2.25.12",
  StudyID: "1",
  SeriesNumber: 10001,
  FrameOfReferenceUID: "2.25.13",
  PositionReferenceIndicator: [],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  PixelSpacing: [0.2, 0.1],
  SamplesPerPixel: 1,
  PhotometricInterpretation: "MONOCHROME2",
  Rows: 3,
  Columns: 4,
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 1,
  WindowCenter: 50,
  WindowWidth: 100,
  RescaleIntercept: 0,
  RescaleType: "US",
};

/** A series of these images; what they share is `exampleShared` and `shared`. */
export function seriesPlan(
  images: readonly AttributeValues[],
  shared: AttributeValues = {},
): SeriesPlan {
  return {
    part: {},
    seriesInstanceUID: "2.25.12",
    seriesNumber: 10001,
    seriesDescription: "example",
    rows: 3,
    columns: 4,
    shared: { ...exampleShared, ...shared },
    images: images.map((own, frame) => ({
      frame,
      partition: 0,
      sopInstanceUID: `2.25.12.${frame + 1}`,
      instanceNumber: frame + 1,
      own: {
        RescaleSlope: 1,
        SmallestImagePixelValue: frame,
        LargestImagePixelValue: frame + 11,
        AcquisitionNumber: 1,
        ...own,
        SOPInstanceUID: `2.25.12.${frame + 1}`,
        InstanceNumber: frame + 1,
      },
    })),
  };
}

/** Two slices of three echoes, echo fastest, as MSME stores them. */
export const echoImages: readonly AttributeValues[] = [0, 1].flatMap((slice) =>
  [8, 16, 24].map((echoTime, echo) => ({
    ImagePositionPatient: [-5, -4, slice],
    SliceLocation: slice,
    EchoTime: echoTime,
    EchoNumbers: echo + 1,
    AcquisitionNumber: echo + 1,
    RescaleSlope: 0.5 + echo,
  })),
);
