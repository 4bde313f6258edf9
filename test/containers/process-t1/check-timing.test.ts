import { describe, expect, test } from "vitest";
import { checkTiming } from "#containers/process-t1/check-timing.ts";
import { selectPoints } from "#containers/process-t1/select-points.ts";
import type { ContrastKeyword, SeriesVolume } from "#shared/volume/series-volume.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";
import { optionsOf } from "./run-in-memory.ts";

type Scan = Pick<SeriesVolume, "covariates"> & {
  readonly values: readonly number[];
  /** Stated acquisition values, ms. */
  readonly stated?: Readonly<Record<string, number>>;
};

function check(keyword: ContrastKeyword, scan: Scan, ...words: string[]) {
  const { values, stated = {}, covariates } = scan;
  const plain = seriesOf(new Float32Array(values.length), [1, 1, 1], values.length);
  const series: SeriesVolume = {
    ...plain,
    axis: { ...plain.axis, keyword, values },
    ...(covariates === undefined ? {} : { covariates }),
    acquisition: Object.entries(stated).map(([name, value]) => ({
      ...{ keyword: name, value, unit: "ms", source: "test" },
    })),
  };
  const options = optionsOf(...words);
  return checkTiming(options, series, selectPoints(series, options.images));
}

const ti = [100, 400, 900, 2000];

describe("flip angles", () => {
  const values = [3, 20];

  test("need the repetition time, from the images or the user", () => {
    expect(check("FlipAngle", { values, stated: { RepetitionTime: 15 } }).repetitionTimeMs).toBe(
      15,
    );
    expect(check("FlipAngle", { values }, "--tr=12").repetitionTimeMs).toBe(12);
    expect(() => check("FlipAngle", { values })).toThrow(
      expect.objectContaining({ code: "E-MISSING-TR" }),
    );
  });

  test("take the time between excitations before that of the whole sequence", () => {
    const stated = { RepetitionTime: 3000, RepetitionTimeExcitation: 15 };
    expect(check("FlipAngle", { values, stated }).repetitionTimeMs).toBe(15);
  });

  test("need one repetition time for all", () => {
    const covariates = { RepetitionTime: [10, 20] };
    expect(() => check("FlipAngle", { values, covariates })).toThrow(
      expect.objectContaining({ code: "E-TR-VARIES" }),
    );
  });

  test("a repetition time given must agree with the images, or be forced", () => {
    const scan = { values, stated: { RepetitionTime: 8.18 } };
    expect(() => check("FlipAngle", scan, "--tr=8")).toThrow(
      expect.objectContaining({ code: "E-TR-MISMATCH" }),
    );
    expect(check("FlipAngle", scan, "--tr=8.2").repetitionTimeMs).toBe(8.2);
    expect(check("FlipAngle", scan, "--tr=8", "--override=tr").repetitionTimeMs).toBe(8);
  });
});

describe("inversion recovery", () => {
  test("does without a repetition time", () => {
    expect(check("InversionTime", { values: ti })).toEqual({
      repetitionTimeMs: undefined,
      warnings: [],
    });
    const stated = { RepetitionTime: 5000 };
    expect(check("InversionTime", { values: ti, stated }).repetitionTimeMs).toBe(5000);
  });

  test("passes over a TR that cannot be the time between inversions", () => {
    const { repetitionTimeMs, warnings } = check("InversionTime", {
      ...{ values: ti, stated: { RepetitionTime: 5 } },
    });
    expect(repetitionTimeMs).toBeUndefined();
    expect(warnings).toMatchObject([{ code: "W-TR-IGNORED" }]);
  });

  test("takes a TR that grows with TI by the same delay", () => {
    const covariates = { RepetitionTime: ti.map((time) => time + 3000) };
    const { repetitionTimeMs, warnings } = check("InversionTime", { values: ti, covariates });
    expect(repetitionTimeMs).toBeUndefined();
    expect(warnings).toMatchObject([
      { code: "W-TR-VARIES", text: expect.stringContaining("T1 and M0 are right") },
    ]);
  });

  test("takes a TR that is long throughout, and says where it is not long enough", () => {
    const covariates = { RepetitionTime: [9000, 8000, 7000, 10_000] };
    expect(check("InversionTime", { values: ti, covariates }).warnings[0]?.text).toContain(
      "1400 ms",
    );
  });

  test("refuses any other TR that changes, unless the images of one TR are chosen", () => {
    const covariates = { RepetitionTime: [3000, 3000, 3000, 5000] };
    const refusal = expect.objectContaining({ code: "E-TR-VARIES", exitCode: 3 });
    expect(() => check("InversionTime", { values: ti, covariates })).toThrow(refusal);
    const chosen = check("InversionTime", { values: ti, covariates }, "--images=1-3");
    expect(chosen).toEqual({ repetitionTimeMs: 3000, warnings: [] });
  });
});

test("saturation recovery of images with other inversion times or flip angles is refused", () => {
  const values = [100, 400, 900];
  for (const [keyword, code] of [
    ["InversionTime", "E-TI-VARIES"],
    ["FlipAngle", "E-FA-VARIES"],
    ["EchoTime", "E-TE-VARIES"],
  ] as const) {
    expect(() => check("RepetitionTime", { values, covariates: { [keyword]: [1, 2, 3] } })).toThrow(
      expect.objectContaining({ code }),
    );
  }
  expect(check("RepetitionTime", { values }).repetitionTimeMs).toBeUndefined();
});
