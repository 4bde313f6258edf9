import type { EncodedElement } from "./encode-sequence.ts";

/** The voxels of one segment in one plane: one frame of a segmentation. */
export interface SegmentPlane {
  /** Position of the segment in the list, 0 first. */
  readonly segment: number;
  readonly plane: number;
  /** Samples of the whole stack, ascending. */
  readonly voxels: Uint32Array;
}

/**
 * The frames that a BINARY segmentation needs: one for each segment and plane with a voxel, in this order.
 *
 * @param segments - samples i + nx (j + ny k) of each segment, ascending
 * @param planeSize - voxels of a plane
 */
export function splitPlanes(
  segments: readonly Uint32Array[],
  planeSize: number,
): readonly SegmentPlane[] {
  return segments.flatMap((voxels, segment) => {
    const frames: SegmentPlane[] = [];
    for (let from = 0; from < voxels.length; ) {
      const plane = Math.floor(voxels[from]! / planeSize);
      let to = from + 1;
      while (to < voxels.length && voxels[to]! < (plane + 1) * planeSize) to++;
      frames.push({ segment, plane, voxels: voxels.subarray(from, to) });
      from = to;
    }
    return frames;
  });
}

/**
 * Frames as pixels of one bit, least significant bit first and without a gap between frames (PS3.5 8.1.1 and annex D.1), of
 * even length.
 */
function packBits(frames: readonly SegmentPlane[], planeSize: number): Uint8Array {
  const bytes = Math.ceil((frames.length * planeSize) / 8);
  const packed = new Uint8Array(bytes + (bytes % 2));
  frames.forEach(({ plane, voxels }, frame) => {
    const shift = (frame - plane) * planeSize;
    for (const voxel of voxels) {
      const bit = shift + voxel;
      packed[Math.floor(bit / 8)]! |= 1 << (bit % 8);
    }
  });
  return packed;
}

/** Whether a voxel belongs to more than one segment. */
export function segmentsOverlap(segments: readonly Uint32Array[], voxelCount: number): boolean {
  const seen = new Uint8Array(voxelCount);
  return segments.some((voxels) =>
    voxels.some((voxel) => {
      const again = seen[voxel] === 1;
      seen[voxel] = 1;
      return again;
    }),
  );
}

/** Frames as PixelData of VR OB, which is what pixels of one bit may be (PS3.5 8.1.2); explicit little endian. */
export function encodeBits(frames: readonly SegmentPlane[], planeSize: number): EncodedElement {
  const packed = packBits(frames, planeSize);
  const bytes = Buffer.alloc(12 + packed.length);
  bytes.writeUInt16LE(0x7fe0, 0);
  bytes.writeUInt16LE(0x0010, 2);
  bytes.write("OB", 4, "latin1");
  bytes.writeUInt32LE(packed.length, 8);
  bytes.set(packed, 12);
  return { tag: 0x7fe00010, bytes };
}
