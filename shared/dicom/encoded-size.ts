import type { Codec } from "./transfer-syntax.ts";

/** Size of the picture that a compressed stream announces, pixels. */
export interface EncodedSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The size in the header of a compressed frame, or undefined where the stream says none (RLE) or
 * its header is not found.
 *
 * A decoder takes its memory by this number, whatever the DICOM header says.
 *
 * @see ITU-T T.81 B.2.2 (JPEG), T.87 C.2.2 (JPEG-LS), T.800 A.5.1 (JPEG 2000)
 */
export function readEncodedSize(codec: Codec, encoded: Uint8Array): EncodedSize | undefined {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  if (codec === "JPEG" || codec === "JPEG-LS") return readFrameHeader(view);
  if (codec === "JPEG 2000" || codec === "HTJ2K") return readImageSize(view);
  return undefined;
}

/** Marker segments up to a start of frame: FFC0 to FFCF but DHT, JPG and DAC; FFF7 in JPEG-LS. */
function readFrameHeader(view: DataView): EncodedSize | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame =
      (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7;
    if (isFrame) return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7) };
    // Fill bytes may stand before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** SIZ follows the start of the code stream, which a JP2 file wraps in boxes. */
function readImageSize(view: DataView): EncodedSize | undefined {
  const last = Math.min(view.byteLength - 24, 4096);
  for (let at = 0; at <= last; at++) {
    if (view.getUint32(at) !== 0xff4fff51) continue;
    const [xSize, ySize, xOffset, yOffset] = [8, 12, 16, 20].map((byte) =>
      view.getUint32(at + byte),
    ) as [number, number, number, number];
    return { columns: xSize - xOffset, rows: ySize - yOffset };
  }
  return undefined;
}
