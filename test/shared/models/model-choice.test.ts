import { describe, expect, test } from "vitest";
import { buildSignalModel, type SignalModelChoice } from "#shared/models/model-choice.ts";
import { newBasis, parameterCount } from "#shared/models/signal-model.ts";

const noise = { kind: "gaussian" } as const;
const choices: SignalModelChoice[] = [
  { name: "mono-exponential-decay", noise },
  { name: "mono-exponential-decay", noise, options: { quantity: "T2star" } },
  { name: "mono-exponential-offset", noise },
  { name: "extended-phase-graph", noise, options: { t1Ms: 1000 } },
];
const echoTimes = Float64Array.from({ length: 8 }, (_, k) => 10 * (k + 1));

describe.each(choices)("the model $name $options", (choice) => {
  const model = buildSignalModel(choice, echoTimes);

  test("has a complete data sheet", () => {
    const { sheet } = model;
    for (const text of [sheet.label, sheet.equation, sheet.mathml]) expect(text).not.toBe("");
    for (const list of [sheet.assumptions, sheet.whenNotToUse, sheet.references]) {
      expect(list.length).toBeGreaterThan(0);
    }
    expect(sheet.name).toBe(choice.name);
    expect(sheet.abscissa.keyword).toBe("EchoTime");
    for (const parameter of sheet.parameters) {
      for (const text of [parameter.symbol, parameter.label, parameter.bounds]) {
        expect(text).not.toBe("");
      }
      expect(parameter.boundsSource).not.toBe("");
    }
    const symbols = sheet.parameters.map(({ symbol }) => symbol);
    expect(new Set(symbols).size).toBe(symbols.length);
    expect(sheet.parameters[0]?.role).toBe("non-linear");
  });

  test("has well-formed MathML", () => {
    const tags = [...model.sheet.mathml.matchAll(/<(\/?)(\w+)>/g)];
    const open: string[] = [];
    for (const [, slash, name] of tags) {
      if (slash === "") open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test("has a basis whose derivatives agree with finite differences", () => {
    const theta = model.variables.map(({ lower, upper }) => lower + 0.3 * (upper - lower));
    const [at, up, down] = [newBasis(model), newBasis(model), newBasis(model)] as const;
    model.evaluate(theta, at);
    const n = echoTimes.length;
    theta.forEach((value, k) => {
      const h = 1e-6 * value;
      model.evaluate(theta.with(k, value + h), up);
      model.evaluate(theta.with(k, value - h), down);
      const size = Math.hypot(...at.first.subarray(k * n, (k + 1) * n));
      for (let i = 0; i < n; i++) {
        const difference = (up.value[i]! - down.value[i]!) / (2 * h);
        expect(Math.abs(difference - at.first[k * n + i]!) / size).toBeLessThan(1e-7);
      }
    });
  });

  test("carries standard errors over by the delta method", () => {
    const p = parameterCount(model);
    const first = p - model.variables.length;
    const parameters = new Float64Array(p).fill(100);
    model.variables.forEach(({ lower, upper }, k) => {
      parameters[first + k] = lower + 0.3 * (upper - lower);
    });
    const count = model.sheet.parameters.length;
    const values = new Float64Array(count);
    const errors = new Float64Array(count);
    const moved = new Float64Array(count);
    for (let k = 0; k < p; k++) {
      const covariance = new Float64Array(p * p);
      const h = 1e-6 * parameters[k]!;
      covariance[k * p + k] = h * h;
      model.deriveParameters(parameters, covariance, values, errors);
      const next = parameters.slice();
      next[k] = parameters[k]! + h;
      model.deriveParameters(next, covariance, moved, new Float64Array(count));
      values.forEach((value, j) => {
        expect(errors[j]!).toBeCloseTo(Math.abs(moved[j]! - value), 6);
        if (moved[j] !== value) expect(errors[j]! / Math.abs(moved[j]! - value)).toBeCloseTo(1, 4);
      });
    }
  });

  test("refuses limits of the time constant that hold nothing", () => {
    for (const limits of [
      { minTimeMs: 50, maxTimeMs: 50 },
      { minTimeMs: -1 },
      { maxTimeMs: Number.NaN },
    ]) {
      const options = { ...choice.options, ...limits };
      expect(() =>
        buildSignalModel({ ...choice, options } as SignalModelChoice, echoTimes),
      ).toThrow(RangeError);
    }
  });
});

test("an abscissa that is no number is refused", () => {
  for (const stray of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const times = Float64Array.of(10, stray, 30);
    expect(() => buildSignalModel({ name: "mono-exponential-decay", noise }, times)).toThrow(
      RangeError,
    );
  }
});

test("noise that is none is refused by the expected-Rician form", () => {
  for (const sigma of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const choice = { name: "mono-exponential-decay", noise: { kind: "rician", sigma } } as const;
    expect(() => buildSignalModel(choice, echoTimes)).toThrow(/no noise/);
  }
});

describe("an echo train", () => {
  const epg = (times: number[], options = {}) =>
    buildSignalModel({ name: "extended-phase-graph", noise, options }, Float64Array.from(times));

  test("is recognised when the first echoes are left out", () => {
    expect(epg([26.4, 39.6, 52.8]).drawnAbscissae()).toHaveLength(4);
  });

  test("takes its spacing from the user when only even echoes are used", () => {
    expect(epg([20, 40, 60], { echoSpacingMs: 10 }).drawnAbscissae()).toHaveLength(6);
  });

  test("refuses echo times that are no multiples of one spacing", () => {
    expect(() => epg([10, 20, 35])).toThrow(/20 ms is no multiple|35 ms is no multiple/);
    expect(() => epg([0, 10, 20])).toThrow(RangeError);
  });

  test("refuses a T1 that is none", () => {
    for (const t1Ms of [0, -5, Number.NaN]) {
      expect(() => epg([10, 20, 30], { t1Ms })).toThrow(/T1/);
    }
  });

  test("refuses a train too long to be one", () => {
    expect(() => epg([1, 2, 5000])).toThrow(/512/);
  });
});
