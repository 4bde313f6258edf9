import { describe, expect, test } from "vitest";
import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { readDiffusion } from "#shared/dicom/read-diffusion.ts";
import { diffusionRows } from "#shared/paravision/diffusion-rows.ts";
import {
  type MadeScan,
  makeScan,
  type RawTexts,
  rowValue,
  rowValues,
} from "../../phantom/raw-scan.ts";

/** Gradient axes of an axial slice: read along -x of ParaVision's subject, phase along -y, slice along z. */
const axial = "-1 0 0 0 -1 0 0 0 1";

/** b = 5 of the imaging gradients, b = 1005 along read and along (0, 0.6, 0.8). */
const weighted: RawTexts = {
  PVM_DwEffBval: "( 3 )\n5 1005 1005",
  PVM_DwBvalEach: "( 1 )\n1000",
  PVM_DwAoImages: "1",
  PVM_DwNDiffExp: "3",
  PVM_DwNDiffExpEach: "1",
  PVM_DwGradVec: "( 3, 3 )\n0 0 0 0.5 0 0 0 0.3 0.4",
  PVM_DwBMat: "( 3, 3, 3 )\n0 0 0 0 0 0 0 0 5 1000 0 0 0 0 0 0 0 5 0 0 0 0 360 480 0 480 645",
  PVM_SPackArrGradOrient: `( 1, 3, 3 )\n${axial}`,
};

function diffusionScan(
  method: RawTexts = {},
  visu: RawTexts = {},
  choices: { bValue?: "nominal" } = {},
): MadeScan {
  return makeScan(
    {
      VisuCoreFrameCount: "3",
      VisuFGOrderDesc: "( 1 )\n(3, <FG_DIFFUSION>, <diffusion>, 0, 0)",
      ...visu,
    },
    { method: { ...weighted, ...method } },
    choices,
  );
}

/** What our own reader finds in a file with the rows of a frame. */
function readBack({ scan }: MadeScan, frame: number) {
  const values = Object.fromEntries(
    diffusionRows.flatMap(({ keyword }) => {
      const value = rowValue(diffusionRows, keyword, scan, frame);
      return value === undefined ? [] : [[keyword, value]];
    }),
  );
  const plane = { orientation: [1, 0, 0, 0, 1, 0], imageType: ["ORIGINAL", "PRIMARY", "OTHER"] };
  return readDiffusion([], encodeAttributes(values), plane, () => undefined);
}

describe("diffusion weighting", () => {
  test("is read back by our own reader: effective b, direction and b-matrix in patient axes", () => {
    const made = diffusionScan();
    const [none, read, oblique] = [0, 1, 2].map((frame) => readBack(made, frame)!);
    expect(none!.bValue?.value).toBe(5);
    expect(none!.direction).toBeUndefined();
    expect(none!.bMatrix?.map((value) => value + 0)).toEqual([0, 0, 5, 0, 0, 0]);
    // P Gᵀ g: read runs along -x of the subject, which is +x (left) of the patient; phase along +y (posterior).
    expect(read!.direction!.map((value) => value + 0)).toEqual([1, 0, 0]);
    expect(read!.bMatrix).toEqual([1000, 0, 5, 0, 0, 0].map((value) => expect.closeTo(value, 9)));
    expect(oblique!.direction).toEqual([0, 0.6, 0.8].map((value) => expect.closeTo(value, 12)));
    expect(oblique!.bMatrix).toEqual(
      [0, 360, 645, 0, 0, 480].map((value) => expect.closeTo(value, 9)),
    );
    expect(oblique!.bValue?.value).toBe(1005);
  });

  test("says NONE without gradient, else BMATRIX, or DIRECTIONAL without a b-matrix", () => {
    const found = (made: MadeScan) =>
      rowValues(diffusionRows, "DiffusionDirectionality", made.scan);
    expect(found(diffusionScan())).toEqual(["NONE", "BMATRIX", "BMATRIX"]);
    const without = makeScan(
      { VisuCoreFrameCount: "3", VisuFGOrderDesc: "( 1 )\n(3, <FG_DIFFUSION>, <>, 0, 0)" },
      {
        method: Object.fromEntries(
          Object.entries(weighted).filter(([name]) => name !== "PVM_DwBMat"),
        ),
      },
    );
    expect(found(without)).toEqual(["NONE", "DIRECTIONAL", "DIRECTIONAL"]);
    expect(rowValues(diffusionRows, "MRDiffusionSequence", without.scan)).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  test("may be the nominal b: 0 without gradient", () => {
    const { scan } = diffusionScan({}, {}, { bValue: "nominal" });
    expect(rowValues(diffusionRows, "DiffusionBValue", scan)).toEqual([0, 1000, 1000]);
  });

  test("VisuAcqDiffusionBMatrix goes before the method's: it is in patient axes already", () => {
    const { scan } = diffusionScan(
      {},
      {
        VisuAcqDiffusionBMatrix:
          "( 3, 9 )\n1 0 0 0 2 0 0 0 2 900 0 0 0 0 0 0 0 105 0 0 0 0 360 480 0 480 645",
      },
    );
    const [item] = rowValue(diffusionRows, "MRDiffusionSequence", scan, 1) as [
      { DiffusionBMatrixSequence: [Record<string, number>] },
    ];
    expect(item.DiffusionBMatrixSequence[0]["DiffusionBValueXX"]).toBe(900);
  });

  test("ParaVision 5 calls the group FG_MOVIE", () => {
    const { scan } = diffusionScan(
      {},
      {
        VisuFGOrderDesc: "( 1 )\n(3, <FG_MOVIE>, <diffusion>, 0, 0)",
      },
    );
    expect(rowValues(diffusionRows, "DiffusionBValue", scan)).toEqual([5, 1005, 1005]);
  });

  test("ParaVision 5 repeats all experiments in one group: they start again, and a remark says so", () => {
    const movie = (count: number): RawTexts => ({
      VisuCoreFrameCount: String(2 * count),
      VisuFGOrderDesc: `( 2 )\n(2, <FG_SLICE>, <>, 0, 0) (${count}, <FG_MOVIE>, <>, 0, 0)`,
    });
    const valuesOf = ({ scan }: MadeScan) => rowValues(diffusionRows, "DiffusionBValue", scan);
    const once = valuesOf(diffusionScan({}, movie(3)));
    expect(once).toEqual([5, 5, 1005, 1005, 1005, 1005]);
    for (const method of [{}, { PVM_NRepetitions: "2" }]) {
      const made = diffusionScan(method, movie(6));
      expect(valuesOf(made)).toEqual([...once, ...once]);
      const directions = rowValues(diffusionRows, "DiffusionGradientOrientation", made.scan);
      expect(directions.slice(6)).toEqual(directions.slice(0, 6));
      expect(directions[4]).not.toEqual(directions[2]);
      expect(made.remarks.map(({ code, text }) => `${code}: ${text}`)).toEqual([
        "diffusion-repeated: 6 images of each slice, 3 diffusion experiments: they were taken to follow each other 2 times.",
      ]);
    }
  });

  test("experiments are not taken to be repeated where anything speaks against it", () => {
    const sixOf = (id: string): RawTexts => ({
      VisuCoreFrameCount: "6",
      VisuFGOrderDesc: `( 1 )\n(6, <${id}>, <>, 0, 0)`,
    });
    const five = { VisuCoreFrameCount: "5", VisuFGOrderDesc: "( 1 )\n(5, <FG_MOVIE>, <>, 0, 0)" };
    const matrices = (count: number) => `( ${count}, 9 )\n${"1 0 0 0 0 0 0 0 0 ".repeat(count)}`;
    const cases: readonly (readonly [RawTexts, RawTexts])[] = [
      [{ PVM_NRepetitions: "3" }, sixOf("FG_MOVIE")],
      [{}, sixOf("FG_DIFFUSION")],
      [{}, five],
      [{}, { ...sixOf("FG_MOVIE"), VisuAcqDiffusionBMatrix: matrices(2) }],
    ];
    for (const [method, visu] of cases) {
      const made = diffusionScan(method, visu);
      const values = rowValues(diffusionRows, "DiffusionBValue", made.scan);
      expect(new Set(values)).toEqual(new Set([undefined]));
      expect(new Set(made.remarks.map(({ code }) => code))).toEqual(
        new Set(["diffusion-count-mismatch"]),
      );
    }
    // visu_pars has a b-matrix of each image: it says more than the method.
    const told = { ...sixOf("FG_MOVIE"), VisuAcqDiffusionBMatrix: matrices(6) };
    const made = diffusionScan({}, told);
    expect(rowValues(diffusionRows, "DiffusionBValue", made.scan)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test("numbers that disagree give no direction, and a remark", () => {
    const { scan, remarks } = diffusionScan(
      {},
      {
        VisuCoreFrameCount: "4",
        VisuFGOrderDesc: "( 1 )\n(4, <FG_MOVIE>, <diffusion>, 0, 0)",
      },
    );
    for (const { keyword } of diffusionRows) {
      expect(rowValues(diffusionRows, keyword, scan)).toEqual(Array.from({ length: 4 }));
    }
    expect(remarks).toEqual([
      {
        code: "diffusion-count-mismatch",
        text: "3 diffusion experiments, 4 images of each slice.",
      },
    ]);
  });

  test("a method that contradicts itself leaves what visu_pars says", () => {
    const { scan, remarks } = diffusionScan(
      { PVM_DwNDiffExp: "7" },
      {
        VisuAcqDiffusionBMatrix:
          "( 3, 9 )\n0 0 0 0 0 0 0 0 5 1000 0 0 0 0 0 0 0 5 0 0 0 0 360 480 0 480 645",
      },
    );
    expect(rowValues(diffusionRows, "DiffusionBValue", scan)).toEqual([5, 1005, 1005]);
    expect(remarks.map(({ code }) => code)).toEqual(["diffusion-count-mismatch"]);
  });

  test("each of several slice packages has gradient axes of its own", () => {
    const { scan } = makeScan(
      {
        VisuCoreFrameCount: "6",
        VisuFGOrderDesc: "( 2 )\n(2, <FG_SLICE>, <>, 0, 2) (3, <FG_DIFFUSION>, <>, 2, 0)",
        VisuGroupDepVals: "( 2 )\n(<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0)",
        VisuCoreOrientation: "( 2, 9 )\n1 0 0 0 1 0 0 0 1 1 0 0 0 0 -1 0 1 0",
        VisuCorePosition: "( 2, 3 )\n-10 -10 0 -10 0 10",
        VisuCoreSlicePacksDef: "(0, 2)",
        VisuCoreSlicePacksSlices: "( 2 )\n(0, 1) (1, 1)",
      },
      {
        method: {
          ...weighted,
          PVM_SPackArrGradOrient: `( 2, 3, 3 )\n${axial} 0 0 1 0 -1 0 -1 0 0`,
        },
      },
    );
    const directions = rowValues(diffusionRows, "DiffusionGradientOrientation", scan);
    const plain = (direction: unknown) =>
      (direction as readonly number[]).map((value) => value + 0);
    expect(plain(directions[2])).toEqual([1, 0, 0]);
    // Read of the second package runs along z of the subject.
    expect(plain(directions[3])).toEqual([0, 0, 1]);
  });

  test("maps computed of a diffusion scan, and dynamic scans, have none", () => {
    const { scan } = diffusionScan(
      {},
      {
        VisuFGOrderDesc: "( 1 )\n(3, <FG_DTI>, <Generated Diffusion Tensor Images>, 0, 0)",
      },
    );
    expect(rowValue(diffusionRows, "DiffusionBValue", scan)).toBeUndefined();
    const movie = makeScan({
      VisuCoreFrameCount: "3",
      VisuFGOrderDesc: "( 1 )\n(3, <FG_MOVIE>, <>, 0, 0)",
    });
    expect(rowValue(diffusionRows, "DiffusionBValue", movie.scan)).toBeUndefined();
    expect(movie.remarks).toEqual([]);
  });
});
