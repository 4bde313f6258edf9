import { frameNumbers } from "./frame-values.ts";
import type { Visu, WordType } from "./visu.ts";

/** A stored number of a 2dseq. */
const readers: Readonly<Record<WordType, (view: DataView, at: number, little: boolean) => number>> =
  {
    uint8: (view, at) => view.getUint8(at),
    int16: (view, at, little) => view.getInt16(at, little),
    int32: (view, at, little) => view.getInt32(at, little),
    float32: (view, at, little) => view.getFloat32(at, little),
  };

/** Real values of a frame of a 2dseq: stored x VisuCoreDataSlope + VisuCoreDataOffs. */
export interface RawValues {
  /** Value of the pixel that begins at a byte of `bytes`. */
  readonly of: (bytes: Buffer, at: number) => number;
  readonly slope: number;
  readonly offset: number;
}

/**
 * How the real values of a frame are read, straight from the description of ParaVision: what conversions are checked against.
 */
export function rawValues(visu: Visu, frame: number): RawValues {
  const slope = frameNumbers(visu, "VisuCoreDataSlope")?.of(frame)[0] ?? 1;
  const offset = frameNumbers(visu, "VisuCoreDataOffs")?.of(frame)[0] ?? 0;
  const read = readers[visu.wordType];
  const { littleEndian } = visu;
  return {
    slope,
    offset,
    of: (bytes, at) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      return read(view, at, littleEndian) * slope + offset;
    },
  };
}
