import { describe, expect, test } from "vitest";
import { writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { mapping } from "#shared/paravision/mapping.ts";
import { planSeries } from "#shared/paravision/plan-series.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { splitSeries } from "#shared/paravision/split-series.ts";
import { findRawDataset, rawDatasets } from "#test/acceptance/raw-datasets.ts";
import { exampleScan, plainFrame } from "./example-scan.ts";
import { readRawScans } from "./raw-scans.ts";

test("an attribute has one row", () => {
  const keywords = mapping.map(({ keyword }) => keyword);
  const twice = keywords.filter((keyword, at) => keywords.indexOf(keyword) !== at);
  expect(twice).toEqual([]);
});

test("every row names an attribute, says its rule in a sentence, and its sources by their names", () => {
  for (const { keyword, rule, sources } of mapping) {
    expect(Object.keys(writtenAttributes)).toContain(keyword);
    expect(rule, keyword).toMatch(/^[^\n]+[.)`]$/);
    for (const source of sources) expect(source, keyword).toMatch(/^(--[a-z-]+|[\w<>/' ]+)$/);
  }
});

/** PS3.3 A.4.3: the modules of MR Image Storage, and what of them no object may lack. */
const needed = [
  ...["PatientName", "PatientID", "PatientBirthDate", "PatientSex"],
  ...["StudyInstanceUID", "StudyDate", "StudyTime", "ReferringPhysicianName", "StudyID"],
  ...["AccessionNumber", "Modality", "SeriesInstanceUID", "SeriesNumber", "FrameOfReferenceUID"],
  ...["PositionReferenceIndicator", "Manufacturer", "InstanceNumber", "ImageType", "PixelSpacing"],
  ...["ImageOrientationPatient", "ImagePositionPatient", "SliceThickness", "SamplesPerPixel"],
  ...["PhotometricInterpretation", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit"],
  ...["PixelRepresentation", "ScanningSequence", "SequenceVariant", "ScanOptions"],
  ...["MRAcquisitionType", "EchoTime", "EchoTrainLength", "SOPClassUID", "SOPInstanceUID"],
];

test("what types 1 and 2 of the MR image demand is there, even of a scan that says next to nothing", () => {
  const plan = planSeries(exampleScan().scan, () => plainFrame);
  if (isSkip(plan)) throw new Error(plan.text);
  const { shared, images } = plan[0]!;
  expect(Object.keys({ ...shared, ...images[0]!.own })).toEqual(expect.arrayContaining(needed));
});

for (const name of rawDatasets) {
  const folder = findRawDataset(name);
  describe.skipIf(folder === undefined)(name, () => {
    test("rows of a series say the same of its first and its last image", () => {
      for (const scan of readRawScans(folder!)) {
        const partitions = scan.visu.size[2] ?? 1;
        for (const { part, frames } of splitSeries(scan.visu)) {
          const first = { scan, part, frame: frames[0]!, partition: 0, place: 0 };
          const last = {
            ...{ scan, part, frame: frames.at(-1)!, partition: partitions - 1 },
            place: frames.length * partitions - 1,
          };
          for (const { keyword, per, value } of mapping) {
            if (per === "image") continue;
            const of = (image: typeof first) => value({ ...image, stored: plainFrame });
            expect(of(last), keyword).toEqual(of(first));
          }
        }
      }
    });

    test("every scan becomes series: numbers and UIDs of their own, instances counted from 1", () => {
      const uids = new Set<string>();
      let images = 0;
      for (const scan of readRawScans(folder!)) {
        // Copies of one scan share everything.
        if (
          scan.reconstruction.path.includes("bruker2nifti") ||
          /^(ok|bad)/.test(scan.reconstruction.path)
        )
          continue;
        const plans = planSeries(scan, () => plainFrame);
        if (isSkip(plans)) throw new Error(plans.text);
        expect(new Set(plans.map(({ seriesNumber }) => seriesNumber)).size).toBe(plans.length);
        for (const plan of plans) {
          expect(plan.images.map(({ own }) => own.InstanceNumber)).toEqual(
            plan.images.map((_, at) => at + 1),
          );
          for (const { own } of plan.images) uids.add(String(own.SOPInstanceUID));
          uids.add(plan.seriesInstanceUID);
          images += plan.images.length + 1;
        }
      }
      expect(uids.size).toBe(images);
    });
  });
}
