import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import type { Context } from "dcmjs-codecs";
import { InputError, UnsupportedError } from "#shared/errors.ts";
import { readEncodedSize } from "./encoded-size.ts";
import { frameBytes, type PixelLayout } from "./pixel-layout.ts";
import type { Codec, TransferSyntax } from "./transfer-syntax.ts";

/**
 * The door of dcmjs-codecs. Its decoders only: its transcoder drops private attributes. It is loaded when
 * the first compressed image is met, and every decoded frame is measured before it is believed.
 */

type Library = typeof import("dcmjs-codecs");
type Decode = (library: Library, context: Context) => Context;

const decoders: Readonly<
  Record<Exclude<Codec, "native" | "encapsulated native" | "deflated frames" | "unknown">, Decode>
> = {
  RLE: ({ NativeCodecs }, context) => NativeCodecs.decodeRle(context),
  JPEG: ({ NativeCodecs }, context) => NativeCodecs.decodeJpeg(context),
  "JPEG-LS": ({ NativeCodecs }, context) => NativeCodecs.decodeJpegLs(context),
  "JPEG 2000": ({ NativeCodecs }, context) => NativeCodecs.decodeJpeg2000(context),
  HTJ2K: ({ NativeCodecs }, context) => NativeCodecs.decodeHtJpeg2000(context),
};

const wasmName = "dcmjs-native-codecs.wasm";

let library: Promise<Library> | undefined;

/** Native little-endian values of one frame; `decode` must be ready before the first frame. */
export type FrameDecoder = (path: string, encoded: Uint8Array) => Uint8Array;

/**
 * A decoder for the frames of one file.
 *
 * @throws UnsupportedError E-CODEC when the codecs cannot be loaded
 */
export async function openDecoder(
  syntax: TransferSyntax,
  pixels: PixelLayout,
): Promise<FrameDecoder> {
  const { codec } = syntax;
  if (codec === "native" || codec === "encapsulated native") return (_, encoded) => encoded;
  if (codec === "deflated frames") {
    return (path, encoded) => inflateFrame(path, encoded, Math.ceil(frameBytes(pixels)));
  }
  if (codec === "unknown") throw new Error(`no decoder for ${syntax.uid}`);
  library ??= loadLibrary();
  const loaded = await library;
  return (path, encoded) => decodeFrame(loaded, decoders[codec], syntax, pixels, path, encoded);
}

/** A frame of Deflated Image Frame Compression (PS3.5 A.4.13), at most one byte of padding behind it. */
function inflateFrame(path: string, encoded: Uint8Array, length: number): Uint8Array {
  try {
    return inflateRawSync(encoded, { maxOutputLength: length + 1 });
  } catch (error) {
    throw new InputError(
      "E-DECODE",
      `The deflated pixels of ${path} cannot be unfolded to the ${length} bytes of a frame.`,
      "Transfer the file again.",
      error,
    );
  }
}

function decodeFrame(
  loaded: Library,
  decode: Decode,
  syntax: TransferSyntax,
  pixels: PixelLayout,
  path: string,
  encoded: Uint8Array,
): Uint8Array {
  const expected = frameBytes(pixels);
  const size = readEncodedSize(syntax.codec, encoded);
  if (size !== undefined && (size.columns !== pixels.columns || size.rows !== pixels.rows)) {
    throw new InputError(
      "E-DECODE",
      `The ${syntax.name} pixels of ${path} are ${size.columns} x ${size.rows}, its header says ${pixels.columns} x ${pixels.rows}.`,
      "Transfer the file again.",
    );
  }
  const context = new loaded.Context({
    width: pixels.columns,
    height: pixels.rows,
    bitsAllocated: pixels.bitsAllocated,
    bitsStored: pixels.bitsStored,
    samplesPerPixel: 1,
    pixelRepresentation: pixels.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: pixels.photometricInterpretation,
    encodedBuffer: encoded,
  });
  let decoded: Uint8Array | undefined;
  let reason: unknown;
  try {
    decoded = decode(loaded, context).getDecodedBuffer();
  } catch (error) {
    reason = error;
    // A trap leaves the module's memory in an unknown state: the next frame gets a fresh one.
    library = undefined;
  }
  if (decoded?.length === expected) return decoded;
  throw new InputError(
    "E-DECODE",
    decoded === undefined
      ? `The ${syntax.name} pixels of ${path} cannot be decoded.`
      : `The ${syntax.name} pixels of ${path} decode to ${decoded.length} bytes; ${pixels.columns} x ${pixels.rows} pixels of ${pixels.bitsAllocated} bits need ${expected}.`,
    "Transfer the file again.",
    reason,
  );
}

async function loadLibrary(): Promise<Library> {
  const path = findWasm();
  const module = (await import("dcmjs-codecs")) as Library & { default?: Library };
  const loaded = module.default ?? module;
  const bytes = readFileSync(path);
  // The library finds its file with eval("require('fs')"), which no bundle has: hand it the bytes.
  Object.assign(loaded.NativeCodecs, {
    _getWebAssemblyBytes: async () =>
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  });
  await loaded.NativeCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false });
  return loaded;
}

/** Beside the running program (as `make bundle` lays it), else in node_modules. */
function findWasm(): string {
  const beside = [import.meta.dirname, dirname(process.argv[1] ?? ".")].map((folder) =>
    join(folder, wasmName),
  );
  const found = beside.find((path) => existsSync(path));
  if (found !== undefined) return found;
  try {
    const require = createRequire(import.meta.url);
    return join(dirname(require.resolve("dcmjs-codecs")), wasmName);
  } catch (error) {
    throw new UnsupportedError(
      "E-CODEC",
      `The images are compressed, and ${wasmName} is not beside the program (${dirname(fileURLToPath(import.meta.url))}).`,
      "Use the complete container image, or convert the images to Explicit VR Little Endian.",
      error,
    );
  }
}
