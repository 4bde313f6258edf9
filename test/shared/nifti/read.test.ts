import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProgramError } from "#shared/errors.ts";
import { encodeHeader, type NiftiHeader } from "#shared/nifti/header.ts";
import { parseNiftiHeader } from "#shared/nifti/read.ts";
import { lpsToRas } from "#shared/volume/grid.ts";

const header: NiftiHeader = {
  shape: [6, 5, 4],
  datatype: "int16",
  affineRas: [0, -0.3, 0, 3, 0.2, 0, 0, 4, 0, 0, 1.5, 5, 0, 0, 0, 1],
  description: "",
  calMin: 0,
  calMax: 0,
};

type Edit = (view: DataView, bytes: Uint8Array) => void;

/** A sound NIfTI-1 header with some bytes changed. */
function headerWith(edit: Edit = () => {}): Uint8Array {
  const bytes = encodeHeader(header);
  edit(new DataView(bytes.buffer), bytes);
  return bytes;
}

const parse = (edit?: Edit) => parseNiftiHeader(headerWith(edit), "a.nii");
const setDims =
  (...dims: number[]): Edit =>
  (view) =>
    dims.forEach((size, n) => {
      view.setInt16(40 + 2 * n, size, true);
    });

describe("parseNiftiHeader", () => {
  test("reads what the writer states", () => {
    const parsed = parse();
    expect(parsed).toMatchObject({
      volumes: 1,
      datatype: "int16",
      littleEndian: true,
      slope: 1,
      intercept: 0,
      dataOffset: 352,
      dataBytes: 240,
      warnings: [],
    });
    expect(parsed.grid.shape).toEqual([6, 5, 4]);
    expect(parsed.grid.origin).toBe("nifti");
    lpsToRas(parsed.grid.affineLps).forEach((value, n) => {
      expect(value).toBeCloseTo(header.affineRas[n]!, 6);
    });
  });

  test("the sform counts whenever its code is set, even below the code of the qform", () => {
    const parsed = parse((view) => {
      view.setInt16(252, 3, true);
      view.setFloat32(268, 777, true);
    });
    expect(lpsToRas(parsed.grid.affineLps)[3]).toBe(3);
  });

  test("slope 0 or NaN means unscaled; an infinite one is refused", () => {
    for (const slope of [0, Number.NaN]) {
      const edit: Edit = (view) => {
        view.setFloat32(112, slope, true);
        view.setFloat32(116, 5, true);
      };
      expect(parse(edit)).toMatchObject({ slope: 1, intercept: 0 });
    }
    expect(() => parse((view) => view.setFloat32(112, Number.POSITIVE_INFINITY, true))).toThrow(
      "scaling",
    );
  });

  test("without sform and qform the axes are guessed, with a warning", () => {
    const { warnings } = parse((view) => view.setInt32(252, 0, true));
    expect(warnings.map(({ code }) => code)).toEqual(["W-NIFTI-NO-AFFINE"]);
  });

  test("lengths in metres are converted to mm, with a warning", () => {
    const parsed = parse((_, bytes) => {
      bytes[123] = 1;
    });
    expect(lpsToRas(parsed.grid.affineLps)[11]).toBe(5000);
    expect(parsed.warnings[0]?.code).toBe("W-NIFTI-UNIT");
  });

  const refused: [string, string, string, Edit][] = [
    ["a magic that is none", "E-NOT-NIFTI", "Analyze", (_, bytes) => bytes.fill(0, 344, 348)],
    ["a .hdr/.img pair", "E-NIFTI-PAIR", "a.nii", (_, bytes) => bytes.set([0x6e, 0x69, 0x31], 344)],
    ["text", "E-NOT-NIFTI", "not a NIfTI", (_, bytes) => bytes.fill(0x20)],
    ["five axes", "E-NIFTI-DIMENSIONS", "6 x 5 x 4 x 1 x 3", setDims(5, 6, 5, 4, 1, 3)],
    ["no axes", "E-NIFTI-HEADER", "0 axes", setDims(0)],
    ["nine axes", "E-NIFTI-HEADER", "9 axes", setDims(9)],
    ["an axis of no voxels", "E-NIFTI-HEADER", "6 x 0 x 4", setDims(3, 6, 0, 4)],
    ["a negative axis", "E-NIFTI-HEADER", "6 x -5 x 4", setDims(3, 6, -5, 4)],
    ["complex samples", "E-NIFTI-TYPE", "complex64", (view) => view.setInt16(70, 32, true)],
    ["colours", "E-NIFTI-TYPE", "RGB24", (view) => view.setInt16(70, 128, true)],
    ["a type of no meaning", "E-NIFTI-TYPE", "12345", (view) => view.setInt16(70, 12345, true)],
    [
      "samples inside the header",
      "E-NIFTI-HEADER",
      "byte 10",
      (view) => view.setFloat32(108, 10, true),
    ],
    [
      "samples at no byte",
      "E-NIFTI-HEADER",
      "NaN",
      (view) => view.setFloat32(108, Number.NaN, true),
    ],
    ["a singular affine", "E-AFFINE", "sform", (_, bytes) => bytes.fill(0, 280, 296)],
    ["an affine of NaN", "E-AFFINE", "sform", (view) => view.setFloat32(284, Number.NaN, true)],
  ];
  test.each(refused)("%s is refused by name (%s)", (_, code, words, edit) => {
    try {
      parse(edit);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code });
      expect((error as Error).message).toContain(words);
    }
  });

  test("a header cut short is refused", () => {
    for (const length of [0, 1, 100, 347]) {
      expect(() => parseNiftiHeader(headerWith().subarray(0, length), "a.nii")).toThrow(
        `it has ${length} bytes`,
      );
    }
  });

  test("changed bytes give a header or a message, never anything else", () => {
    const change = fc.tuple(fc.nat(351), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = headerWith((_, all) => {
          for (const [at, value] of changes) all[at] = value;
        });
        try {
          const parsed = parseNiftiHeader(bytes, "a.nii");
          expect(parsed.grid.affineLps.every(Number.isFinite)).toBe(true);
          expect(Number.isSafeInteger(parsed.dataBytes)).toBe(true);
        } catch (error) {
          if (!isProgramError(error)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
