import { describe, expect, test } from "vitest";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { compareAttributes } from "#shared/dicom/compare-attributes.ts";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { encodeFile } from "#shared/dicom/encode-file.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";

const values: AttributeValues = {
  SpecificCharacterSet: "ISO_IR 192",
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  SOPInstanceUID: "2.25.77",
  PatientName: "Mäuse^Ω",
  ImageType: ["ORIGINAL", "PRIMARY", "OTHER"],
  AccessionNumber: [],
  SeriesDescription: "T2 ",
  ImagePositionPatient: [-1 / 3, 0, 1e-7],
  InstanceNumber: 3,
  DiffusionBValue: 1000.25,
  AcquisitionMatrix: [0, 128, 64, 0],
  RealWorldValueMappingSequence: [
    {
      RealWorldValueSlope: 0.1,
      LUTLabel: "ms",
      MeasurementUnitsCodeSequence: [{ CodeValue: "ms", CodeMeaning: "µs" }],
    },
  ],
};

function read(written: AttributeValues) {
  const layout = readLayout(memorySource("a file", encodeFile(written, Uint8Array.of(1, 2))));
  return readDataset(layout!, () => true).dataset;
}

describe("the attributes of a file", () => {
  test("are what they should be when they were written so", () => {
    expect(compareAttributes(values, read(values))).toEqual([]);
  });

  test.each([
    [{ SeriesDescription: "T1" }, 'SeriesDescription is "T1" instead of "T2"'],
    [{ PatientName: "Mäuse^O" }, 'PatientName is "Mäuse^O" instead of "Mäuse^Ω"'],
    [{ ImagePositionPatient: [-1 / 3, 0, 2e-7] }, "ImagePositionPatient is"],
    [{ InstanceNumber: 4 }, 'InstanceNumber is "4" instead of "3"'],
    [{ DiffusionBValue: 1000.250001 }, "DiffusionBValue is"],
    [{ AcquisitionMatrix: [128, 0, 0, 64] }, "AcquisitionMatrix is"],
    [{ AccessionNumber: "5" }, 'AccessionNumber is "5" instead of ""'],
    [{ EchoTime: 5 }, "(0018,0081) is not ours"],
    [{ RealWorldValueMappingSequence: [] }, "has 0 items instead of 1"],
    [
      { RealWorldValueMappingSequence: [{ RealWorldValueSlope: 0.1, LUTLabel: "ms" }] },
      "RealWorldValueMappingSequence[1].MeasurementUnitsCodeSequence is missing",
    ],
  ] as const)("differ by %j, and that is said", (change, said) => {
    const differences = compareAttributes(values, read({ ...values, ...change }));
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(said);
  });
});
