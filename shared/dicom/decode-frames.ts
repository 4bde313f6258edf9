import { hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError, isProgramError } from "#shared/errors.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import { memorySource, truncated, unreadable } from "./byte-source.ts";
import { openDecoder } from "./codecs.ts";
import { copyTile, decodeMosaic } from "./decode-mosaic.ts";
import { decodeNative } from "./decode-native.ts";
import { readLayout } from "./file-layout.ts";
import { splitFragments } from "./fragments.ts";
import { frameBytes, imageMatrix, type PixelLayout } from "./pixel-layout.ts";
import { bytesOfType, type StoredType, viewOfType } from "./stored-type.ts";
import { findTransferSyntax, type TransferSyntax } from "./transfer-syntax.ts";

/** A file to read, and where its frames go. */
export interface FileToDecode {
  readonly path: string;
  readonly absolutePath: string;
  /** As when its header was read. */
  readonly size: number;
  readonly pixels: PixelLayout;
  readonly frames: readonly {
    /** 0-based inside the file: frame, or tile of a mosaic. */
    readonly index: number;
    /** First value in the series, in values. */
    readonly target: number;
  }[];
}

/** Files to read into a series. */
export interface DecodeRequest {
  readonly files: readonly FileToDecode[];
  /** Stored values of the series, all of `type`. */
  readonly buffer: SharedArrayBuffer;
  readonly type: StoredType;
}

/**
 * Reads each file once, writes its stored values to their places, and returns the SHA-256 of each, hex.
 *
 * @throws InputError E-UNREADABLE, E-TRUNCATED, E-CHANGED, E-PIXELS, E-DECODE
 */
export const decodeFrames = defineTask(
  "dicom/decode-frames",
  async (request: DecodeRequest): Promise<readonly string[]> => {
    const digests: string[] = [];
    const room: Room = { bytes: new Uint8Array(0) };
    for (const file of request.files) digests.push(await decodeFile(file, request, room));
    return digests;
  },
);

/** Room for one file, used again for the next one of the task: fresh memory costs as much as the reading. */
interface Room {
  bytes: Uint8Array;
}

async function decodeFile(file: FileToDecode, request: DecodeRequest, room: Room): Promise<string> {
  const bytes = readWhole(file, room);
  const { pixels } = file;
  const syntax = findTransferSyntax(pixels.transferSyntaxUID);
  const frameAt = await openFrames(file, bytes, syntax);
  const { rows, columns } = imageMatrix(pixels);
  const count = rows * columns;
  const { littleEndian } = syntax.encoding;
  const tiles = pixels.mosaic && decodeMosaic(frameAt(0), pixels, littleEndian);
  for (const { index, target } of file.frames) {
    const place = viewOfType(
      request.type,
      request.buffer,
      target * bytesOfType(request.type),
      count,
    );
    if (tiles === undefined) decodeNative(frameAt(index), pixels, littleEndian, place);
    else copyTile(tiles, pixels, index, place);
  }
  return hash("sha256", bytes, "hex");
}

/** How to get the native bytes of a frame, by its index. */
async function openFrames(
  file: FileToDecode,
  bytes: Uint8Array,
  syntax: TransferSyntax,
): Promise<(index: number) => Uint8Array> {
  const { path, pixels } = file;
  const length = frameBytes(pixels);
  if (syntax.codec !== "native") {
    const decode = await openDecoder(syntax, pixels);
    const encoded = splitFragments(path, bytes, pixels);
    return (index) => requireLength(path, decode(path, encoded[index]!), length);
  }
  const body = syntax.deflated ? inflatedBytes(path, bytes) : bytes;
  return (index) => {
    const start = pixels.offset + index * length;
    return requireLength(path, body.subarray(start, start + length), length);
  };
}

function requireLength(path: string, frame: Uint8Array, length: number): Uint8Array {
  // Encapsulated frames may be padded to an even length.
  if (frame.length < length) throw truncated(path, length, frame.length);
  return frame.length === length ? frame : frame.subarray(0, length);
}

function inflatedBytes(path: string, bytes: Uint8Array): Uint8Array {
  const source = readLayout(memorySource(path, bytes))?.source;
  if (source === undefined) throw changed(path);
  const view = source.view(source.size);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function readWhole(file: FileToDecode, room: Room): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.absolutePath, "r");
    if (fstatSync(descriptor).size !== file.size) throw changed(file.path);
    if (room.bytes.length < file.size) room.bytes = new Uint8Array(file.size);
    const bytes = room.bytes.subarray(0, file.size);
    for (let at = 0; at < bytes.length; ) {
      const count = readSync(descriptor, bytes, at, Math.min(bytes.length - at, largestRead), at);
      if (count === 0) throw changed(file.path);
      at += count;
    }
    return bytes;
  } catch (error) {
    throw isProgramError(error) ? error : unreadable(file.path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Node reads at most 2 GiB at a time. */
const largestRead = 1 << 30;

function changed(path: string): InputError {
  return new InputError(
    "E-CHANGED",
    `${path} has changed while it was read.`,
    "Wait until the transfer is complete and start again.",
  );
}
