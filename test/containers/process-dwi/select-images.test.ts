import { describe, expect, test } from "vitest";
import type { ModelName } from "#containers/process-dwi/choose-name.ts";
import { selectImages } from "#containers/process-dwi/select-images.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import { encodingOf } from "#test/shared/volume/gradients.ts";

interface Wish {
  readonly bmin?: number;
  readonly bmax?: number;
  readonly b0?: "auto" | "keep" | "drop";
  readonly model?: ModelName;
}

const several = encodingOf(2, [50, 200, 500, 1000], [undefined]);

function select(wish: Wish, diffusion: DiffusionEncoding = several): readonly number[] {
  const { bmin = 0, bmax, b0 = "auto", model = "adc" } = wish;
  const { contrasts } = selectImages(diffusion, model, { bmin, bmax, b0 });
  return contrasts.map((index) => diffusion.bValues[index]!);
}

test.each<[string, Wish, readonly number[]]>([
  ["all by default", {}, [0, 0, 50, 200, 500, 1000]],
  ["up to --bmax", { bmax: 500 }, [0, 0, 50, 200, 500]],
  ["from --bmin on, for an ADC without perfusion", { bmin: 150 }, [200, 500, 1000]],
  ["and for kurtosis", { bmin: 150, model: "kurtosis" }, [200, 500, 1000]],
  ["b = 0 stays for a tensor", { bmin: 150, model: "dti" }, [0, 0, 200, 500, 1000]],
  ["b = 0 stays when asked to", { bmin: 150, b0: "keep" }, [0, 0, 200, 500, 1000]],
  ["b = 0 goes when asked to", { b0: "drop", model: "dti" }, [50, 200, 500, 1000]],
])("%s", (_, wish, expected) => {
  expect(select(wish)).toEqual(expected);
});

test("it is known when b = 0 was left out, and when there is none", () => {
  const options = { bmin: 0, bmax: undefined, b0: "drop" } as const;
  expect(selectImages(several, "adc", options).droppedB0).toBe(true);
  const without = encodingOf(0, [200, 500], [undefined]);
  expect(selectImages(without, "adc", options).droppedB0).toBe(false);
});

describe("refused with what to do:", () => {
  const refusal = (code: string, exitCode: number) => expect.objectContaining({ code, exitCode });

  test("options that leave one b-value, or none", () => {
    const one = () => select({ bmin: 600 });
    expect(one).toThrow(refusal("E-B-RANGE", 2));
    expect(one).toThrow(/leave one b-value of 5 \(0, 50, 200, 500, 1000 s\/mm²\).*--bmin/);
    expect(() => select({ bmin: 5000 })).toThrow(/leave no b-value of 5/);
  });

  test.each([
    ["ms/µm²", [0.5, 1, 2], /up to 2 s\/mm²: too little.*multiply by 1000.*--override bvals/],
    ["s/m²", [5e8, 1e9], /no scanner reaches that.*divide by 1 000 000/],
  ])("b-values in %s", (_, bValues, says) => {
    const run = () => select({}, encodingOf(1, bValues, [undefined]));
    expect(run).toThrow(refusal("E-B-UNIT", 3));
    expect(run).toThrow(says);
  });
});
