import { InputError } from "#shared/errors.ts";
import type { PixelLayout } from "./pixel-layout.ts";

const item = 0xe000fffe;
const sequenceEnd = 0xe0ddfffe;

/**
 * Encoded bytes of each frame of encapsulated pixel data (PS3.5 A.4).
 *
 * One fragment per frame, or frames found by the basic offset table, or one frame in many fragments; where
 * neither holds, a new frame begins at each fragment that begins like one.
 *
 * @param bytes - the whole file
 * @throws InputError E-TRUNCATED, E-PIXELS
 */
export function splitFragments(
  path: string,
  bytes: Uint8Array,
  pixels: PixelLayout,
): readonly Uint8Array[] {
  const [table, ...fragments] = readFragments(path, bytes, pixels.offset);
  const { frames } = pixels;
  if (table === undefined || fragments.length < frames) {
    throw new InputError(
      "E-PIXELS",
      `${path} holds ${fragments.length} pieces of compressed pixels for ${frames} frames.`,
      "Transfer the file again.",
    );
  }
  if (fragments.length === frames) return fragments.map((fragment) => fragment.bytes);
  if (frames === 1) return [join(fragments)];
  const starts = readTable(table.bytes, frames) ?? guessStarts(fragments);
  const first = fragments[0]!.start;
  const groups = starts.map((start, i) =>
    fragments.filter(
      (fragment) =>
        fragment.start - first >= start &&
        (i + 1 === starts.length || fragment.start - first < starts[i + 1]!),
    ),
  );
  if (groups.length !== frames || groups.some((group) => group.length === 0)) {
    throw new InputError(
      "E-PIXELS",
      `${path}: its ${fragments.length} pieces of compressed pixels cannot be told apart into ${frames} frames.`,
      "Convert the images to Explicit VR Little Endian.",
    );
  }
  return groups.map(join);
}

interface Fragment {
  /** Offset of the item tag in the file. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

function readFragments(path: string, bytes: Uint8Array, offset: number): readonly Fragment[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Fragment[] = [];
  let at = offset;
  while (at + 8 <= bytes.length) {
    const tag = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (tag === sequenceEnd) return found;
    if (tag !== item || at + 8 + length > bytes.length) break;
    found.push({ start: at, bytes: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length;
  }
  throw new InputError(
    "E-TRUNCATED",
    `${path} is cut short: its compressed pixels end at byte ${at} of ${bytes.length} without an end mark.`,
    "Transfer the file again.",
  );
}

function readTable(table: Uint8Array, frames: number): readonly number[] | undefined {
  if (table.length !== frames * 4) return undefined;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: frames }, (_, i) => view.getUint32(i * 4, true));
}

/** JPEG and JPEG-LS streams begin with FFD8, JPEG 2000 code streams with FF4F. */
function guessStarts(fragments: readonly Fragment[]): readonly number[] {
  const first = fragments[0]!.start;
  return fragments
    .filter(({ bytes }) => bytes[0] === 0xff && (bytes[1] === 0xd8 || bytes[1] === 0x4f))
    .map(({ start }) => start - first);
}

function join(fragments: readonly Fragment[]): Uint8Array {
  return fragments.length === 1
    ? fragments[0]!.bytes
    : Buffer.concat(fragments.map((fragment) => fragment.bytes));
}
