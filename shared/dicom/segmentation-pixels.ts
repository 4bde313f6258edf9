import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { truncated } from "./byte-source.ts";
import { openDecoder } from "./codecs.ts";
import { readNumber } from "./dataset.ts";
import { decodeNative } from "./decode-native.ts";
import type { FileLayout } from "./file-layout.ts";
import { splitFragments } from "./fragments.ts";
import { frameBytes, type PixelLayout } from "./pixel-layout.ts";
import { nameTag } from "./tags.ts";

/** Size and number of the frames of a segmentation (PS3.3 C.8.20.2). */
export interface SegmentationMatrix {
  readonly rows: number;
  readonly columns: number;
  /** NumberOfFrames; 1 where it is not stated. */
  readonly frames: number;
  readonly bitsAllocated: 1 | 8 | 16;
  /** Whole frames that the pixel data hold; undefined where they are compressed. */
  readonly framesHeld: number | undefined;
}

/** Stored values of a frame, by its 0-based index, shape [rows, columns]; overwritten by the next call. */
export type FrameReader = (index: number) => Uint8Array | Uint16Array;

/** Largest frame that is read, pixels: 8,192 x 8,192. */
const largestFrame = 2 ** 26;

/** Most pixels of all frames together that compressed ones may unfold to, and how many for each compressed byte. */
const mostPixels = 2 ** 30;
const mostPixelsPerByte = 4096;
const fewPixels = 2 ** 26;

/**
 * Size and number of the frames, before anything is unpacked.
 *
 * @throws UnsupportedError E-TRANSFER-SYNTAX, E-SEG-PIXELS; InputError E-SEG-PIXELS, E-TRUNCATED
 */
export function readSegmentationMatrix(file: FileLayout, dataset: DicomJson): SegmentationMatrix {
  const { path, size } = file.source;
  const { pixels, transferSyntax } = file;
  const refuse = (what: string) =>
    new InputError("E-SEG-PIXELS", `${path}: ${what}.`, "Export the segmentation again.");
  if (transferSyntax.codec === "unknown") {
    throw new UnsupportedError(
      "E-TRANSFER-SYNTAX",
      `${path} is written in transfer syntax ${transferSyntax.name}, which this program does not read.`,
      "Convert the segmentation to Explicit VR Little Endian.",
    );
  }
  if (pixels === undefined) throw refuse("the segmentation has no pixel data");
  const wanted = (keyword: "Rows" | "Columns" | "BitsAllocated") => {
    const value = readNumber(dataset, keyword);
    if (value === undefined || value < 1) throw refuse(`${nameTag(keyword)} is missing or 0`);
    return value;
  };
  const [rows, columns] = [wanted("Rows"), wanted("Columns")];
  if (rows * columns > largestFrame)
    throw refuse(`it claims frames of ${columns} x ${rows} pixels`);
  const bitsAllocated = wanted("BitsAllocated");
  const samples = readNumber(dataset, "SamplesPerPixel") ?? 1;
  if ((bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16) || samples !== 1) {
    throw new UnsupportedError(
      "E-SEG-PIXELS",
      `${path} has ${samples} sample(s) of ${bitsAllocated} bits per pixel; segmentations have one of 1, 8 or 16 bits.`,
      "Export the segmentation again.",
    );
  }
  const frames = readNumber(dataset, "NumberOfFrames") ?? 1;
  if (!Number.isInteger(frames) || frames < 1) throw refuse(`it claims ${frames} frames`);
  if ((transferSyntax.codec === "native") === pixels.delimited) {
    throw refuse(`it says it is written in ${transferSyntax.name}, but its pixels are not`);
  }
  const matrix = { rows, columns, frames, bitsAllocated } as const;
  if (pixels.delimited) return { ...matrix, framesHeld: undefined };
  if (pixels.end > size) throw truncated(path, pixels.end, size);
  const length = pixels.end - pixels.valueStart;
  return { ...matrix, framesHeld: Math.floor((length * 8) / (rows * columns * bitsAllocated)) };
}

/**
 * Opens the frames of a segmentation whose counts were checked.
 *
 * @throws UnsupportedError E-SEG-PIXELS, E-CODEC; InputError E-SEG-PIXELS, E-TRUNCATED, E-PIXELS; when a frame is read E-DECODE
 */
export async function openSegmentationFrames(
  file: FileLayout,
  dataset: DicomJson,
  matrix: SegmentationMatrix,
): Promise<FrameReader> {
  const pixels = pixelLayout(file, dataset, matrix);
  const view = file.source.view(file.source.size);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return pixels.length === undefined
    ? openEncodedFrames(file, bytes, pixels)
    : openNativeFrames(file, bytes, pixels);
}

function openNativeFrames(file: FileLayout, bytes: Uint8Array, pixels: PixelLayout): FrameReader {
  const { path } = file.source;
  const { rows, columns, frames, bitsAllocated, offset } = pixels;
  const length = pixels.length ?? 0;
  const needed = Math.ceil(frameBytes(pixels) * frames);
  // One byte of padding makes the length even.
  if (length < needed || length > needed + 1) {
    throw new InputError(
      "E-SEG-PIXELS",
      `${path} holds ${length} bytes of pixels; ${columns} x ${rows} x ${frames} pixels of ${bitsAllocated} bits need ${needed}.`,
      "The header does not describe the pixels; export the segmentation again.",
    );
  }
  let body = bytes.subarray(offset, offset + length);
  const { littleEndian } = file.transferSyntax.encoding;
  // In big endian files the words of VR OW are swapped, bits and bytes in them too (PS3.5 annex D).
  if (!littleEndian && file.pixels?.vr !== "OB") {
    body = Buffer.from(body.subarray(0, length & ~1)).swap16();
  }
  const read = frameReader(pixels);
  return (index) => read(body, index);
}

async function openEncodedFrames(
  file: FileLayout,
  bytes: Uint8Array,
  pixels: PixelLayout,
): Promise<FrameReader> {
  const { path } = file.source;
  const { codec, name } = file.transferSyntax;
  if (
    pixels.bitsAllocated === 1 &&
    codec !== "encapsulated native" &&
    codec !== "deflated frames"
  ) {
    throw new UnsupportedError(
      "E-SEG-PIXELS",
      `${path} holds pixels of 1 bit in ${name}, which are not read.`,
      "Convert the segmentation to Explicit VR Little Endian.",
    );
  }
  const encoded = splitFragments(path, bytes, pixels);
  const unfolded = pixels.rows * pixels.columns * pixels.frames;
  const packed = encoded.reduce((sum, frame) => sum + frame.length, 0);
  if (unfolded > Math.max(fewPixels, Math.min(mostPixels, packed * mostPixelsPerByte))) {
    throw new UnsupportedError(
      "E-REGION-SIZE",
      `${path} unfolds from ${packed} compressed bytes to ${unfolded} pixels, more than are read.`,
      "Is the file damaged? Else store the segmentation in several objects.",
    );
  }
  const decode = await openDecoder(file.transferSyntax, pixels);
  const length = Math.ceil(frameBytes(pixels));
  const read = frameReader({ ...pixels, frames: 1 });
  return (index) => {
    const frame = decode(path, encoded[index]!);
    if (frame.length < length) throw truncated(path, length, frame.length);
    return read(frame, 0);
  };
}

/** Frames of a run of native little-endian pixels; those of 1 bit follow each other without a gap, least significant bit first. */
function frameReader(
  pixels: PixelLayout,
): (body: Uint8Array, index: number) => ReturnType<FrameReader> {
  const count = pixels.rows * pixels.columns;
  if (pixels.bitsAllocated !== 1) {
    const length = frameBytes(pixels);
    const values = pixels.bitsAllocated === 8 ? new Uint8Array(count) : new Uint16Array(count);
    return (body, index) => {
      decodeNative(body.subarray(index * length, (index + 1) * length), pixels, true, values);
      return values;
    };
  }
  const values = new Uint8Array(count);
  return (body, index) => {
    const firstBit = index * count;
    const shift = firstBit % 8;
    const from = (firstBit - shift) / 8;
    const bytes = Math.ceil((shift + count) / 8);
    values.fill(0);
    for (let byte = 0; byte < bytes; byte++) {
      // Masks are mostly empty.
      const packed = body[from + byte]!;
      if (packed === 0) continue;
      const first = byte * 8 - shift;
      for (let bit = Math.max(0, -first); bit < 8 && first + bit < count; bit++) {
        values[first + bit] = (packed >> bit) & 1;
      }
    }
    return values;
  };
}

function pixelLayout(
  file: FileLayout,
  dataset: DicomJson,
  { rows, columns, frames, bitsAllocated }: SegmentationMatrix,
): PixelLayout {
  const pixels = file.pixels!;
  const stated = readNumber(dataset, "BitsStored") ?? bitsAllocated;
  const highBit = readNumber(dataset, "HighBit") ?? stated - 1;
  if (stated < 1 || highBit < stated - 1 || highBit >= bitsAllocated) {
    throw new InputError(
      "E-SEG-PIXELS",
      `${file.source.path}: ${stated} bits stored of ${bitsAllocated}, high bit ${highBit}.`,
      "Export the segmentation again.",
    );
  }
  return {
    rows,
    columns,
    frames,
    kind: "integer",
    bitsAllocated,
    bitsStored: stated,
    highBit,
    signed: false,
    photometricInterpretation: "MONOCHROME2",
    transferSyntaxUID: file.transferSyntax.uid,
    offset: pixels.valueStart,
    length: pixels.delimited ? undefined : pixels.end - pixels.valueStart,
    padding: undefined,
  };
}
