import { describe, expect, test } from "vitest";
import { parseArgv } from "#command-json/parse-argv.ts";
import { chooseModel } from "#containers/process-t2/choose-model.ts";
import { command } from "#containers/process-t2/command.ts";
import { selectEchoes } from "#containers/process-t2/select-echoes.ts";
import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";

const known: NoiseChoice = { sigma: 12, source: "background" };
const unknown: NoiseChoice = { sigma: undefined, source: "no background" };

interface Scan {
  readonly noise?: NoiseChoice;
  readonly echoTimes?: readonly number[];
  /** ScanningSequence or EchoPulseSequence. */
  readonly sequence?: readonly [keyword: string, value: string];
}

function choose(words: readonly string[] = [], scan: Scan = {}) {
  const call = parseArgv(command, words);
  if (call.kind !== "run") throw new Error("not a run");
  const values = scan.echoTimes ?? [10, 20, 30, 40];
  const plain = seriesOf(new Float32Array(values.length), [1, 1, 1], values.length);
  const acquisition = (scan.sequence === undefined ? [] : [scan.sequence]).map(
    ([keyword, value]) => ({ keyword, value, unit: undefined, source: "test" }),
  );
  const series = { ...plain, axis: { ...plain.axis, values }, acquisition };
  const { options } = call;
  const echoes = selectEchoes(series.axis, {
    ...{ echoes: options.echoes, dropFirst: options["drop-first-echoes"] },
    evenOnly: options["even-echoes"],
  });
  return chooseModel(options, series, echoes, scan.noise ?? known);
}

describe("--model auto", () => {
  test("is the expected-Rician decay when the noise is known", () => {
    const model = choose();
    expect(model.choice).toMatchObject({
      name: "mono-exponential-decay",
      noise: { kind: "rician", sigma: 12 },
    });
    expect(model.reason).toContain("because the noise is known");
    expect(model.fixed).toEqual({ noiseSigma: 12 });
    // The data sheet is that of what is fitted.
    expect(model.sheet.equation).toContain("sigma");
  });

  test("is the plain decay when it is not, and says why", () => {
    const model = choose([], { noise: unknown });
    expect(model.choice).toMatchObject({
      name: "mono-exponential-decay",
      noise: { kind: "gaussian" },
    });
    expect(model.reason).toContain("no background");
    expect(model.fixed).toEqual({});
    expect(model.sheet.equation).toBe("S(TE) = S0 exp(-TE/T2)");
  });
});

test.each([
  ["2par", "mono-exponential-decay", "gaussian"],
  ["3par", "mono-exponential-offset", "gaussian"],
  ["rician", "mono-exponential-decay", "rician"],
  ["epg", "extended-phase-graph", "rician"],
])("--model %s is the %s with %s noise", (option, name, kind) => {
  const model = choose([`--model=${option}`]);
  expect(model.choice).toMatchObject({ name, noise: { kind } });
  expect(model.reason).toContain("chosen by the user");
});

test("the stimulated echoes do without the noise", () => {
  const model = choose(["--model=epg"], { noise: unknown });
  expect(model.choice.noise).toEqual({ kind: "gaussian" });
  expect(model.fixed).toEqual({ t1Ms: 1500, echoSpacingMs: 10 });
});

test("the spacing of a train is that of all its echoes, when only some are used", () => {
  const model = choose(["--model=epg", "--even-echoes", "--t1=900"], {
    echoTimes: [10, 20, 30, 40, 50, 60, 70, 80],
  });
  expect(model.fixed).toEqual({ noiseSigma: 12, t1Ms: 900, echoSpacingMs: 10 });
  expect(model.choice).toMatchObject({ options: { echoSpacingMs: 10, t1Ms: 900 } });
});

test("limits of T2 reach the model and the record", () => {
  const model = choose(["--min-t2=5", "--max-t2=300"]);
  expect(model.choice).toMatchObject({ options: { minTimeMs: 5, maxTimeMs: 300 } });
  expect(model.fixed).toMatchObject({ minT2Ms: 5, maxT2Ms: 300 });
});

describe("the quantity", () => {
  test.each([
    ["ScanningSequence", "GR", "T2*"],
    ["ScanningSequence", "SE", "T2"],
    ["ScanningSequence", "SE\\GR", "T2"],
    ["ScanningSequence", "EP\\GR", "T2*"],
    ["EchoPulseSequence", "GRADIENT", "T2*"],
    ["EchoPulseSequence", "SPIN", "T2"],
    ["EchoPulseSequence", "BOTH", "T2"],
    ["ScanningSequence", "RM", "T2"],
  ])("of %s %s is %s", (keyword, value, title) => {
    expect(choose([], { sequence: [keyword, value] }).title).toBe(title);
  });

  test("of images that do not say is T2, and the reason says so", () => {
    expect(choose().reason).toContain("do not say otherwise");
  });

  test("is what the user says, whatever the images do", () => {
    const gradient = { sequence: ["ScanningSequence", "GR"] } as const;
    expect(choose(["--quantity=t2"], gradient).title).toBe("T2");
    const model = choose(["--quantity=t2star"]);
    expect(model.title).toBe("T2*");
    expect(model.sheet.parameters.map(({ symbol }) => symbol)).toEqual(["T2star", "R2star", "S0"]);
  });
});

describe("refused with what to do:", () => {
  const refusal = (code: string, exitCode: number) => expect.objectContaining({ code, exitCode });

  test("the Rician model without noise", () => {
    const run = () => choose(["--model=rician"], { noise: unknown });
    expect(run).toThrow(refusal("E-MODEL", 2));
    expect(run).toThrow(/no background.*--noise NUMBER/);
  });

  test("stimulated echoes of a gradient-echo scan", () => {
    const run = () => choose(["--model=epg"], { sequence: ["ScanningSequence", "GR"] });
    expect(run).toThrow(refusal("E-MODEL", 2));
  });

  test("limits that hold no T2", () => {
    expect(() => choose(["--min-t2=50", "--max-t2=40"])).toThrow(refusal("E-FIT-LIMITS", 2));
  });

  test("stimulated echoes at times that are no train", () => {
    const run = () => choose(["--model=epg"], { echoTimes: [10, 20, 35, 47] });
    expect(run).toThrow(refusal("E-FIT-LIMITS", 2));
  });

  test("fewer echo times than parameters", () => {
    const run = () => choose(["--model=3par"], { echoTimes: [10, 20] });
    expect(run).toThrow(refusal("E-FEW", 3));
    expect(run).toThrow(/at least 3 echo times; 2 found/);
  });

  test("repeats of two echo times for three parameters", () => {
    const run = () => choose(["--model=3par"], { echoTimes: [10, 10, 20, 20] });
    expect(run).toThrow(refusal("E-FEW", 3));
  });
});

test("as many echoes as parameters: a warning says that there are no errors", () => {
  const two = { echoTimes: [10, 20] };
  expect(choose([], two).warnings.map(({ code }) => code)).toEqual(["W-NO-ERRORS"]);
  expect(choose().warnings).toEqual([]);
});
