import type { Unit } from "#shared/units.ts";
import type {
  AcquisitionValue,
  ContrastKeyword,
  SeriesIdentity,
  SourceFile,
} from "#shared/volume/series-volume.ts";
import { numberField, type Sidecar, textField } from "./sidecar.ts";

/** What the sidecars tell of a series; empty where they say nothing. */
export function niftiIdentity(
  sidecar: Sidecar | undefined,
  files: readonly SourceFile[],
  slices: number,
): SeriesIdentity {
  const seriesNumber = numberField(sidecar, "SeriesNumber");
  return {
    kind: "nifti",
    modality: textField(sidecar, "Modality") || "MR",
    studyInstanceUID: textField(sidecar, "StudyInstanceUID"),
    seriesInstanceUID: textField(sidecar, "SeriesInstanceUID"),
    frameOfReferenceUID: textField(sidecar, "FrameOfReferenceUID"),
    seriesNumber: typeof seriesNumber === "number" ? seriesNumber : undefined,
    seriesDescription: textField(sidecar, "SeriesDescription"),
    patientID: textField(sidecar, "PatientID"),
    studyID: textField(sidecar, "StudyID"),
    files,
    sliceSources: Array.from({ length: slices }, () => []),
    template: undefined,
  };
}

/** BIDS name, PS3.6 keyword where it differs, unit in PS3.6, factor from the unit of BIDS. */
const attributes: readonly (readonly [string, string, Unit | undefined, number])[] = [
  ["EchoTime", "EchoTime", "ms", 1000],
  ["RepetitionTime", "RepetitionTime", "ms", 1000],
  ["RepetitionTimeExcitation", "RepetitionTimeExcitation", "ms", 1000],
  ["InversionTime", "InversionTime", "ms", 1000],
  ["FlipAngle", "FlipAngle", "deg", 1],
  ["RefocusingFlipAngle", "RefocusingFlipAngle", "deg", 1],
  ["EchoTrainLength", "EchoTrainLength", undefined, 1],
  ["MRAcquisitionType", "MRAcquisitionType", undefined, 1],
  ["ScanningSequence", "ScanningSequence", undefined, 1],
  ["SequenceVariant", "SequenceVariant", undefined, 1],
  ["SequenceName", "SequenceName", undefined, 1],
  ["PulseSequenceType", "PulseSequenceType", undefined, 1],
  ["ImageType", "ImageType", undefined, 1],
  ["MagneticFieldStrength", "MagneticFieldStrength", undefined, 1],
  ["ImagingFrequency", "ImagingFrequency", undefined, 1],
  ["PixelBandwidth", "PixelBandwidth", undefined, 1],
  ["NumberOfAverages", "NumberOfAverages", undefined, 1],
  ["SliceThickness", "SliceThickness", "mm", 1],
  ["SpacingBetweenSlices", "SpacingBetweenSlices", "mm", 1],
  ["Manufacturer", "Manufacturer", undefined, 1],
  ["ManufacturersModelName", "ManufacturerModelName", undefined, 1],
  ["SoftwareVersions", "SoftwareVersions", undefined, 1],
  ["ProtocolName", "ProtocolName", undefined, 1],
];

/** What the sidecar tells of the acquisition, times in ms; the contrast stands on the axis instead. */
export function niftiAcquisition(
  sidecar: Sidecar | undefined,
  contrast: ContrastKeyword,
): AcquisitionValue[] {
  return attributes.flatMap(([name, keyword, unit, factor]): AcquisitionValue[] => {
    if (keyword === contrast) return [];
    const source = `sidecar:${name}`;
    const number = numberField(sidecar, name);
    if (number !== undefined) {
      const convert = (value: number): number => Number((value * factor).toPrecision(12));
      const value = typeof number === "number" ? convert(number) : number.map(convert);
      return [{ keyword, value, unit, source }];
    }
    const value = textField(sidecar, name);
    return value === "" ? [] : [{ keyword, value, unit: undefined, source }];
  });
}
