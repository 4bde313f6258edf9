import type { DerivedRequest } from "#shared/dicom/derived-object.ts";
import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { fitCodes } from "#shared/dicom/quantity.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { DicomJson, SeriesIdentity } from "#shared/volume/series-volume.ts";

/** Three oblique slices of 12 x 10 voxels with gaps; rows and columns differ in number and size. */
const [cosine, sine] = [Math.cos(0.3), Math.sin(0.3)];
export const exampleGrid: Grid = {
  shape: [12, 10, 3],
  affineLps: [
    ...[0.25 * cosine, 0, -1.2 * sine, -10],
    ...[0, 0.3, 0, -8],
    ...[0.25 * sine, 0, 1.2 * cosine, -3],
    ...[0, 0, 0, 1],
  ],
  origin: "dicom",
};

/** T2 values with every seventh voxel missing. */
export const exampleSamples = Float32Array.from({ length: 360 }, (_, i) =>
  i % 7 === 0 ? Number.NaN : 20 + 0.37 * i,
);

export const exampleTemplate: DicomJson = encodeAttributes({
  PatientName: "Mäuse^Überprüft",
  PatientID: "M1",
  PatientBirthDate: [],
  PatientSex: "F",
  PatientSpeciesDescription: "Mus musculus",
  PatientSpeciesCodeSequence: [
    { CodeValue: "447612001", CodingSchemeDesignator: "SCT", CodeMeaning: "Mus musculus" },
  ],
  PatientBreedDescription: [],
  PatientBreedCodeSequence: [],
  BreedRegistrationSequence: [],
  PatientSexNeutered: [],
  ResponsiblePerson: [],
  ResponsibleOrganization: "Institute",
  StudyDate: "20260101",
  StudyTime: "101010",
  StudyID: "S1",
  AccessionNumber: [],
  ReferringPhysicianName: [],
  Manufacturer: "Scanner Maker",
  BodyPartExamined: "ABDOMEN",
  PatientPosition: "HFP",
  ScanningSequence: "SE",
  SequenceVariant: "NONE",
  ScanOptions: [],
  MRAcquisitionType: "2D",
  SliceThickness: 1,
  RepetitionTime: 2500,
  EchoTime: 10,
  EchoTrainLength: 16,
  MagneticFieldStrength: 7,
});

const mrImage = "1.2.840.10008.5.1.4.1.1.4";

export const exampleIdentity: SeriesIdentity = {
  kind: "dicom",
  modality: "MR",
  studyInstanceUID: "1.2.3",
  seriesInstanceUID: "1.2.3.4",
  frameOfReferenceUID: "1.2.3.5",
  seriesNumber: 5,
  seriesDescription: "MSME",
  patientID: "M1",
  studyID: "S1",
  files: [],
  sliceSources: [1, 2, 3].map((slice) =>
    [1, 2].map((echo) => ({
      sopClassUID: mrImage,
      sopInstanceUID: `1.2.3.4.${slice}.${echo}`,
      frameNumbers: [],
    })),
  ),
  template: exampleTemplate,
};

export const exampleRequest: DerivedRequest = {
  map: { grid: exampleGrid, samples: exampleSamples, unit: "ms" },
  quantity: "T2",
  fittingMethod: fitCodes.leastSquares,
  name: "T2map",
  variant: "2-parameter",
  derivationDescription: "T2 by least squares of S = M0 exp(-TE / T2)",
  source: {
    identity: exampleIdentity,
    axis: { keyword: "EchoTime", values: [10, 20], unit: "ms", source: "dicom:0018,0081" },
  },
  seriesNumberOffset: 1,
  tool: { name: "process-t2", version: "0.1.0" },
  options: "{}",
};
