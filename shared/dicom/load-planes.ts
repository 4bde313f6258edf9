import { fromPlainError, isProgramError, UnsupportedError } from "#shared/errors.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { decodeFrames } from "./decode-frames.ts";
import type { Frame, Instance } from "./frame.ts";
import type { PlacedImage } from "./place-images.ts";
import { bytesOfType, storedType, viewOfType } from "./stored-type.ts";

/** Most bytes the values of a stack of planes may have. */
const largestStack = 2 * 2 ** 30;

/** How stored values become numbers: stored x slope + intercept. */
export type Scale = Pick<Frame, "slope" | "intercept">;

/** The values of images, one for each plane, and what could not be read. */
export interface LoadedPlanes<Samples> {
  /** Shape [planes, rows, columns]; NaN in padding, and in planes whose pixels cannot be read. */
  readonly samples: Samples;
  /** Planes without pixels and why, ascending. */
  readonly damaged: readonly { readonly plane: number; readonly error: Error }[];
}

/**
 * Reads one image of each plane, each file once.
 *
 * @param images - one for each plane, of one matrix
 * @param scaleOf - instead of the rescale slope and intercept of the frame
 * @throws UnsupportedError E-TOO-LARGE; what is wrong with single files stands in the result
 */
export async function loadPlanes<Samples extends Float32Array | Float64Array>(
  images: readonly PlacedImage[],
  make: (count: number) => Samples,
  pool: Pool,
  scaleOf: (image: PlacedImage) => Scale | undefined = ({ frame }) => frame,
): Promise<LoadedPlanes<Samples>> {
  const { rows, columns } = images[0]!;
  const size = rows * columns;
  const samples = allocate(images.length * size, make);
  const damaged: { plane: number; error: Error }[] = [];
  const byFile = Map.groupBy(images.keys(), (plane) => images[plane]!.instance);
  await Promise.all(
    [...byFile].map(async ([instance, planes]) => {
      try {
        const stored = await decodePlanes(
          instance,
          planes.map((plane) => images[plane]!),
          size,
          pool,
        );
        planes.forEach((plane, at) => {
          const place = samples.subarray(plane * size, (plane + 1) * size);
          const scale = scaleOf(images[plane]!) ?? { slope: 1, intercept: 0 };
          scaleValues(stored.subarray(at * size, (at + 1) * size), instance, scale, place);
        });
      } catch (error) {
        if (!isProgramError(error)) throw error;
        for (const plane of planes) {
          samples.fill(Number.NaN, plane * size, (plane + 1) * size);
          damaged.push({ plane, error });
        }
      }
    }),
  );
  return { samples, damaged: damaged.sort((a, b) => a.plane - b.plane) };
}

async function decodePlanes(
  instance: Instance,
  images: readonly PlacedImage[],
  size: number,
  pool: Pool,
): Promise<ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> }> {
  const { path, absolutePath, pixels } = instance;
  if (instance.problem !== undefined) throw fromPlainError(instance.problem);
  if (pixels === undefined) throw new Error(`${path} has no pixels`);
  const type = storedType(pixels);
  const buffer = new SharedArrayBuffer(images.length * size * bytesOfType(type));
  const frames = images.map(({ frame }, at) => ({
    index: frame?.tile ?? Math.max((frame?.number ?? 0) - 1, 0),
    target: at * size,
  }));
  const file = { path, absolutePath, size: instance.size, pixels, frames };
  await pool.run(decodeFrames, { files: [file], buffer, type });
  return viewOfType(type, buffer);
}

function scaleValues(
  stored: ArrayLike<number>,
  { pixels }: Instance,
  { slope, intercept }: Scale,
  place: Float32Array | Float64Array,
): void {
  const padding = pixels?.padding;
  for (let v = 0; v < stored.length; v++) {
    const value = stored[v]!;
    const isPadding = padding !== undefined && value >= padding.low && value <= padding.high;
    place[v] = isPadding ? Number.NaN : value * slope + intercept;
  }
}

function allocate<Samples extends Float32Array | Float64Array>(
  count: number,
  make: (count: number) => Samples,
): Samples {
  const refuse = (cause?: unknown) =>
    new UnsupportedError(
      "E-TOO-LARGE",
      `The images have ${count} pixels, more than there is memory for.`,
      "Split the series, or use a machine with more memory.",
      cause,
    );
  if (count * 4 > largestStack) throw refuse();
  try {
    return make(count);
  } catch (error) {
    throw refuse(error);
  }
}
