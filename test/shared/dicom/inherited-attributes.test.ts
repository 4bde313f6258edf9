import { expect, test } from "vitest";
import { inheritAttributes } from "#shared/dicom/inherited-attributes.ts";

test("required attributes stay without value when the source has none", () => {
  expect(inheritAttributes({}, "EchoTime", ["patient"])).toEqual({
    "00100010": { vr: "PN" },
    "00100020": { vr: "LO" },
    "00100030": { vr: "DA" },
    "00100040": { vr: "CS" },
  });
});

test("the value that varied is not repeated, the others are", () => {
  const template = {
    "00180080": { vr: "DS", Value: [2500] },
    "00180081": { vr: "DS", Value: [10] },
    "00181314": { vr: "DS", Value: [90] },
  };
  const inherited = inheritAttributes(template, "EchoTime", ["acquisition"]);
  expect(inherited["00180081"]).toEqual({ vr: "DS" });
  expect(inherited["00180080"]).toEqual({ vr: "DS", Value: ["2500"] });
  expect(inheritAttributes(template, "FlipAngle", ["acquisition"])["00181314"]).toBeUndefined();
});

test("numbers that are none become empty, bytes of unknown meaning are left out", () => {
  const template = {
    "00101030": { vr: "DS", Value: [Number.NaN] },
    "00101010": { vr: "UN", Value: [new ArrayBuffer(4)] },
    "00180089": { vr: "IS", Value: [1.5] },
  };
  const inherited = inheritAttributes(template, "EchoTime", ["study", "acquisition"]);
  expect(inherited["00101030"]).toEqual({ vr: "DS" });
  expect(inherited["00101010"]).toBeUndefined();
  expect(inherited["00180089"]).toEqual({ vr: "IS" });
});

test("attributes that say nothing of a map are not repeated: pixels, rescale, private ones", () => {
  const template = {
    "00281053": { vr: "DS", Value: [2] },
    "00091001": { vr: "LO", Value: ["private"] },
    "7FE00010": { vr: "OW" },
  };
  const inherited = inheritAttributes(template, "EchoTime", ["image", "acquisition", "series"]);
  expect(Object.keys(template).filter((tag) => tag in inherited)).toEqual([]);
});

test("laterality is empty for an unknown body part, absent for a known one, kept when it says a side", () => {
  const laterality = (...template: [string, string][]) =>
    inheritAttributes(
      Object.fromEntries(template.map(([tag, value]) => [tag, { vr: "CS", Value: [value] }])),
      "EchoTime",
      ["series"],
    )["00200060"];
  expect(laterality()).toEqual({ vr: "CS" });
  expect(laterality(["00180015", "ABDOMEN"], ["00200060", ""])).toBeUndefined();
  expect(laterality(["00180015", "KNEE"], ["00200060", "R"])).toEqual({ vr: "CS", Value: ["R"] });
});

test("of an inversion sequence the time that varied stays, without a value", () => {
  const template = (sequence: string) => ({
    "00180020": { vr: "CS", Value: [sequence, "SE"] },
    "00180082": { vr: "DS", Value: [300] },
  });
  const time = (sequence: string, varied: "InversionTime" | "EchoTime") =>
    inheritAttributes(template(sequence), varied, ["acquisition"])["00180082"];
  expect(time("IR", "InversionTime")).toEqual({ vr: "DS" });
  expect(time("GR", "InversionTime")).toBeUndefined();
  expect(time("IR", "EchoTime")).toEqual({ vr: "DS", Value: ["300"] });
});
