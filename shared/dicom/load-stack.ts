import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { SeriesVolume, SourceFile, StoredArray } from "#shared/volume/series-volume.ts";
import { decodeFrames, type FileToDecode } from "./decode-frames.ts";
import type { Image, Instance } from "./frame.ts";
import type { Stack } from "./stack.ts";
import { bytesOfType, commonType, storedType, viewOfType } from "./stored-type.ts";

/** Most bytes of stored values one series may have. */
const largestSeries = 4 * 2 ** 30;

/** Bytes of pixels handed to a thread at once: long enough to be worth a message, short enough to share out. */
const batchBytes = 4 * 2 ** 20;

/** The stored values of a stack, and the files they came from. */
export type LoadedStack = Pick<SeriesVolume, "stored" | "slope" | "intercept" | "padding"> & {
  readonly files: readonly SourceFile[];
};

/**
 * Reads the pixels of a stack, each file once, on the threads of the pool, into one shared array.
 *
 * @throws UnsupportedError E-TOO-LARGE; InputError as decodeFrames does, E-PADDING
 */
export async function loadStack(
  stack: Pick<Stack, "grid" | "images">,
  pool: Pool,
  progress?: (done: number, total: number) => void,
): Promise<LoadedStack> {
  const images = stack.images.flat();
  const type = commonType(images.map(({ instance }) => storedType(instance.pixels!)));
  const plane = stack.grid.shape[0] * stack.grid.shape[1];
  const buffer = allocate(images.length * plane * bytesOfType(type));
  const files = planFiles(images, plane);
  const batches = planBatches(files);
  let done = 0;
  const digests = await Promise.all(
    batches.map(async (batch) => {
      const result = await pool.run(decodeFrames, { files: batch, buffer, type });
      done += batch.length;
      progress?.(done, files.length);
      return result;
    }),
  );
  const sha256 = digests.flat();
  const sources = files.map((file, i) => ({
    path: file.path,
    sha256: sha256[i]!,
    sopInstanceUID: file.instance.sopInstanceUID,
  }));
  return {
    stored: viewOfType(type, buffer) as StoredArray,
    slope: Float64Array.from(images, ({ frame }) => frame.slope),
    intercept: Float64Array.from(images, ({ frame }) => frame.intercept),
    padding: requireOnePadding(images),
    files: sources.sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

type PlannedFile = FileToDecode & { readonly instance: Instance };

function planFiles(images: readonly Image[], plane: number): readonly PlannedFile[] {
  const frames = new Map<Instance, { index: number; target: number }[]>();
  images.forEach(({ instance, frame }, i) => {
    const index = frame.tile ?? Math.max(frame.number - 1, 0);
    const entry = { index, target: i * plane };
    const list = frames.get(instance);
    if (list === undefined) frames.set(instance, [entry]);
    else list.push(entry);
  });
  return [...frames].map(([instance, list]) => ({
    instance,
    path: instance.path,
    absolutePath: instance.absolutePath,
    size: instance.size,
    pixels: instance.pixels!,
    frames: list,
  }));
}

function planBatches(files: readonly PlannedFile[]): readonly (readonly FileToDecode[])[] {
  const batches: FileToDecode[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const { instance: _, ...file } of files) {
    if (bytes >= batchBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(file);
    // A tiny file costs as much as 16 kB of a large one.
    bytes += Math.max(file.size, 16_384);
  }
  return batches;
}

function allocate(bytes: number): SharedArrayBuffer {
  const refuse = (cause?: unknown) =>
    new UnsupportedError(
      "E-TOO-LARGE",
      `The series needs ${Math.ceil(bytes / 2 ** 20)} MB for its pixels.`,
      "Split it, or use a machine with more memory.",
      cause,
    );
  if (bytes > largestSeries) throw refuse();
  try {
    return new SharedArrayBuffer(bytes);
  } catch (error) {
    throw refuse(error);
  }
}

function requireOnePadding(images: readonly Image[]): SeriesVolume["padding"] {
  const first = images[0]!.instance.pixels!.padding;
  const other = images.find(({ instance }) => {
    const padding = instance.pixels!.padding;
    return padding?.low !== first?.low || padding?.high !== first?.high;
  });
  if (other === undefined) return first;
  throw new InputError(
    "E-PADDING",
    `PixelPaddingValue (0028,0120) differs between images (${images[0]!.instance.path}, ${other.instance.path}).`,
    "Export the images again with one padding value.",
  );
}
