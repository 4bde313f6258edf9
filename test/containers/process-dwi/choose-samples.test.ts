import { describe, expect, test } from "vitest";
import type { ModelName } from "#containers/process-dwi/choose-name.ts";
import { chooseSamples } from "#containers/process-dwi/choose-samples.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import { encodingOf, spreadDirections } from "#test/shared/volume/gradients.ts";

type Directions = Parameters<typeof chooseSamples>[1];

function choose(model: ModelName, option: Directions, diffusion: DiffusionEncoding) {
  const contrasts = diffusion.bValues.map((_, index) => index);
  return chooseSamples(model, option, { diffusion, contrasts, droppedB0: false });
}

const scheme = encodingOf(2, [500, 1000], spreadDirections(3));

describe("the ADC", () => {
  test("is fitted to one average for each b-value", () => {
    const samples = choose("adc", "geometric-mean", scheme);
    expect(samples.averaged?.map(({ contrasts }) => contrasts)).toEqual([
      [0, 1],
      [2, 3, 4],
      [5, 6, 7],
    ]);
    expect(samples.bValues).toEqual([0, 500, 1000]);
  });

  test("needs no average when each b-value has one image", () => {
    const samples = choose("adc", "geometric-mean", encodingOf(1, [500, 1000], [undefined]));
    expect(samples).toMatchObject({ averaged: undefined, images: [0, 1, 2], handling: "" });
  });

  test("is fitted to all images at once with --directions joint", () => {
    const samples = choose("adc", "joint", scheme);
    expect(samples).toMatchObject({ averaged: undefined, images: [0, 1, 2, 3, 4, 5, 6, 7] });
  });

  test("is told apart by direction, b-values sharing theirs", () => {
    const samples = choose("adc", "per-direction", scheme);
    expect(samples.directionOf).toEqual([-1, -1, 0, 1, 2, 0, 1, 2]);
    expect(samples.handling).toContain("3 directions");
  });
});

describe("a tensor", () => {
  test("is fitted to single images, whatever --directions says", () => {
    const samples = choose("dti", "geometric-mean", encodingOf(1, [1000], spreadDirections(6)));
    expect(samples).toMatchObject({ averaged: undefined, images: [0, 1, 2, 3, 4, 5, 6] });
    expect(samples.warnings).toEqual([]);
  });

  test("leaves averages over directions out, and says so", () => {
    const mixed = encodingOf(1, [1000], [...spreadDirections(6), undefined]);
    const samples = choose("dti", "geometric-mean", mixed);
    expect(samples.images).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(samples.warnings.map(({ code }) => code)).toEqual(["W-ISOTROPIC"]);
  });
});

describe("refused with what to do:", () => {
  const trace = encodingOf(1, [500, 1000], [undefined]);

  test.each<[ModelName, Directions]>([
    ["dti", "geometric-mean"],
    ["dki", "geometric-mean"],
    ["adc", "per-direction"],
  ])("%s, %s without directions", (model, option) => {
    const run = () => choose(model, option, trace);
    expect(run).toThrow(expect.objectContaining({ code: "E-NO-DIRECTIONS", exitCode: 3 }));
    expect(run).toThrow(/none of the 2 diffusion-weighted images.*--bvecs FILE/);
  });

  test("directions told apart by a model that cannot", () => {
    const run = () => choose("ivim", "per-direction", scheme);
    expect(run).toThrow(expect.objectContaining({ code: "E-MODEL", exitCode: 2 }));
  });
});
