import { type Grid, voxelCentre, voxelCount } from "#shared/volume/grid.ts";

/** A part of the body: which points (patient coordinates L, P, S in mm) belong to it. */
interface Shape {
  readonly label: number;
  readonly contains: (x: number, y: number, z: number) => boolean;
}

/** Middle of the abdomen, mm: left of the body there is room for the tumour, in front of it for the vials. */
const middle = { x: -1.5, y: 2.2 };

/** Superellipsoid about (x, y, z) with semi-axes (rx, ry, rz); rz Infinity makes a cylinder along the body. */
function blob(
  label: number,
  [x, y, z]: readonly [number, number, number],
  [rx, ry, rz]: readonly [number, number, number],
  exponent = 2,
): Shape {
  return {
    label,
    contains: (px, py, pz) => {
      const across = Math.abs((px - x) / rx);
      const down = Math.abs((py - y) / ry);
      const along = Math.abs((pz - z) / rz);
      if (across > 1 || down > 1 || along > 1) return false;
      return across ** exponent + down ** exponent + along ** exponent <= 1;
    },
  };
}

/** A layer of the trunk, `inset` mm below the skin; the trunk is wider in the back and thins out to both ends. */
function trunk(label: number, inset: number): Shape {
  return {
    label,
    contains: (x, y, z) => {
      const girth = 1 - 0.0012 * z * z;
      const down = (y - middle.y) / (9.3 * girth - inset);
      const across =
        (x - middle.x) / ((10.9 + 0.5 * Math.min(1, Math.max(-1, down))) * girth - inset);
      if (Math.abs(across) > 1 || Math.abs(down) > 1) return false;
      return Math.abs(across) ** 2.3 + Math.abs(down) ** 2.3 <= 1;
    },
  };
}

/** A bean: an ellipsoid with a notch towards the spine. `side` is -1 on the right, 1 on the left. */
function kidney(side: number, z: number): Shape[] {
  const x = middle.x + side * 5.4;
  const y = 6.1;
  const parts: Shape[] = [
    blob(7, [x, y, z], [2.7, 3.1, 4.9]),
    blob(8, [x - side * 0.35, y, z], [1.7, 2.05, 3.5]),
    blob(9, [x - side * 1.5, y, z], [1.0, 0.75, 1.8]),
  ];
  const notch = blob(0, [x - side * 3.1, y, z], [1.1, 1.0, 2.2]);
  return parts.map(({ label, contains }) => ({
    label,
    contains: (px, py, pz) => contains(px, py, pz) && !notch.contains(px, py, pz),
  }));
}

/** A piece of bowel, with its content. */
function loop(x: number, y: number, z: number, radius: number): Shape[] {
  return [
    blob(4, [middle.x + x, y, z], [radius * 1.15, radius, radius * 2.2]),
    blob(5, [middle.x + x, y, z], [radius * 0.68, radius * 0.55, radius * 1.7]),
  ];
}

/** Painted one over the other: what comes later lies on top. Labels are those of the tissue table. */
const shapes: readonly Shape[] = [
  // Skin, and between skin and muscle a tumour in the left flank.
  blob(1, [10.2, 1.6, -0.4], [4.7, 5.3, 5.4], 2.2),
  trunk(1, 0),
  blob(12, [10.2, 1.6, -0.4], [4.2, 4.8, 4.9], 2.2),
  blob(13, [11.2, 1.2, -0.4], [1.9, 2.5, 2.9]),
  trunk(2, 0.8),
  trunk(3, 1.9),
  ...loop(-7.0, 0.4, -2.5, 1.7),
  ...loop(-4.2, -2.6, -3.5, 1.8),
  ...loop(-0.6, -3.9, -1.5, 1.6),
  ...loop(3.4, -3.0, -3.0, 1.8),
  ...loop(6.6, -0.4, -2.0, 1.7),
  ...loop(-2.6, 0.7, -5.0, 1.6),
  ...loop(1.7, 0.2, -0.5, 1.6),
  ...loop(4.4, 0.6, -5.5, 1.5),
  ...loop(-0.2, -1.6, -5.8, 1.5),
  ...loop(-6.6, -1.2, 2.6, 1.6),
  ...loop(-3.0, -3.4, 3.4, 1.6),
  ...loop(1.2, -2.9, 3.0, 1.7),
  ...loop(5.4, -2.6, 2.8, 1.6),
  ...loop(0.6, 0.8, 4.4, 1.4),
  blob(6, [middle.x - 2.6, -0.6, 7.2], [6.2, 4.6, 5.6], 2.5),
  blob(6, [middle.x + 3.6, -2.0, 8.0], [4.6, 3.2, 5.0], 2.5),
  blob(4, [middle.x + 5.2, 0.2, 6.4], [3.3, 2.7, 4.2]),
  blob(5, [middle.x + 5.2, 0.2, 6.4], [2.7, 2.1, 3.6]),
  ...kidney(-1, 1.4),
  ...kidney(1, -1.4),
  // Back muscles, then the spine between them: body, arch, canal with cord.
  blob(2, [middle.x - 2.5, 9.0, 0], [2.5, 1.75, Number.POSITIVE_INFINITY], 2.4),
  blob(2, [middle.x + 2.5, 9.0, 0], [2.5, 1.75, Number.POSITIVE_INFINITY], 2.4),
  blob(2, [middle.x - 1.6, 5.6, 0], [1.3, 1.2, Number.POSITIVE_INFINITY]),
  blob(2, [middle.x + 1.6, 5.6, 0], [1.3, 1.2, Number.POSITIVE_INFINITY]),
  blob(10, [middle.x, 6.6, 0], [1.5, 1.15, Number.POSITIVE_INFINITY]),
  blob(10, [middle.x, 8.3, 0], [1.5, 1.25, Number.POSITIVE_INFINITY]),
  blob(10, [middle.x, 9.9, 0], [0.4, 1.0, Number.POSITIVE_INFINITY]),
  blob(11, [middle.x, 8.3, 0], [1.0, 0.75, Number.POSITIVE_INFINITY]),
  // Four vials in front of the belly.
  ...[-9.6, -3.2, 3.2, 9.6].map((x, i) =>
    blob(14 + i, [x, -11.0, 0], [1.6, 1.6, Number.POSITIVE_INFINITY]),
  ),
];

const topmost = shapes.toReversed();

/**
 * The label of the tissue at the centre of each voxel, 0 for air. Shape [nz, ny, nx].
 *
 * Points, not averages: every voxel is of one tissue, so its true values are exact.
 */
export function drawLabels(grid: Grid): Uint8Array {
  const labels = new Uint8Array(voxelCount(grid));
  const [nx, ny, nz] = grid.shape;
  let voxel = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, voxel++) {
        const [x, y, z] = voxelCentre(grid, [i, j, k]);
        labels[voxel] = topmost.find((shape) => shape.contains(x, y, z))?.label ?? 0;
      }
    }
  }
  return labels;
}

/**
 * Effective refocusing angle, degrees, at each voxel: 172 in the middle of the coil, less towards its
 * ends and sides, as a surface or volume coil does. Shape [nz, ny, nx].
 */
export function drawRefocusingAngles(grid: Grid): Float32Array {
  const angles = new Float32Array(voxelCount(grid));
  const [nx, ny, nz] = grid.shape;
  let voxel = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, voxel++) {
        const [x, y, z] = voxelCentre(grid, [i, j, k]);
        const distance = (x / 16) ** 2 + (y / 16) ** 2 + (z / 24) ** 2;
        angles[voxel] = Math.max(100, 172 - 45 * distance);
      }
    }
  }
  return angles;
}
