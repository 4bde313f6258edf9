import { constants, crc32, deflateSync } from "node:zlib";

/** Channels of a picture; `palette` is one index byte for each pixel. */
export type PixelKind = "grey" | "rgb" | "rgba" | "palette";

/** A picture of 8 bits a channel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly kind: PixelKind;
  /** Row after row from the top, shape [height, width, channels]. */
  readonly pixels: Uint8Array;
  /** Shape [up to 256, 4]: red, green, blue, opacity. Only for `palette`. */
  readonly palette?: Uint8Array;
}

// Colour types of the PNG specification (ISO/IEC 15948), table 11.1.
const colourTypes = { grey: 0, rgb: 2, palette: 3, rgba: 6 } as const;
const channelCounts = { grey: 1, rgb: 3, palette: 1, rgba: 4 } as const;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
// Section 11.2.2: a width or height lies in 1 to 2^31 - 1; ours stay far below.
const largestSide = 1 << 16;

/**
 * A PNG file (ISO/IEC 15948) of a picture; same picture, same bytes. Rows are not filtered, and of
 * palette colours only runs are looked for: on maps (flat outside, noise inside) that gives smaller files
 * than a full search, three times as fast.
 */
export function encodePng(picture: Picture): Uint8Array {
  const { width, height, kind, pixels } = picture;
  const rowBytes = width * channelCounts[kind];
  if (!isSide(width) || !isSide(height) || pixels.length !== rowBytes * height) {
    throw new Error(`a ${kind} picture of ${width} x ${height} has ${pixels.length} bytes`);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = colourTypes[kind];
  const strategy = kind === "palette" ? constants.Z_RLE : constants.Z_DEFAULT_STRATEGY;
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  const chunks = [Uint8Array.from(signature), encodeChunk("IHDR", header)];
  if (kind === "palette") chunks.push(...encodePalette(picture.palette));
  // Runs need no window; a small one spares clearing 32 KB of it for each of a page's pictures.
  const level = 3;
  const windowBits = strategy === constants.Z_RLE ? 9 : 15;
  chunks.push(encodeChunk("IDAT", deflateSync(rows, { strategy, windowBits, level })));
  chunks.push(encodeChunk("IEND", new Uint8Array(0)));
  return Buffer.concat(chunks);
}

function isSide(length: number): boolean {
  return Number.isInteger(length) && length >= 1 && length <= largestSide;
}

function encodePalette(palette: Uint8Array | undefined): Uint8Array[] {
  if (palette === undefined || palette.length === 0 || palette.length > 1024) {
    throw new Error("a palette has 1 to 256 colours");
  }
  const count = palette.length / 4;
  const colours = new Uint8Array(count * 3);
  const opacities = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    colours.set(palette.subarray(n * 4, n * 4 + 3), n * 3);
    opacities[n] = palette[n * 4 + 3]!;
  }
  const chunks = [encodeChunk("PLTE", colours)];
  // tRNS may end after the last colour that is not opaque.
  const last = opacities.findLastIndex((opacity) => opacity < 255);
  if (last >= 0) chunks.push(encodeChunk("tRNS", opacities.subarray(0, last + 1)));
  return chunks;
}

function encodeChunk(type: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  for (let n = 0; n < 4; n++) chunk[4 + n] = type.charCodeAt(n);
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)));
  return chunk;
}
