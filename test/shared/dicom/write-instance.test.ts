import { describe, expect, test } from "vitest";
import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { encodeSequence } from "#shared/dicom/encode-sequence.ts";
import { encodeInstance, instanceEncoder } from "#shared/dicom/write-instance.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";

const shared: DicomJson = {
  ...encodeAttributes({
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
    SeriesInstanceUID: "2.25.7",
    SeriesDescription: "T2 map",
    Rows: 2,
    Columns: 2,
    InstanceNumber: 99,
    DerivationCodeSequence: [
      { CodeValue: "110001", CodingSchemeDesignator: "DCM", CodeMeaning: "Image Processing" },
    ],
  }),
  "00080005": { vr: "CS", Value: ["ISO_IR 100"] },
};

const own = encodeAttributes({
  SOPInstanceUID: "2.25.8",
  InstanceNumber: 3,
  ImagePositionPatient: [1, 2.5, -3],
  SourceImageSequence: [
    { ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.4", ReferencedSOPInstanceUID: "2.25.9" },
  ],
  PixelData: Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0),
});

describe("files that share attributes", () => {
  test("take elements that are bytes already to their place", () => {
    const { "00082112": sources, ...rest } = own;
    const items = [
      { ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.4", ReferencedSOPInstanceUID: "2.25.9" },
    ];
    expect(sources).toBeDefined();
    const bytes = instanceEncoder(shared)(rest, [encodeSequence("SourceImageSequence", items)]);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(encodeInstance({ ...shared, ...own })));
  });

  test("have the bytes they have when each is written whole", () => {
    const encode = instanceEncoder(shared);
    expect(Buffer.from(encode(own))).toEqual(Buffer.from(encodeInstance({ ...shared, ...own })));
    const other = { ...own, ...encodeAttributes({ SOPInstanceUID: "2.25.10" }) };
    expect(Buffer.from(encode(other))).toEqual(
      Buffer.from(encodeInstance({ ...shared, ...other })),
    );
  });

  test("hold text beyond ASCII with its character set, whichever part has it", () => {
    const name: DicomJson = { "00100010": { vr: "PN", Value: [{ Alphabetic: "Müller" }] } };
    const whole = Buffer.from(encodeInstance({ ...shared, ...own, ...name }));
    expect(whole.includes("ISO_IR 192")).toBe(true);
    expect(Buffer.from(instanceEncoder({ ...shared, ...name })(own))).toEqual(whole);
    expect(Buffer.from(instanceEncoder(shared)({ ...own, ...name }))).toEqual(whole);
  });
});
