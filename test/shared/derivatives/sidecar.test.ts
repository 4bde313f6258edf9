import { expect, test } from "vitest";
import { describeAcquisition, encodeSidecar, isAcquired3D } from "#shared/derivatives/sidecar.ts";

test("times are in seconds as BIDS wants them, other units stay, each with its source", () => {
  const source = "dicom:0018,0081";
  expect(
    describeAcquisition([
      { keyword: "EchoTime", value: [11, 22.5], unit: "ms", source },
      { keyword: "RepetitionTime", value: 2500, unit: "ms", source: "dicom:0018,0080" },
      { keyword: "FlipAngle", value: 90, unit: "deg", source: "dicom:0018,1314" },
      { keyword: "Manufacturer", value: "B", unit: undefined, source: "dicom:0008,0070" },
    ]),
  ).toEqual({
    EchoTime: [0.011, 0.0225],
    EchoTimeSource: source,
    RepetitionTime: 2.5,
    RepetitionTimeSource: "dicom:0018,0080",
    FlipAngle: 90,
    FlipAngleSource: "dicom:0018,1314",
    Manufacturer: "B",
    ManufacturerSource: "dicom:0008,0070",
  });
});

test("seconds carry no rounding of the division", () => {
  const [time] = Object.values(
    describeAcquisition([{ keyword: "EchoTime", value: 6.9, unit: "ms", source: "" }]),
  );
  expect(time).toBe(0.0069);
});

test("what is unknown is left out, what is zero, false or empty in itself is not", () => {
  const text = encodeSidecar({ a: undefined, b: "", c: 0, d: false, e: [], f: null });
  expect(JSON.parse(text)).toEqual({ c: 0, d: false, e: [], f: null });
  expect(text.endsWith("}\n")).toBe(true);
});

test("a 3D acquisition is one that says so", () => {
  const row = (value: string) => [
    { keyword: "MRAcquisitionType", value, unit: undefined, source: "" },
  ];
  const bValues = {
    keyword: "DiffusionBValue",
    value: [0, 1000],
    unit: "s/mm2",
    source: "x",
  } as const;
  // dcm2niix never turns the axes of a 4D file.
  expect(isAcquired3D([...row("3D"), bValues])).toBe(false);
  expect([isAcquired3D(row("3D")), isAcquired3D(row("2D")), isAcquired3D([])]).toEqual([
    true,
    false,
    false,
  ]);
});
