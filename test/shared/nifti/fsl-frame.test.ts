import { describe, expect, test } from "vitest";
import { fslFrame } from "#shared/nifti/fsl-frame.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import { rotateVector } from "#shared/volume/rotation.ts";

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function grid(affineLps: readonly number[], origin: Grid["origin"]): Grid {
  return { shape: [4, 4, 4], affineLps, origin };
}

describe("the frame of bvec files", () => {
  test("an axial DICOM stack: x as the columns, y against the rows, z up (dcm2niix writes the same)", () => {
    // After reversing the rows the axes are left-handed, so x keeps its sign.
    const frame = fslFrame(grid(identity, "dicom"), false);
    expect(rotateVector(frame, [1, 2, 3])).toEqual([1, -2, 3]);
  });

  test("a right-handed NIfTI image has x reversed", () => {
    // R, A, S axes: L and P negated.
    const ras = identity.map((value, at) => (at < 8 ? -value : value) + 0);
    expect(rotateVector(fslFrame(grid(ras, "nifti"), false), [-1, -2, 3])).toEqual([-1, 2, 3]);
  });

  test("a left-handed NIfTI image keeps x", () => {
    const las = identity.map((value, at) => (at === 5 ? -1 : value));
    expect(rotateVector(fslFrame(grid(las, "nifti"), false), [1, -2, 3])).toEqual([1, 2, 3]);
  });

  // Vectors and bvec of dcm2niix v1.0.20220720 and of the source's own reference for one oblique series
  // (dcm_qa_canon_61, 8000_DTI_PA-ALL_20d_enh; affine and directions from its DICOM file).
  test("an oblique scan gives the bvec its converter wrote", () => {
    const affine = [
      ...[2.66165955, -0.31441194, 1.3478552010256413, -116.61820221],
      ...[0.89200671, 2.62354749, -1.1494860528205129, -133.9434967],
      ...[-1.05824991, 1.42061376, 2.4211501097435897, -42.37743759],
      ...[0, 0, 0, 1],
    ];
    const frame = fslFrame({ shape: [80, 80, 40], affineLps: affine, origin: "dicom" }, false);
    const pairs: [Vector3, Vector3][] = [
      [
        [0.2938745617866516, -0.9536514282226562, -0.06470060348510742],
        [-1.86265e-8, 0.895421, 0.445221],
      ],
      [
        [0.7973076105117798, -0.21071143448352814, 0.5655980110168457],
        [0.445221, -5.96047e-7, 0.895421],
      ],
    ];
    for (const [lps, bvec] of pairs) {
      const found = rotateVector(frame, lps);
      const away = found.map((value, axis) => Math.abs(value - bvec[axis]!));
      expect(Math.max(...away)).toBeLessThan(2e-6);
    }
  });
});
