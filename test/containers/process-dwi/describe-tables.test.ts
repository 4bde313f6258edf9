import { describe, expect, test } from "vitest";
import type { ChosenModel } from "#containers/process-dwi/choose-model.ts";
import { describeTables } from "#containers/process-dwi/describe-tables.ts";
import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import { findShells } from "#shared/volume/diffusion-shells.ts";
import type { DiffusionEncoding, SeriesVolume } from "#shared/volume/series-volume.ts";
import { encodingOf, spreadDirections } from "#test/shared/volume/gradients.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";

const diffusion = encodingOf(2, [1000, 2000], spreadDirections(6));

function tablesOf(
  name: string,
  changes: { diffusion?: DiffusionEncoding; images?: readonly number[]; averaged?: boolean } = {},
  fit: Partial<VolumeFit> = {},
) {
  const encoding = changes.diffusion ?? diffusion;
  const plain = seriesOf(new Float32Array(encoding.bValues.length), [1, 1, 1], 1);
  const axis = { ...plain.axis, values: encoding.bValues, source: "dicom:0018,9087" };
  const images = changes.images ?? encoding.bValues.map((_, index) => index);
  const averaged = changes.averaged ? findShells(encoding, images) : undefined;
  const model = {
    choice: { name },
    samples: { images, averaged, bValues: images.map((index) => encoding.bValues[index]!) },
  } as unknown as ChosenModel;
  const series: SeriesVolume = { ...plain, axis };
  return describeTables(series, encoding, model, fit as VolumeFit);
}

describe("the table of b-values", () => {
  test("has a row for each shell, with its images, directions and what was fitted", () => {
    const [shells] = tablesOf("diffusion-decay", { images: [0, 1, 2, 3, 4, 5, 6, 7] });
    expect(shells!.rows).toEqual([
      ["0", "2", "", "all"],
      ["1000", "6", "6", "all"],
      ["2000", "6", "6", "none"],
    ]);
    expect(shells!.text).toContain("b-values from (0018,9087) DiffusionBValue");
    expect(shells!.text).toContain("the fit uses each as it is");
  });

  test("says when the rows were averaged, and keeps the range of effective values beside the nominal", () => {
    const effective = diffusion.bValues.map((b, n) => b + (b > 0 ? n : 24.7));
    const encoding = { ...diffusion, bValues: effective, nominalBValues: diffusion.bValues };
    const [shells] = tablesOf("diffusion-decay", { diffusion: encoding, averaged: true });
    expect(shells!.rows[0]).toEqual(["24.7", "0", "2", "", "all"]);
    expect(shells!.rows[1]).toEqual(["1002 to 1007", "1000", "6", "6", "all"]);
    expect(shells!.text).toContain("geometric mean of each row");
  });

  test("of images without directions names no source of directions", () => {
    const [shells] = tablesOf("ivim", { diffusion: encodingOf(1, [100, 500], [undefined]) });
    expect(shells!.text).not.toContain("directions from");
  });
});

test("an ADC comes with what change of it is real", () => {
  const titles = tablesOf("diffusion-decay").map(({ title }) => title);
  expect(titles).toEqual(["b-values and directions", "What change is real"]);
});

test("a tensor comes with the number of voxels with a negative eigenvalue", () => {
  const tally = { outside: 100, "lower-bound": 30 } as VolumeFit["tally"];
  const [, negative] = tablesOf("diffusion-tensor", {}, { tally, status: new Uint8Array(1100) });
  expect(negative!.rows).toEqual([["30", "3.0\u00a0%"]]);
});

test("kurtosis comes with the largest b D K / 3 of its valid voxels, and how many are beyond the model", () => {
  const parameter = (symbol: string, ...samples: readonly number[]) => [
    symbol,
    { symbol, unit: "1", samples: Float32Array.from(samples), standardErrors: undefined },
  ];
  const parameters = new Map([
    parameter("D", 1e-3, 1e-3, 1e-3, Number.NaN),
    parameter("K", 0.6, 1.8, 9, Number.NaN),
  ] as never) as VolumeFit["parameters"];
  // The third voxel is flagged, the fourth outside.
  const status = Uint8Array.of(1, 1, 8, 0);
  const [, validity] = tablesOf("diffusion-kurtosis", {}, { parameters, status });
  expect(validity!.title).toBe("Range of the kurtosis model");
  expect(validity!.rows).toEqual([["1.20", "1 of 2"]]);
});
