import { describe, expect, test } from "vitest";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { encodeDicom, type Writing } from "#test/phantom/dicom-bytes.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import {
  diffusionFiles,
  encodeCsa,
  type Measurement,
  measurements,
  publicDiffusion,
  siemensDiffusion,
} from "#test/phantom/diffusion-images.ts";
import { enhancedDiffusion, vendors } from "#test/phantom/vendor-diffusion.ts";
import { readContent, refusal } from "./dicom-folder.ts";

const contrast = "DiffusionBValue";
const read = (files: Record<string, Uint8Array>) => readContent(files, { contrast });

/** The table of the phantom, ascending: b = 0, 500, then 1000 twice in the order of acquisition. */
function expectTable(series: SeriesVolume, source: string, upToSign = false): void {
  const { bValues, directions, acquisitionOrder, directionSource } = series.diffusion!;
  expect(bValues).toEqual([0, 500, 1000, 1000]);
  expect(series.axis.values).toEqual(bValues);
  expect(acquisitionOrder).toEqual([0, 3, 1, 2]);
  expect(directionSource).toBe(source);
  directions.forEach((direction, n) => {
    const { g } = measurements[acquisitionOrder[n]!]!;
    if (g === undefined) expect(direction).toBeUndefined();
    else {
      const inner = direction!.reduce((sum, value, axis) => sum + value * g[axis]!, 0);
      expect(upToSign ? Math.abs(inner) : inner).toBeCloseTo(1, 6);
    }
  });
  // The pixels go with their measurement.
  const perVolume = series.stored.length / 4;
  acquisitionOrder.forEach((place, n) => {
    expect(series.stored[n * perVolume]).toBe(1000 * (place + 1));
  });
}

describe("a diffusion series", () => {
  test.each(vendors.map((vendor) => ({ name: vendor[0], vendor })))(
    "of $name",
    async ({ vendor }) => {
      const [name, source, attributes, upToSign] = vendor;
      const series = await read(diffusionFiles(attributes));
      expectTable(series, source, upToSign);
      expect(series.warnings.map(({ code }) => code)).toEqual(
        name === "GE, phase encoding along rows" ? ["W-GRADIENT-FRAME"] : [],
      );
    },
  );

  test.each<Writing>(["implicit", "deflated", "big endian"])(
    "keeps its private attributes when it is written %s",
    async (writing) => {
      if (writing === "big endian") {
        // Pixels of the phantom are little-endian: only the header is looked at.
        const series = await read(diffusionFiles(siemensDiffusion, measurements, { writing }));
        expect(series.diffusion!.bValues).toEqual([0, 500, 1000, 1000]);
        expect(series.diffusion!.directions[1]).toEqual([1, 0, 0]);
        return;
      }
      expectTable(
        await read(diffusionFiles(siemensDiffusion, measurements, { writing })),
        "siemens:0019,100E",
      );
    },
  );

  /** xx, yy, zz, xy, xz, yz of a measurement with imaging gradients of 1, 2, 3 s/mm² along the axes. */
  const matrixOf = ({ b, g = [0, 0, 0] }: Measurement) => {
    const [x, y, z] = g as readonly [number, number, number];
    return [b * x * x + 1, b * y * y + 2, b * z * z + 3, b * x * y, b * x * z, b * y * z];
  };
  const standardMatrix = (elements: readonly number[]): Changes =>
    Object.fromEntries(
      ["00189602", "00189605", "00189607", "00189603", "00189604", "00189606"].map((tag, at) => [
        tag,
        ["FD", elements[at]!],
      ]),
    );
  const expected = () => [3, 1, 2].map((n) => matrixOf(measurements[n]!));

  test("has its b-matrices in the order xx, yy, zz, xy, xz, yz", async () => {
    const siemens = await read(
      diffusionFiles((m) => {
        const [xx, yy, zz, xy, xz, yz] = matrixOf(m);
        const stored = ["FD", [xx!, xy!, xz!, yy!, yz!, zz!]] as const;
        return { ...siemensDiffusion(m), ...(m.b > 0 && { "00191027": stored }) };
      }),
    );
    expect(siemens.diffusion!.bMatrices).toEqual([[0, 0, 0, 0, 0, 0], ...expected()]);
    const standard = await read(
      diffusionFiles((m) => ({ ...publicDiffusion(m), ...standardMatrix(matrixOf(m)) })),
    );
    expect(standard.diffusion!.bMatrices).toEqual([[1, 2, 3, 0, 0, 0], ...expected()]);
  });

  test("whose b-matrices do not go with its directions is read without them", async () => {
    const series = await read(
      diffusionFiles((m) => {
        const [xx, yy, zz, xy, xz, yz] = matrixOf(m);
        return { ...publicDiffusion(m), ...standardMatrix([xx!, xy!, xz!, yy!, yz!, zz!]) };
      }),
    );
    expect(series.diffusion!.bMatrices).toBeUndefined();
    expect(series.diffusion!.directions[1]).toEqual([1, 0, 0]);
    expect(series.warnings.map(({ code }) => code)).toEqual(["W-B-MATRIX"]);
  });

  test("with b-matrices alone has their main axes as directions", async () => {
    const series = await read(
      diffusionFiles(({ b, g = [0, 0, 0] }) => ({
        "00189087": ["FD", b],
        "00189602": ["FD", b * g[0]! * g[0]!],
        "00189603": ["FD", b * g[0]! * g[1]!],
        "00189604": ["FD", b * g[0]! * g[2]!],
        "00189605": ["FD", b * g[1]! * g[1]!],
        "00189606": ["FD", b * g[1]! * g[2]!],
        "00189607": ["FD", b * g[2]! * g[2]!],
      })),
    );
    expectTable(series, "dicom:0018,9602", true);
  });

  test.each([
    ["NaN", [Number.NaN, 0, 1]],
    ["two components", [0, 1]],
  ])("does not believe a direction of %s", async (_, vector) => {
    const series = await read(
      diffusionFiles((m) => ({
        ...publicDiffusion(m),
        ...(m.b === 500 && { "00189089": ["FD", vector] }),
      })),
    );
    // What has no direction among directions is left out as an average over them.
    expect(series.diffusion!.bValues).toEqual([0, 1000, 1000]);
    expect(series.warnings.map(({ code }) => code)).toEqual(["W-ISOTROPIC"]);
  });

  test("whose vectors carry the b-value in their length is refused", async () => {
    const error = await refusal(
      diffusionFiles((m) => ({
        ...publicDiffusion(m),
        "00189087": ["FD", m.b === 0 ? 0 : 1000],
        ...(m.b === 500 && { "00189089": ["FD", [Math.SQRT1_2, 0, 0]] }),
      })),
      { contrast },
    );
    expect(error).toMatchObject({
      code: "E-GRADIENT-LENGTH",
      message: expect.stringMatching(/IM03\.dcm|IM13\.dcm/),
    });
  });

  test.each([
    ["a CSA header that lies about its lengths", { length: 0x7fffffff, at: 16 + 84 + 4 }],
    ["a CSA header that claims many items", { length: 0xffffffff, at: 16 + 76 }],
  ])("with %s has no b-value", async (_, { length, at }) => {
    const csa = encodeCsa({ B_value: [1000] });
    csa.writeUInt32LE(length, at);
    const error = await refusal(
      diffusionFiles(() => ({
        "00080008": ["CS", "ORIGINAL\\PRIMARY\\DIFFUSION"],
        "00290010": ["LO", "SIEMENS CSA HEADER"],
        "00291010": ["OB", csa],
      })),
      { contrast },
    );
    expect(error.code).toBe("E-NO-BVALUE");
  });
});

describe("an Enhanced MR object", () => {
  test("has its weighting in the functional groups of its frames", async () => {
    const bytes = encodeDicom(
      enhancedDiffusion([1000, 0, 1000], [[0, 0, 1], undefined, [0, 1, 0]]),
    );
    const series = await read({ "e.dcm": bytes });
    expect(series.diffusion).toEqual({
      bValues: [0, 1000, 1000],
      directions: [undefined, [0, 0, 1], [0, 1, 0]],
      directionSource: "dicom:0018,9089",
      acquisitionOrder: [1, 0, 2],
    });
  });
});
