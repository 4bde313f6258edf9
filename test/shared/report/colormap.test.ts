import { describe, expect, test } from "vitest";
import {
  type ColormapName,
  hexColour,
  makeColormap,
  statusColour,
} from "#shared/report/colormap.ts";

/** Lightness, a, b of OKLab for linear sRGB 0 to 1 (B. Ottosson 2020), the other way round than the source. */
function toOklab([r, g, b]: readonly number[]): [number, number, number] {
  const l = Math.cbrt(0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!);
  const m = Math.cbrt(0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!);
  const s = Math.cbrt(0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toLinear(colour: readonly number[]): number[] {
  return colour.map((c) => (c <= 10.31475 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
}

function lightnessOf(name: ColormapName): number[] {
  const colours = makeColormap(name);
  return Array.from(
    { length: 256 },
    (_, n) => toOklab(toLinear([...colours.subarray(n * 3, n * 3 + 3)]))[0],
  );
}

describe("the colour scales", () => {
  test("viridis is matplotlib's, within 5 of 255 at its published anchors", () => {
    // matplotlib 3.8, viridis(0, 0.25, 0.5, 0.75, 1).
    const anchors: [number, number[]][] = [
      [0, [0x44, 0x01, 0x54]],
      [64, [0x3b, 0x52, 0x8b]],
      [128, [0x21, 0x91, 0x8c]],
      [191, [0x5e, 0xc9, 0x62]],
      [255, [0xfd, 0xe7, 0x25]],
    ];
    const colours = makeColormap("viridis");
    for (const [n, truth] of anchors) {
      for (let c = 0; c < 3; c++) {
        expect(Math.abs(colours[n * 3 + c]! - truth[c]!)).toBeLessThanOrEqual(5);
      }
    }
  });

  test.each(["viridis", "ember", "tide", "grey"] as const)(
    "%s grows lighter from end to end",
    (name) => {
      const lightness = lightnessOf(name);
      for (let n = 4; n < 256; n += 4) expect(lightness[n]!).toBeGreaterThan(lightness[n - 4]!);
      expect(lightness[255]! - lightness[0]!).toBeGreaterThan(0.5);
    },
  );

  test.each(["ember", "tide"] as const)("%s: equal steps are equal steps of lightness", (name) => {
    const lightness = lightnessOf(name);
    const step = (lightness[255]! - lightness[0]!) / 255;
    for (let n = 0; n < 256; n++) {
      expect(Math.abs(lightness[n]! - lightness[0]! - n * step)).toBeLessThan(0.03);
    }
  });

  test("balance is palest in the middle and equally dark at both ends", () => {
    const lightness = lightnessOf("balance");
    expect(Math.max(...lightness)).toBeCloseTo(lightness[127]!, 2);
    expect(Math.abs(lightness[0]! - lightness[255]!)).toBeLessThan(0.03);
  });

  test("colours are written as six hexadecimal digits", () => {
    expect(hexColour(makeColormap("grey"), 10)).toBe("#0a0a0a");
  });
});

// Simulation of complete colour blindness: Machado, Oliveira, Fernandes, IEEE Trans Vis Comput Graph
// 2009;15:1291, severity 1.0, on linear sRGB.
const blindness = {
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  deutan: [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
  tritan: [
    1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
  ],
};

describe("the colours of status codes", () => {
  test.each(Object.entries(blindness))("codes 1 to 8 can be told apart: %s", (_, matrix) => {
    const seen = [1, 2, 3, 4, 5, 6, 7, 8].map((code) => {
      const linear = toLinear(statusColour(code));
      const simulated = [0, 3, 6].map((row) =>
        Math.max(
          0,
          matrix[row]! * linear[0]! + matrix[row + 1]! * linear[1]! + matrix[row + 2]! * linear[2]!,
        ),
      );
      return toOklab(simulated);
    });
    for (const [n, a] of seen.entries()) {
      for (const [m, b] of seen.entries()) {
        if (m <= n) continue;
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance, `codes ${n + 1} and ${m + 1}`).toBeGreaterThan(0.08);
      }
    }
  });

  test("any code has a colour", () => {
    for (let code = 1; code < 256; code++) expect(statusColour(code)).toHaveLength(3);
  });
});
