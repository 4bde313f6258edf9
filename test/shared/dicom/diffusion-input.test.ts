import { describe, expect, test } from "vitest";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import {
  diffusionFiles,
  type Measurement,
  measurements,
  publicDiffusion,
} from "#test/phantom/diffusion-images.ts";
import { readContent, refusal } from "./dicom-folder.ts";

const contrast = "DiffusionBValue";
const codes = (series: { warnings: readonly { code: string }[] }) =>
  series.warnings.map(({ code }) => code);

const given = (bValues: readonly number[], override = false): GivenDiffusion => ({
  bValues,
  source: "user",
  directionSource: "none",
  override,
  warnings: [],
});

describe("averages over directions", () => {
  const trace: Measurement = { b: 1000, g: undefined };

  test("among single directions are left out, with or without the attribute that says so", async () => {
    for (const said of [true, false]) {
      const files = diffusionFiles(
        (m) => ({
          ...publicDiffusion(m),
          ...(said && m === trace && { "00189075": ["CS", "ISOTROPIC"] }),
        }),
        [...measurements, trace],
      );
      const series = await readContent(files, { contrast });
      expect(series.diffusion!.bValues).toEqual([0, 500, 1000, 1000]);
      expect(series.diffusion!.directions.filter((one) => one !== undefined)).toHaveLength(3);
      expect(codes(series)).toEqual(["W-ISOTROPIC"]);
    }
  });

  test("alone are a series of their own, without directions", async () => {
    const series = await readContent(
      diffusionFiles(
        (m) => ({ ...publicDiffusion(m), "00189075": ["CS", m.b === 0 ? "NONE" : "ISOTROPIC"] }),
        [{ b: 0, g: undefined }, { b: 500, g: [1, 0, 0] }, trace],
      ),
      { contrast },
    );
    expect(series.diffusion).toMatchObject({
      bValues: [0, 500, 1000],
      directions: [undefined, undefined, undefined],
    });
    expect(codes(series)).toEqual([]);
  });
});

describe("images without gradient", () => {
  test("have no direction at b = 0, and keep one at a small b", async () => {
    const series = await readContent(
      diffusionFiles(
        (m) => ({ ...publicDiffusion(m), "00189089": ["FD", m.g ?? [0.6, 0.8, 0]] }),
        [
          { b: 0, g: undefined },
          { b: 0.001, g: undefined },
          { b: 1000, g: [1, 0, 0] },
        ],
      ),
      { contrast },
    );
    expect(series.diffusion!.directions).toEqual([undefined, [0.6, 0.8, 0], [1, 0, 0]]);
  });
});

describe("the rectangle of slices and measurements", () => {
  test("lacks an image when a slice has another direction", async () => {
    const files = diffusionFiles((m, n, k) => ({
      ...publicDiffusion(m),
      ...(n === 1 && k === 1 && { "00189089": ["FD", [0, 1, 0]] }),
    }));
    expect((await refusal(files, { contrast })).code).toBe("E-RECTANGLE");
  });

  const repeated = [...measurements, ...measurements];

  test("repeats of one measurement are told apart by acquisition number", async () => {
    const series = await readContent(
      diffusionFiles(
        (m, n) => ({ ...publicDiffusion(m), "00200012": ["IS", String(n)] }),
        repeated,
      ),
      { contrast },
    );
    expect(series.diffusion!.bValues).toEqual([0, 0, 500, 500, 1000, 1000, 1000, 1000]);
    expect(series.diffusion!.acquisitionOrder).toEqual([0, 4, 3, 7, 1, 2, 5, 6]);
    const perVolume = series.stored.length / 8;
    series.diffusion!.acquisitionOrder.forEach((place, n) => {
      expect(series.stored[n * perVolume]).toBe(1000 * (place + 1));
    });
  });

  test("repeats may differ in the instance number alone, as those of GE do", async () => {
    const series = await readContent(diffusionFiles(publicDiffusion, repeated), { contrast });
    expect(series.diffusion!.acquisitionOrder).toEqual([0, 4, 3, 7, 1, 2, 5, 6]);
  });

  test("repeats that nothing tells apart are refused", async () => {
    const files = diffusionFiles(
      (m) => ({ ...publicDiffusion(m), "00200013": ["IS", "1"] }),
      repeated,
    );
    expect(await refusal(files, { contrast })).toMatchObject({ code: "E-DUPLICATE" });
  });
});

describe("a series that carries no b-value", () => {
  const bare = diffusionFiles(() => ({}));

  test("is refused, and the message says where b-values may come from", async () => {
    expect(await refusal(bare, { contrast })).toMatchObject({
      code: "E-NO-BVALUE",
      message: expect.stringMatching(/No b-value in 8 images.*--bvals FILE.*method/),
    });
  });

  test("is refused with the program that was meant when something else varies", async () => {
    const echoes = diffusionFiles((_, n) => ({ "00180081": ["DS", String(10 * (n + 1))] }));
    expect(await refusal(echoes, { contrast })).toMatchObject({
      message: expect.stringMatching(
        /What varies is EchoTime \(\d values\)\. Did you mean process-t2/,
      ),
    });
  });

  test("takes given ones in the order of acquisition", async () => {
    const series = await readContent(bare, { contrast, given: given([700, 0, 700, 350]) });
    expect(series.diffusion).toEqual({
      bValues: [0, 350, 700, 700],
      directions: [undefined, undefined, undefined, undefined],
      directionSource: "none",
      acquisitionOrder: [1, 3, 0, 2],
    });
    expect(series.axis.source).toBe("user");
    const perVolume = series.stored.length / 4;
    expect([0, 1, 2, 3].map((n) => series.stored[n * perVolume])).toEqual([2000, 4000, 1000, 3000]);
  });

  test("takes those that are found beside it", async () => {
    const warning = { code: "W-ADC", text: "." };
    const series = await readContent(bare, {
      contrast,
      findDiffusion: async (_files, uids) => {
        expect(uids).toEqual(["1.2.3.5"]);
        return { ...given([0, 1, 2, 3]), source: "paravision:x", warnings: [warning] };
      },
    });
    expect(series.axis).toMatchObject({ values: [0, 1, 2, 3], source: "paravision:x" });
    expect(series.warnings).toContainEqual(warning);
  });

  test("is refused when nothing tells the order of its images", async () => {
    const unordered = diffusionFiles(() => ({ "00200013": ["IS", "1"] }));
    const error = await refusal(unordered, { contrast, given: given([0, 1, 2, 3]) });
    expect(error).toMatchObject({
      code: "E-B-ORDER",
      message: expect.stringContaining("8 images"),
    });
  });

  test.each([[[0, 1000]], [[0, 1, 2, 3, 4]]])(
    "refuses another number of them: %j",
    async (list) => {
      const error = await refusal(bare, { contrast, given: given(list) });
      expect(error).toMatchObject({ code: "E-B-COUNT", tag: "usage" });
    },
  );

  test("refuses given ones that are all equal, or too few", async () => {
    const equal = await refusal(bare, { contrast, given: given([5, 5, 5, 5]) });
    expect(equal.code).toBe("E-B-CONSTANT");
    const few = await refusal(bare, { contrast, given: given([0, 5, 5, 5]), atLeast: 3 });
    expect(few.code).toBe("E-FEW");
  });
});

describe("given b-values for images that have their own", () => {
  const files = diffusionFiles(publicDiffusion);

  test("may differ by 1 %", async () => {
    const series = await readContent(files, { contrast, given: given([0, 1009, 995, 500]) });
    expect(series.diffusion!.bValues).toEqual([0, 500, 995, 1009]);
    // The directions are still those of the images.
    expect(series.diffusion!.directions[1]).toEqual([1, 0, 0]);
    expect(series.diffusion!.acquisitionOrder).toEqual([0, 3, 2, 1]);
  });

  test("that differ by more are refused, unless they are to win", async () => {
    const table = [0, 1000, 1000, 600];
    expect(await refusal(files, { contrast, given: given(table) })).toMatchObject({
      code: "E-B-MISMATCH",
      message: expect.stringMatching(/b 600 s\/mm².*say 500.*image 4.*--override bvals/),
    });
    const series = await readContent(files, { contrast, given: given(table, true) });
    expect(series.diffusion!.bValues).toEqual([0, 600, 1000, 1000]);
  });

  test("bring their own directions and b-matrices", async () => {
    const series = await readContent(files, {
      contrast,
      given: {
        ...given([0, 1000, 1000, 500]),
        directions: (grid) => [undefined, [1, 0, 0], [0, 1, 0], [0, 0, grid.shape[2] / 2]],
        bMatrices: [
          [0, 0, 0, 0, 0, 0],
          [1000, 1, 2, 0, 0, 0],
          [1, 1000, 2, 0, 0, 0],
          [1, 2, 500, 0, 0, 0],
        ],
        nominalBValues: [0, 900, 901, 400],
        directionSource: "user",
      },
    });
    expect(series.diffusion).toMatchObject({
      directions: [undefined, [0, 0, 1], [1, 0, 0], [0, 1, 0]],
      nominalBValues: [0, 400, 900, 901],
      directionSource: "user",
    });
    expect(series.diffusion!.bMatrices!.map(([, , zz]) => zz)).toEqual([0, 500, 2, 2]);
  });
});

describe("ParaVision's own export", () => {
  const bruker = diffusionFiles((m) => ({
    ...publicDiffusion(m),
    "00080070": ["LO", "Bruker BioSpin MRI GmbH"],
  }));

  test("is marked, because its directions may lie along the axes of the slices", async () => {
    expect(codes(await readContent(bruker, { contrast }))).toEqual(["W-GRADIENT-FRAME"]);
  });

  test("is believed when mri2dicom made it, by whatever it is read", async () => {
    const converted = (model: string) =>
      diffusionFiles((m) => ({
        ...publicDiffusion(m),
        "00080070": ["LO", "Bruker BioSpin MRI GmbH"],
        "0018A001": [
          "SQ",
          [
            [
              ["00080070", "LO", "XNAT-PIC"],
              ["00081090", "LO", model],
            ],
          ],
        ],
      }));
    expect(codes(await readContent(converted("mri2dicom"), { contrast }))).toEqual([]);
    expect(codes(await readContent(converted("other"), { contrast }))).toEqual([
      "W-GRADIENT-FRAME",
    ]);
  });

  test("gives way to the scan's parameter files", async () => {
    const series = await readContent(bruker, {
      contrast,
      findDiffusion: async () => ({
        ...given([25, 1020, 1020, 520]),
        directions: () => [undefined, [0, 0, 1], [0, 1, 0], [1, 0, 0]],
        directionSource: "paravision:PVM_DwGradVec",
      }),
    });
    expect(series.diffusion).toMatchObject({
      bValues: [25, 520, 1020, 1020],
      directionSource: "paravision:PVM_DwGradVec",
    });
    expect(codes(series)).toEqual([]);
  });
});
