import { describe, expect, test } from "vitest";
import { codeItem, containerItem, numberItem, segmentItem } from "#shared/dicom/content-item.ts";

const concept = { value: "118565006", scheme: "SCT", meaning: "Volume" };
const unit = { value: "mm3", scheme: "UCUM", meaning: "cubic millimeter" };

describe("items of a content tree", () => {
  test("a number that a decimal string holds stands alone, any other has its double beside it", () => {
    const measured = (value: number) =>
      (numberItem(concept, value, unit)["MeasuredValueSequence"] as object[])[0];
    expect(measured(71.784)).toMatchObject({ NumericValue: 71.784 });
    expect(measured(71.784)).not.toHaveProperty("FloatingPointValue");
    const third = 1 / 3;
    expect(measured(third)).toMatchObject({ NumericValue: third, FloatingPointValue: third });
  });

  test("modifiers stand below what they modify", () => {
    const method = codeItem("HAS CONCEPT MOD", concept, unit);
    expect(numberItem(concept, 1, unit, [method]).ContentSequence).toEqual([method]);
    expect(numberItem(concept, 1, unit)).not.toHaveProperty("ContentSequence");
  });

  test("a container says that its parts are separate", () => {
    expect(containerItem(concept, [])).toMatchObject({
      RelationshipType: "CONTAINS",
      ValueType: "CONTAINER",
      ContinuityOfContent: "SEPARATE",
    });
  });

  test("a segment is referred to by object and number", () => {
    const object = { sopClassUID: "1.2", sopInstanceUID: "1.3" };
    expect(segmentItem(concept, object, [4])).toMatchObject({
      ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: "1.3", ReferencedSegmentNumber: [4] }],
    });
  });
});
