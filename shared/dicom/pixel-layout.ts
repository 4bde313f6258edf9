import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { truncated } from "./byte-source.ts";
import { readNumber, readText } from "./dataset.ts";
import type { FileLayout } from "./file-layout.ts";
import type { Mosaic } from "./mosaic.ts";
import { nameTag, tags } from "./tags.ts";

/** What the stored values of a file are. */
export type SampleKind = "integer" | "float32" | "float64";

/** Where the pixels of a file are and how they are written (PS3.3 C.7.6.3, PS3.5 section 8). */
export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly kind: SampleKind;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly photometricInterpretation: string;
  readonly transferSyntaxUID: string;
  /** Offset of the value in the file (of the inflated bytes, for a deflated file). */
  readonly offset: number;
  /** Length of the value, bytes; undefined when it is cut into fragments. */
  readonly length: number | undefined;
  /** Stored values from low to high are padding. */
  readonly padding: { readonly low: number; readonly high: number } | undefined;
  /** Each frame shows all slices of a volume. */
  readonly mosaic?: Mosaic;
}

/** Matrix of one image: of a slice in a mosaic, else of the frame. */
export function imageMatrix(layout: PixelLayout): Pick<PixelLayout, "rows" | "columns"> {
  return layout.mosaic ?? layout;
}

/** Bytes of one frame as native values. */
export function frameBytes(layout: PixelLayout): number {
  return layout.rows * layout.columns * (layout.bitsAllocated / 8);
}

/** Largest frame that is read, bytes: 16,384 x 8,192 pixels of 16 bits; a header number cannot ask for more. */
const largestFrame = 256 * 2 ** 20;

/**
 * The pixel layout of an image, or undefined when the object holds no pixels.
 *
 * @throws UnsupportedError E-TRANSFER-SYNTAX, or E-PIXELS for colour and for packed bits; InputError E-PIXELS, E-TRUNCATED
 */
export function readPixelLayout(layout: FileLayout, dataset: DicomJson): PixelLayout | undefined {
  const { pixels, source, transferSyntax } = layout;
  if (pixels === undefined || dataset[tags.Rows] === undefined) return undefined;
  if (transferSyntax.codec === "unknown") {
    throw new UnsupportedError(
      "E-TRANSFER-SYNTAX",
      `${source.path} is written in transfer syntax ${transferSyntax.name}, which this program does not read.`,
      "Convert the images to Explicit VR Little Endian (for example with dcmdjpeg or gdcmconv).",
    );
  }
  const refuse = (what: string) =>
    new InputError("E-PIXELS", `${source.path}: ${what}.`, "Export the images again.");
  const samples = readNumber(dataset, "SamplesPerPixel") ?? 1;
  if (samples !== 1) {
    throw new UnsupportedError(
      "E-PIXELS",
      `${source.path} has ${samples} samples per pixel: a colour picture, no measured image.`,
      "Choose the original images.",
    );
  }
  const kind: SampleKind =
    pixels.tag === 0x7fe00008 ? "float32" : pixels.tag === 0x7fe00009 ? "float64" : "integer";
  const bitsAllocated = { float32: 32, float64: 64, integer: readNumber(dataset, "BitsAllocated") }[
    kind
  ];
  if (bitsAllocated === undefined) throw refuse(`${nameTag("BitsAllocated")} is missing`);
  if (kind === "integer" && ![8, 16, 32].includes(bitsAllocated)) {
    throw new UnsupportedError(
      "E-PIXELS",
      `${source.path} has ${bitsAllocated} bits allocated per pixel; 8, 16 and 32 are read.`,
      "Convert the images.",
    );
  }
  const rows = requireSize(dataset, "Rows", refuse);
  const columns = requireSize(dataset, "Columns", refuse);
  const frames = readNumber(dataset, "NumberOfFrames") ?? 1;
  if (!Number.isInteger(frames) || frames < 1) throw refuse(`it claims ${frames} frames`);
  const bitsStored = readNumber(dataset, "BitsStored") ?? bitsAllocated;
  const highBit = readNumber(dataset, "HighBit") ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1) {
    throw refuse(`${bitsStored} bits stored of ${bitsAllocated}, high bit ${highBit}`);
  }
  if (highBit >= bitsAllocated) throw refuse(`high bit ${highBit} of ${bitsAllocated}`);
  const signed = readNumber(dataset, "PixelRepresentation") === 1;
  const pixelLayout: PixelLayout = {
    rows,
    columns,
    frames,
    kind,
    bitsAllocated,
    bitsStored,
    highBit,
    signed,
    photometricInterpretation: readText(dataset, "PhotometricInterpretation"),
    transferSyntaxUID: transferSyntax.uid,
    offset: pixels.valueStart,
    length: pixels.delimited ? undefined : pixels.end - pixels.valueStart,
    padding: kind === "integer" ? readPadding(dataset, bitsStored, signed) : undefined,
  };
  if (frameBytes(pixelLayout) > largestFrame) throw refuse(`a matrix of ${columns} x ${rows}`);
  return pixelLayout;
}

function requireSize(
  dataset: DicomJson,
  keyword: "Rows" | "Columns",
  refuse: (what: string) => Error,
): number {
  const size = readNumber(dataset, keyword);
  if (size === undefined || size < 1) throw refuse(`${nameTag(keyword)} is missing or 0`);
  return size;
}

/**
 * Checks that the file holds the pixels its header announces.
 *
 * @throws InputError E-TRUNCATED when it is shorter, E-PIXELS when it holds more than the header explains
 */
export function checkPixelLength(file: FileLayout, layout: PixelLayout): void {
  const { path, size } = file.source;
  if ((file.transferSyntax.codec === "native") !== (layout.length !== undefined)) {
    throw new InputError(
      "E-PIXELS",
      `${path} is written in ${file.transferSyntax.name}, but its pixels are not.`,
      "Export the images again.",
    );
  }
  if (layout.length === undefined) return;
  const expected = frameBytes(layout) * layout.frames;
  if (layout.offset + layout.length > size) {
    throw truncated(path, layout.offset + layout.length, size);
  }
  if (layout.length < expected) {
    throw truncated(path, layout.offset + expected, layout.offset + layout.length);
  }
  // One byte of padding makes the length even.
  if (layout.length > expected + 1) {
    throw new InputError(
      "E-PIXELS",
      `${path} holds ${layout.length} bytes of pixels; ${layout.columns} x ${layout.rows} x ${layout.frames} pixels of ${layout.bitsAllocated} bits need ${expected}.`,
      "The header does not describe the pixels; export the images again.",
    );
  }
}

function readPadding(
  dataset: DicomJson,
  bitsStored: number,
  signed: boolean,
): PixelLayout["padding"] {
  const value = readNumber(dataset, "PixelPaddingValue");
  if (value === undefined) return undefined;
  const limit = readNumber(dataset, "PixelPaddingRangeLimit") ?? value;
  const [a, b] = [toStored(value, bitsStored, signed), toStored(limit, bitsStored, signed)];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

/** Padding is written with the VR of the pixels; where that was lost it looks unsigned. */
function toStored(value: number, bitsStored: number, signed: boolean): number {
  if (!signed) return value < 0 ? value + 65536 : value;
  const range = 2 ** Math.min(bitsStored, 16);
  return value >= range / 2 && value < 65536 ? value - (value >= 32768 ? 65536 : range) : value;
}
