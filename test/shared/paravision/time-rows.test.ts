import { describe, expect, test } from "vitest";
import { timeRows } from "#shared/paravision/time-rows.ts";
import {
  type MadeScan,
  makeScan,
  type RawTexts,
  rowValue,
  rowValues,
} from "../../phantom/raw-scan.ts";

const dates = {
  VisuStudyDate: "<2020-01-01T09:00:00,000+0100>",
  VisuAcqDate: "<2020-01-01T09:59:50,000+0100>",
};

/** Two slices of five cycles. */
function dynamic(visu: RawTexts, acqp: RawTexts = {}): MadeScan {
  return makeScan(
    {
      ...dates,
      VisuCoreFrameCount: "10",
      VisuFGOrderDesc: "( 2 )\n(2, <FG_SLICE>, <>, 0, 2) (5, <FG_CYCLE>, <>, 2, 0)",
      VisuGroupDepVals: "( 2 )\n(<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0)",
      VisuCoreOrientation: "( 2, 9 )\n1 0 0 0 1 0 0 0 1 1 0 0 0 1 0 0 0 1",
      VisuCorePosition: "( 2, 3 )\n-10 -10 0 -10 -10 1",
      ...visu,
    },
    { acqp },
  );
}

const points = { ACQ_time_points: "( 5 )\n0 8 16 24 32" };

describe("a dynamic scan", () => {
  test("has a temporal position and time of each image, across midnight and minutes", () => {
    const { scan, remarks } = dynamic({
      VisuAcqScanTime: "37500",
      VisuCreationDate: "<2020-01-01T10:00:28,000+0100>",
    });
    expect(rowValues(timeRows, "TemporalPositionIdentifier", scan)).toEqual([
      ...[1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
    ]);
    expect(rowValue(timeRows, "NumberOfTemporalPositions", scan)).toBe(5);
    expect(rowValue(timeRows, "TemporalResolution", scan)).toBe(7500);
    expect(rowValues(timeRows, "AcquisitionTime", scan).filter((_, n) => n % 2 === 0)).toEqual([
      ...["095950.000000", "095957.500000", "100005.000000", "100012.500000", "100020.000000"],
    ]);
    expect(rowValue(timeRows, "AcquisitionDate", scan)).toBe("20200101");
    expect(remarks).toEqual([]);
  });

  test("takes the step of ACQ_time_points where VisuAcqScanTime is that of one repetition", () => {
    const made = dynamic(
      { VisuAcqScanTime: "8000", VisuCreationDate: "<2020-01-01T10:00:31,000+0100>" },
      points,
    );
    expect(rowValue(timeRows, "TemporalResolution", made.scan)).toBe(8000);
    expect(made.sources.get("TemporalResolution")).toBe("ACQ_time_points of acqp");
  });

  test("keeps one time for all images, with a remark, where no source agrees with the clock", () => {
    const { scan, remarks } = dynamic(
      { VisuAcqScanTime: "1000", VisuCreationDate: "<2020-01-01T10:30:00,000+0100>" },
      points,
    );
    expect(rowValue(timeRows, "TemporalResolution", scan)).toBeUndefined();
    expect(new Set(rowValues(timeRows, "AcquisitionTime", scan)).size).toBe(1);
    expect(rowValue(timeRows, "TemporalPositionIdentifier", scan, 9)).toBe(5);
    const [remark] = remarks;
    expect(remark?.code).toBe("time-step-unresolved");
    expect(remark?.text).toMatch(/0\.2 s.* 8 s.* 362 s/);
  });

  test("without a clock, two sources that agree are enough", () => {
    const { scan } = dynamic({ VisuAcqScanTime: "40000" }, points);
    expect(rowValue(timeRows, "TemporalResolution", scan)).toBe(8000);
    const { remarks, scan: other } = dynamic({ VisuAcqScanTime: "4000" }, points);
    expect(rowValue(timeRows, "TemporalResolution", other)).toBeUndefined();
    expect(remarks.map(({ code }) => code)).toEqual(["time-step-unresolved"]);
  });

  test("whose repetition time varies along the cycles is no dynamic one", () => {
    const { scan, remarks } = dynamic({
      VisuGroupDepVals:
        "( 3 )\n(<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0) (<VisuAcqRepetitionTime>, 0)",
      VisuFGOrderDesc: "( 2 )\n(2, <FG_SLICE>, <>, 0, 2) (5, <FG_CYCLE>, <>, 2, 1)",
      VisuAcqRepetitionTime: "( 5 )\n5000 3000 1500 800 200",
      VisuAcqScanTime: "37500",
      VisuCreationDate: "<2020-01-01T10:00:28,000+0100>",
    });
    expect(rowValue(timeRows, "TemporalPositionIdentifier", scan)).toBeUndefined();
    expect(rowValue(timeRows, "NumberOfTemporalPositions", scan)).toBeUndefined();
    expect(new Set(rowValues(timeRows, "AcquisitionTime", scan)).size).toBe(1);
    expect(remarks).toEqual([]);
  });
});

test("a scan of one volume has its start as time of all images", () => {
  const { scan, remarks } = makeScan({ ...dates, VisuAcqScanTime: "1000" });
  expect(rowValue(timeRows, "AcquisitionTime", scan)).toBe("095950.000000");
  expect(rowValue(timeRows, "TemporalPositionIdentifier", scan)).toBeUndefined();
  expect(remarks).toEqual([]);
});
