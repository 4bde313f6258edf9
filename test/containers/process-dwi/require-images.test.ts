import { describe, expect, test } from "vitest";
import type { ModelName } from "#containers/process-dwi/choose-name.ts";
import { requireImages } from "#containers/process-dwi/require-images.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import { encodingOf, spreadDirections } from "#test/shared/volume/gradients.ts";

function require(model: ModelName, diffusion: DiffusionEncoding, threshold = 200): void {
  const images = diffusion.bValues.map((_, index) => index);
  requireImages(model, diffusion, images, threshold);
}

const refusal = (code: string) => expect.objectContaining({ code, exitCode: 3 });

test.each<[ModelName, DiffusionEncoding]>([
  ["adc", encodingOf(0, [500, 1000], [undefined])],
  ["dti", encodingOf(1, [1000], spreadDirections(6))],
  ["dki", encodingOf(1, [1000, 2000], spreadDirections(15))],
  ["kurtosis", encodingOf(1, [1000, 2000], [undefined])],
  ["ivim", encodingOf(1, [20, 50, 100, 200, 800], [undefined])],
])("the least that %s needs is enough", (model, diffusion) => {
  expect(() => require(model, diffusion)).not.toThrow();
});

describe("refused with what to do:", () => {
  test("kurtosis of two b-values", () => {
    const run = () => require("kurtosis", encodingOf(2, [1000], spreadDirections(30)));
    expect(run).toThrow(refusal("E-FEW"));
    expect(run).toThrow(/at least 3 b-values; 2 found \(0, 1000 s\/mm²\).*--model adc/);
  });

  test("b-values that differ by a percent are one", () => {
    expect(() => require("adc", encodingOf(0, [995, 1000, 1004], [undefined]))).toThrow(
      refusal("E-FEW"),
    );
  });

  test("a tensor of five directions, with what was found and is needed", () => {
    const run = () => require("dti", encodingOf(1, [1000], spreadDirections(5)));
    expect(run).toThrow(refusal("E-FEW-DIRECTIONS"));
    expect(run).toThrow(
      /6 images determine 6 of the 7 unknowns.*at least 6 directions.*--model adc/,
    );
  });

  test("a tensor without b = 0 is told that it is missing", () => {
    const coplanar = encodingOf(
      0,
      [500, 1000],
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    );
    expect(() => require("dti", coplanar)).toThrow(/no image of b = 0 is used/);
  });

  test("a kurtosis tensor of twelve directions", () => {
    const run = () => require("dki", encodingOf(1, [1000, 2000], spreadDirections(12)));
    expect(run).toThrow(refusal("E-FEW-DIRECTIONS"));
    expect(run).toThrow(/of the 22 unknowns.*Use --model dti or kurtosis/);
  });

  test("IVIM with too few b-values on either side of its threshold", () => {
    const high = () => require("ivim", encodingOf(1, [50, 300, 600, 900], [undefined]));
    expect(high).toThrow(refusal("E-FEW"));
    expect(high).toThrow(/4 b-values below.*the scan has 2 and 3.*--bmin 150/);
    expect(() => require("ivim", encodingOf(1, [10, 20, 40, 80, 300], [undefined]))).toThrow(
      refusal("E-FEW"),
    );
  });
});
