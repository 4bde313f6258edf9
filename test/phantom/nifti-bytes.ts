// NIfTI-1 files written byte by byte from nifti1.h, so that tests do not lean on our own writer.

export interface NiftiImage {
  /** nx, ny, nz and, for a 4D file, the number of volumes. */
  readonly shape: readonly number[];
  readonly type: "int16" | "float32";
  /** Value of voxel (i, j, k) in volume t. */
  readonly value: (i: number, j: number, k: number, t: number) => number;
  /** Voxel sizes, mm; the axes are those of the scanner (R, A, S). */
  readonly spacing?: readonly [number, number, number];
  /** In place of these axes: index to R, A, S in mm, three rows of four; `none` leaves both transform codes 0. */
  readonly affine?: readonly number[] | "none";
  /** scl_slope and scl_inter. */
  readonly scaling?: readonly [slope: number, intercept: number];
}

/** Bytes of an uncompressed .nii file. */
export function encodeNiftiBytes(image: NiftiImage): Buffer {
  const [nx = 1, ny = 1, nz = 1, nt = 1] = image.shape;
  const [dx, dy, dz] = image.spacing ?? [0.5, 0.75, 1.5];
  const width = image.type === "int16" ? 2 : 4;
  const bytes = Buffer.alloc(352 + nx * ny * nz * nt * width);
  bytes.writeInt32LE(348, 0);
  [image.shape.length, nx, ny, nz, nt, 1, 1, 1].forEach((size, axis) => {
    bytes.writeInt16LE(size, 40 + 2 * axis);
  });
  bytes.writeInt16LE(image.type === "int16" ? 4 : 16, 70);
  bytes.writeInt16LE(8 * width, 72);
  [1, dx, dy, dz, 1].forEach((size, axis) => {
    bytes.writeFloatLE(size, 76 + 4 * axis);
  });
  bytes.writeFloatLE(352, 108);
  bytes.writeFloatLE(image.scaling?.[0] ?? 1, 112);
  bytes.writeFloatLE(image.scaling?.[1] ?? 0, 116);
  bytes.writeUInt8(2, 123); // mm
  bytes.writeInt16LE(1, 254); // sform: scanner
  const affine = image.affine ?? [dx, 0, 0, 0, 0, dy, 0, 0, 0, 0, dz, 0];
  if (affine === "none") bytes.writeInt16LE(0, 254);
  else for (const [n, entry] of affine.entries()) bytes.writeFloatLE(entry, 280 + 4 * n);
  bytes.write("n+1\0", 344, "latin1");
  let at = 352;
  for (let t = 0; t < nt; t++) {
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++, at += width) {
          const value = image.value(i, j, k, t);
          if (width === 2) bytes.writeInt16LE(value, at);
          else bytes.writeFloatLE(value, at);
        }
      }
    }
  }
  return bytes;
}
