import type { WordType } from "#shared/paravision/visu.ts";

/** Bytes of a word, and how it is put into a file. */
interface WordFormat {
  readonly bytes: number;
  readonly name: string;
  put(view: DataView, at: number, value: number, littleEndian: boolean): void;
}

/** The words of a 2dseq and what VisuCoreWordType calls them. */
export const wordFormats: Readonly<Record<WordType, WordFormat>> = {
  uint8: {
    bytes: 1,
    name: "_8BIT_UNSGN_INT",
    put: (view, at, value) => view.setUint8(at, value),
  },
  int16: {
    bytes: 2,
    name: "_16BIT_SGN_INT",
    put: (view, at, value, littleEndian) => view.setInt16(at, value, littleEndian),
  },
  int32: {
    bytes: 4,
    name: "_32BIT_SGN_INT",
    put: (view, at, value, littleEndian) => view.setInt32(at, value, littleEndian),
  },
  float32: {
    bytes: 4,
    name: "_32BIT_FLOAT",
    put: (view, at, value, littleEndian) => view.setFloat32(at, value, littleEndian),
  },
};

/** Stored value of pixel x, y of partition z (0 in 2D) of a frame; all count from 0. */
export type StoredValue = (frame: number, x: number, y: number, z: number) => number;

/** The bytes of a 2dseq and the extremes of each frame. */
export interface StoredFrames {
  readonly bytes: Uint8Array;
  readonly smallest: readonly number[];
  readonly largest: readonly number[];
}

/**
 * A 2dseq: the frames one after the other, x fastest.
 *
 * @param size - pixels along x, y and, in 3D, z
 */
export function encodeStored(
  wordType: WordType,
  littleEndian: boolean,
  size: readonly number[],
  frames: number,
  stored: StoredValue,
): StoredFrames {
  const { bytes: wordBytes, put } = wordFormats[wordType];
  const [nx, ny, nz] = [size[0] ?? 1, size[1] ?? 1, size[2] ?? 1];
  const bytes = new Uint8Array(nx * ny * nz * frames * wordBytes);
  const view = new DataView(bytes.buffer);
  const smallest: number[] = [];
  const largest: number[] = [];
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++, at += wordBytes) {
          const value = stored(frame, x, y, z);
          put(view, at, value, littleEndian);
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
    }
    smallest.push(low);
    largest.push(high);
  }
  return { bytes, smallest, largest };
}
