import { describe, expect, test } from "vitest";
import { chooseModel } from "#containers/process-t1/choose-model.ts";
import { selectPoints } from "#containers/process-t1/select-points.ts";
import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import type { ContrastKeyword, SignalPart } from "#shared/volume/series-volume.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";
import { optionsOf } from "./run-in-memory.ts";

const known: NoiseChoice = { sigma: 12, source: "background" };
const unknown: NoiseChoice = { sigma: undefined, source: "no background" };

interface Scan {
  readonly keyword?: ContrastKeyword;
  readonly count?: number;
  readonly parts?: readonly SignalPart[];
  readonly noise?: NoiseChoice;
  readonly repetitionTimeMs?: number;
  readonly protocol?: string;
}

function choose(scan: Scan = {}, ...words: string[]) {
  const { keyword = "RepetitionTime", count = 6, noise = known, parts } = scan;
  const values = Array.from({ length: count }, (_, n) => 100 * (n + 1));
  const all = parts?.includes("imaginary") === true ? [...values, ...values] : values;
  const plain = seriesOf(new Float32Array(all.length), [1, 1, 1], all.length);
  const series = {
    ...plain,
    axis: { ...plain.axis, keyword, values: all },
    ...(parts === undefined ? {} : { parts }),
    acquisition: [
      { keyword: "ProtocolName", value: scan.protocol ?? "T1", unit: undefined, source: "test" },
    ],
  };
  const options = optionsOf(...words);
  const timing = { repetitionTimeMs: scan.repetitionTimeMs, warnings: [] };
  return chooseModel(options, series, selectPoints(series, undefined), timing, noise);
}

const ir = { keyword: "InversionTime" } as const;
const complex = {
  ...ir,
  count: 3,
  parts: ["real", "real", "real", "imaginary", "imaginary", "imaginary"],
} as const;

describe("--model auto", () => {
  test("fits the saturation from five repetition times on", () => {
    expect(choose({ count: 5 }).choice).toMatchObject({
      ...{ name: "saturation-recovery", options: { saturationEfficiency: true } },
    });
    const few = choose({ count: 4 });
    expect(few.choice).toMatchObject({ options: { saturationEfficiency: false } });
    expect(few.reason).toContain("because they are only 4");
  });

  test("takes the parts of the signal that are there", () => {
    expect(choose(ir).choice).toMatchObject({ options: { signal: "magnitude" } });
    expect(choose(complex).choice).toMatchObject({ options: { signal: "complex" } });
    const real = { ...ir, count: 3, parts: ["real", "real", "real"] } as const;
    expect(choose(real).choice).toMatchObject({ options: { signal: "signed" } });
  });

  test("fits flip angles with their repetition time", () => {
    const model = choose({ keyword: "FlipAngle", count: 3, repetitionTimeMs: 15 });
    expect(model.choice).toEqual({
      name: "variable-flip-angle",
      options: { repetitionTimeMs: 15, method: "nonlinear" },
      noise: { kind: "gaussian" },
    });
    expect(model.fixed).toEqual({ repetitionTimeMs: 15 });
  });
});

describe("the noise", () => {
  test.each([
    [{}, "rician"],
    [ir, "rician"],
    [complex, "gaussian"],
    [{ noise: unknown }, "gaussian"],
    [{ keyword: "FlipAngle", repetitionTimeMs: 15 }, "gaussian"],
  ] as const)("of %o enters as %s", (scan, kind) => {
    expect(choose(scan).choice.noise.kind).toBe(kind);
  });

  test("is named in variant, reason and record", () => {
    const model = choose(ir);
    expect(model.variant).toBe("inversion recovery, magnitude, expected Rician");
    expect(model.reason).toContain("because the noise is known");
    expect(model.fixed).toEqual({ noiseSigma: 12 });
    expect(choose({ noise: unknown }).reason).toContain("no background");
  });

  test("enters as the user wants, where that is possible", () => {
    expect(choose(ir, "--noise-model=gaussian").choice.noise.kind).toBe("gaussian");
    expect(choose(ir, "--noise-model=rician").reason).toContain("chosen by the user");
    const refusal = expect.objectContaining({ code: "E-MODEL", exitCode: 2 });
    expect(() => choose(complex, "--noise-model=rician")).toThrow(refusal);
    expect(() => choose({ noise: unknown }, "--noise-model=rician")).toThrow(refusal);
  });
});

describe("Look-Locker", () => {
  test("is corrected when the names of the scan say so, without the repetition time", () => {
    const model = choose({ ...ir, protocol: "MOLLI 5(3)3", repetitionTimeMs: 3000 });
    expect(model.choice).toMatchObject({ options: { lookLocker: true } });
    expect(model.choice).not.toMatchObject({ options: { repetitionTimeMs: 3000 } });
    expect(model.variant).toContain("Look-Locker");
    expect(model.reason).toContain('ProtocolName says "MOLLI 5(3)3"');
  });

  test("is what the user says", () => {
    const off = choose({ ...ir, protocol: "MOLLI" }, "--look-locker=off");
    expect(off.choice).toMatchObject({ options: { lookLocker: false } });
    expect(choose(ir, "--look-locker=on").choice).toMatchObject({ options: { lookLocker: true } });
    expect(choose({ ...ir, protocol: "collie" }).choice).toMatchObject({
      ...{ options: { lookLocker: false } },
    });
  });
});

describe("too few values", () => {
  test.each([
    [{ count: 2 }, "sr3par"],
    [{ ...ir, count: 3 }, "ir-magnitude"],
    [{ ...ir, count: 2, parts: ["real", "real"] }, "ir-real"],
  ] as const)("%o for %s are refused", (scan, model) => {
    expect(() => choose(scan, `--model=${model}`)).toThrow(
      expect.objectContaining({ code: "E-FEW", exitCode: 3 }),
    );
  });

  test("as many values as parameters: a warning says that there are no errors", () => {
    const two = choose({ count: 2 });
    expect(two.warnings.map(({ code }) => code)).toEqual(["W-NO-ERRORS"]);
    expect(choose({ count: 3 }).warnings).toEqual([]);
    expect(choose(complex).warnings).toEqual([]);
  });
});

test("limits of T1 reach the model and the record", () => {
  const model = choose({}, "--min-t1=50", "--max-t1=5000");
  expect(model.choice).toMatchObject({ options: { minTimeMs: 50, maxTimeMs: 5000 } });
  expect(model.fixed).toMatchObject({ minT1Ms: 50, maxT1Ms: 5000 });
});
