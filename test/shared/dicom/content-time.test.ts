import { expect, test } from "vitest";
import { contentTime } from "#shared/dicom/content-time.ts";
import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";

test("the date is that of the content, else of acquisition, series or study", () => {
  const study = { StudyDate: "20260101", StudyTime: "101010" };
  expect(contentTime(encodeAttributes(study))).toEqual({
    ContentDate: "20260101",
    ContentTime: "101010",
  });
  const acquired = { ...study, AcquisitionDate: "20260102", AcquisitionTime: "111111" };
  expect(contentTime(encodeAttributes(acquired))).toMatchObject({ ContentDate: "20260102" });
});

test("a source without dates has the earliest that readers take", () => {
  expect(contentTime({})).toEqual({ ContentDate: "19000101", ContentTime: "000000" });
});
