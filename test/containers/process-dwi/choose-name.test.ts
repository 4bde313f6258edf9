import { describe, expect, test } from "vitest";
import { chooseName, countDirections } from "#containers/process-dwi/choose-name.ts";
import { encodingOf, spreadDirections } from "#test/shared/volume/gradients.ts";

describe("--model auto", () => {
  test("is the tensor from six directions and b = 0 on, and says why", () => {
    const model = chooseName("auto", encodingOf(1, [1000], spreadDirections(6)));
    expect(model).toEqual({
      name: "dti",
      reason: "tensor, because the images have 6 gradient directions",
    });
  });

  test("is the ADC of images without directions", () => {
    const model = chooseName("auto", encodingOf(1, [500, 1000], [undefined]));
    expect(model).toEqual({ name: "adc", reason: "ADC, because the images have no directions" });
  });

  test("is the ADC of three directions", () => {
    const model = chooseName("auto", encodingOf(1, [500], spreadDirections(3)));
    expect(model.name).toBe("adc");
    expect(model.reason).toContain("a tensor needs 6 directions and there are 3");
  });

  test("is the ADC where six directions lie badly, or b = 0 is missing", () => {
    const plane = spreadDirections(12).map(([x, y]) => {
      const length = Math.hypot(x, y);
      return [x / length, y / length, 0] as const;
    });
    for (const encoding of [
      encodingOf(1, [1000], plane),
      encodingOf(0, [1000], spreadDirections(12)),
    ]) {
      const model = chooseName("auto", encoding);
      expect(model.name).toBe("adc");
      expect(model.reason).toContain("do not determine a tensor");
    }
  });

  test("never is kurtosis or IVIM, but says when the shells allow kurtosis", () => {
    const two = chooseName("auto", encodingOf(2, [1000, 2000], spreadDirections(20)));
    expect(two.name).toBe("dti");
    expect(two.reason).toContain("they allow --model dki");
    const low = chooseName("auto", encodingOf(2, [300, 600], spreadDirections(20)));
    expect(low.reason).not.toContain("dki");
    const ivim = encodingOf(1, [10, 20, 50, 100, 200, 400, 800], [undefined]);
    expect(chooseName("auto", ivim).name).toBe("adc");
  });
});

test("a model named by the user stays, whatever the images are", () => {
  const model = chooseName("ivim", encodingOf(1, [1000], spreadDirections(6)));
  expect(model).toEqual({ name: "ivim", reason: "model chosen by the user" });
});

test("averages over directions among the images count for no tensor", () => {
  const encoding = encodingOf(1, [1000], [...spreadDirections(3), undefined]);
  expect(countDirections(encoding)).toEqual({ found: 3, directed: [0, 1, 2, 3] });
});
