import { describe, expect, test } from "vitest";
import { encodeReferencedSeries, encodeSources } from "#shared/dicom/derived-object.ts";
import { type AttributeValues, encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { encodeSequence } from "#shared/dicom/encode-sequence.ts";
import { encodeInstance } from "#shared/dicom/write-instance.ts";
import type { SeriesIdentity } from "#shared/volume/series-volume.ts";

const identity = { SOPClassUID: "1.2.3", SOPInstanceUID: "2.25.7" };
const sources = [
  { sopClassUID: "1.2.840.10008.5.1.4.1.1.4", sopInstanceUID: "2.25.99", frameNumbers: [] },
  { sopClassUID: "1.2.840.10008.5.1.4.1.1.4.1", sopInstanceUID: "2.25.998", frameNumbers: [3, 14] },
];

/** What dcmjs writes for an attribute. */
function writtenByLibrary(values: AttributeValues): Buffer {
  const without = encodeInstance(encodeAttributes(identity));
  const withIt = encodeInstance(encodeAttributes({ ...identity, ...values }));
  // The attribute stands behind the two of the identity.
  return Buffer.from(withIt.subarray(without.length));
}

describe("a sequence of references", () => {
  test("has the bytes the library writes: nested codes, frame numbers, padding", () => {
    const items = encodeSources(sources);
    const { tag, bytes } = encodeSequence("SourceImageSequence", items);
    expect(tag).toBe(0x00082112);
    expect(Buffer.from(bytes)).toEqual(writtenByLibrary({ SourceImageSequence: items }));
  });

  test("of a series likewise, sequence in sequence", () => {
    const series = encodeReferencedSeries(
      { seriesInstanceUID: "2.25.5" } as SeriesIdentity,
      sources,
    );
    const items = series.ReferencedSeriesSequence as readonly AttributeValues[];
    const { bytes } = encodeSequence("ReferencedSeriesSequence", items);
    expect(Buffer.from(bytes)).toEqual(writtenByLibrary(series));
  });

  test("has numbers as the library writes them, in text and in binary", () => {
    const items = [
      {
        FrameContentSequence: [{ DimensionIndexValues: [1, 70000] }],
        PlanePositionSequence: [{ ImagePositionPatient: [-1 / 3, 0, 12.5] }],
        SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 65535 }],
      },
    ];
    const { bytes } = encodeSequence("PerFrameFunctionalGroupsSequence", items);
    expect(Buffer.from(bytes)).toEqual(
      writtenByLibrary({ PerFrameFunctionalGroupsSequence: items }),
    );
  });

  test("refuses text beyond ASCII, whose character set the file might not say", () => {
    expect(() => encodeSequence("SourceImageSequence", [{ CodeMeaning: "ü" }])).toThrow("ASCII");
  });
});
