import { readHeader } from "nifti-reader-js";
import { describe, expect, test } from "vitest";
import { encodeHeader, headerBytes, type NiftiHeader } from "#shared/nifti/header.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";

const header: NiftiHeader = {
  shape: [6, 5, 4],
  datatype: "float32",
  affineRas: affineFromAxes(
    [0.3 * 0.96, 0.3 * 0.28, 0],
    [0.4 * -0.224, 0.4 * 0.768, 0.4 * 0.6],
    [1.5 * 0.168, 1.5 * -0.576, 1.5 * 0.8],
    [3, 4, 5],
  ),
  description: "Map T2 [s] process-t2 1.0.0",
  calMin: 0.01,
  calMax: 0.2,
};

const writtenAgain = (bytes: Uint8Array<ArrayBuffer>): Uint8Array =>
  new Uint8Array(readHeader(bytes.buffer).toArrayBuffer());

describe("header", () => {
  test("nifti-reader-js reads every field of NIfTI-1 and writes the same bytes again", () => {
    const ours = encodeHeader(header);
    expect(ours).toHaveLength(352);
    const theirs = writtenAgain(ours);
    expect(readHeader(ours.buffer)).toMatchObject({
      dims: [3, 6, 5, 4, 1, 1, 1, 1],
      vox_offset: 352,
      scl_slope: 1,
      scl_inter: 0,
      xyzt_units: 2,
      qform_code: 1,
      sform_code: 1,
      description: header.description,
      cal_min: Math.fround(0.01),
      cal_max: Math.fround(0.2),
    });
    // The library leaves out the unused "regular" field.
    expect(ours[38]).toBe(0x72);
    theirs[38] = 0x72;
    expect(theirs).toEqual(ours);
  });

  test("an axis of more than 32767 voxels makes it NIfTI-2", () => {
    const long: NiftiHeader = { ...header, shape: [40000, 2, 1] };
    expect(headerBytes([32767, 1, 1])).toBe(352);
    expect(headerBytes(long.shape)).toBe(544);
    const ours = encodeHeader(long);
    const fields = readHeader(ours.buffer);
    expect(fields.dims.slice(0, 5)).toEqual([3, 40000, 2, 1, 1]);
    expect(fields.affine.flat()).toEqual(long.affineRas);
    const magic = [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a];
    expect([...ours.subarray(4, 12)]).toEqual(magic);
    const theirs = writtenAgain(ours);
    // The library loses the zero inside the magic.
    theirs.set(magic, 4);
    expect(theirs).toEqual(ours);
  });

  test("an affine with shear gets no qform", () => {
    const sheared = affineFromAxes([1, 0, 0], [0.2, 1, 0], [0, 0, 1], [0, 0, 0]);
    const fields = readHeader(encodeHeader({ ...header, affineRas: sheared }).buffer);
    expect([fields.qform_code, fields.sform_code]).toEqual([0, 1]);
    expect(readHeader(encodeHeader(header).buffer).qform_code).toBe(1);
  });

  test("a description is cut to 79 characters and keeps to ASCII", () => {
    const read = (description: string) =>
      readHeader(encodeHeader({ ...header, description }).buffer).description;
    expect(read("x".repeat(200))).toBe("x".repeat(79));
    expect(read("ADC [µm²/ms] é 図")).toBe("ADC [um2/ms] e ?");
  });
});
