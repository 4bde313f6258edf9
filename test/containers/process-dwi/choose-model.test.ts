import { describe, expect, test } from "vitest";
import { parseArgv } from "#command-json/parse-argv.ts";
import { chooseModel } from "#containers/process-dwi/choose-model.ts";
import { chooseName } from "#containers/process-dwi/choose-name.ts";
import { command } from "#containers/process-dwi/command.ts";
import { selectImages } from "#containers/process-dwi/select-images.ts";
import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import { encodingOf, spreadDirections } from "#test/shared/volume/gradients.ts";

const known: NoiseChoice = { sigma: 12, source: "background" };

function choose(words: readonly string[], diffusion: DiffusionEncoding, noise = known) {
  const call = parseArgv(command, words);
  if (call.kind !== "run") throw new Error("not a run");
  const named = chooseName(call.options.model, diffusion);
  const images = selectImages(diffusion, named.name, call.options);
  return chooseModel(call.options, named, images, noise);
}

const trace = encodingOf(1, [10, 20, 50, 100, 200, 500, 1000], [undefined]);
const directed = encodingOf(2, [500, 1000], spreadDirections(8));

test("an ADC of single images is the expected-Rician fit when the noise is known", () => {
  const model = choose([], trace);
  expect(model.choice).toEqual({
    name: "diffusion-decay",
    options: { estimator: "nlls" },
    noise: { kind: "rician", sigma: 12 },
  });
  expect(model.fixed).toEqual({ noiseSigma: 12 });
  expect(model.title).toBe("ADC map");
  expect(model.sheet.equation).toContain("sigma");
});

test("an ADC of averages weighs each by its images", () => {
  const model = choose(["--model=adc"], directed);
  expect(model.choice).toEqual({
    name: "diffusion-decay",
    options: { estimator: "nlls", averaged: [2, 8, 8] },
    noise: { kind: "gaussian" },
  });
  expect(model.variant).toBe(
    "nonlinear least squares, geometric mean of the images of each b-value",
  );
});

test("an ADC by direction knows the direction of each image", () => {
  const few = encodingOf(1, [500], spreadDirections(3));
  const model = choose(["--directions=per-direction", "--fit=wls"], few);
  expect(model.choice).toMatchObject({
    name: "diffusion-directions",
    options: { estimator: "wls", directionOf: [-1, 0, 1, 2] },
  });
  expect(model.sheet.parameters.map(({ symbol }) => symbol)).toContain("dir3");
});

test("a tensor is fitted by weighted least squares to the b-matrices", () => {
  const model = choose([], directed);
  expect(model.choice).toMatchObject({ name: "diffusion-tensor", options: { estimator: "wls" } });
  expect(model.choice.name === "diffusion-tensor" && model.choice.options.bMatrices).toHaveLength(
    18,
  );
  expect(model.reason).toContain("8 gradient directions");
});

test.each([
  ["nlls", "nlls"],
  ["segmented", "segmented"],
])("IVIM by %s", (fit, method) => {
  const model = choose(["--model=ivim", `--fit=${fit}`, "--ivim-threshold=150"], trace);
  expect(model.choice).toMatchObject({ name: "ivim", options: { method, thresholdB: 150 } });
  expect(model.fixed).toEqual({ thresholdB: 150 });
});

test("kurtosis is made when it is asked for: of the trace, or of the tensor", () => {
  const shells = encodingOf(2, [1000, 2000], spreadDirections(20));
  const trace = choose(["--model=kurtosis"], shells);
  expect(trace.choice).toEqual({ name: "diffusion-kurtosis", noise: { kind: "gaussian" } });
  expect(trace.samples.bValues).toEqual([0, 1000, 2000]);
  expect(trace.title).toBe("Kurtosis maps");
  const tensor = choose(["--model=dki"], shells);
  expect(tensor.choice).toMatchObject({
    name: "diffusion-kurtosis-tensor",
    options: { estimator: "wls" },
  });
});

describe("warned of:", () => {
  const codes = (words: readonly string[], diffusion: DiffusionEncoding) =>
    choose(words, diffusion).warnings.map(({ code }) => code);

  test("no image of b = 0", () => {
    const without = encodingOf(0, [200, 500, 1000], [undefined]);
    expect(codes([], without)).toEqual(["W-NO-B0"]);
    expect(choose([], without).warnings[0]?.text).toContain("the lowest is 200 s/mm²");
  });

  test("but not of b = 0 left out on purpose", () => {
    expect(codes(["--bmin=50"], trace)).toEqual([]);
  });

  test("as many samples as parameters", () => {
    expect(codes([], encodingOf(1, [1000], [undefined]))).toEqual(["W-NO-ERRORS"]);
    expect(codes([], encodingOf(1, [1000], spreadDirections(6)))).toEqual(["W-NO-ERRORS"]);
    expect(codes([], encodingOf(2, [1000], spreadDirections(6)))).toEqual([]);
  });
});

test("a fit that does not go with the solver is refused", () => {
  expect(() => choose(["--solver=reference"], directed)).toThrow(
    expect.objectContaining({ code: "E-FIT-LIMITS", exitCode: 2 }),
  );
});
