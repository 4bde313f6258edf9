import { InputError } from "#shared/errors.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { combineParts, remarkOnPhase, type SignalForm } from "#shared/volume/complex-signal.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import { type LoadedStack, loadStack } from "./load-stack.ts";
import type { Stack } from "./stack.ts";

/** The signals of a series, and the stack of images they came from, one for each entry of the axis. */
export interface LoadedParts extends LoadedStack {
  readonly stack: Stack;
  readonly parts: SeriesVolume["parts"] | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Reads the pixels of one stack, or of two that are the parts of a complex signal, into real and imaginary signals.
 *
 * @throws InputError E-COMPLEX-PARTS when two parts do not belong together, E-PHASE-SCALE, and as loadStack does
 */
export async function loadParts(
  form: SignalForm,
  stacks: readonly Stack[],
  name: string,
  pool: Pool,
  progress?: (done: number, total: number) => void,
): Promise<LoadedParts> {
  const [first, second] = stacks;
  if (first === undefined) throw new Error("no stack");
  if (second === undefined || form === "magnitude" || form === "real") {
    const parts = form === "real" ? first.axis.values.map(() => "real" as const) : undefined;
    return { ...(await loadStack(first, pool, progress)), stack: first, parts, warnings: [] };
  }
  requireSameImages(first, second, form);
  const loaded = [await loadStack(first, pool, progress), await loadStack(second, pool)] as const;
  const { shape } = first.grid;
  const images = first.axis.values.length;
  const { note, ...signals } = combineParts(
    form,
    [
      { ...loaded[0], shape },
      { ...loaded[1], shape },
    ],
    images,
    name,
  );
  const files = new Map(loaded.flatMap(({ files }) => files).map((file) => [file.path, file]));
  return {
    ...signals,
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    stack: {
      ...first,
      axis: { ...first.axis, values: [...first.axis.values, ...second.axis.values] },
      images: [...first.images, ...second.images],
    },
    parts: [
      ...first.images.map(() => "real" as const),
      ...second.images.map(() => "imaginary" as const),
    ],
    warnings: note === "" ? [] : [remarkOnPhase(note)],
  };
}

function requireSameImages(first: Stack, second: Stack, form: SignalForm): void {
  const [one, two] = form.split("-");
  const { noun } = contrastTerms(first.axis.keyword);
  const [a, b] = [first.axis.values, second.axis.values];
  const sameValues = a.length === b.length && a.every((value, i) => value === b[i]);
  const samePlace = first.grid.affineLps.every(
    (value, i) => Math.abs(value - second.grid.affineLps[i]!) < 1e-3,
  );
  if (sameValues && samePlace && first.grid.shape[2] === second.grid.shape[2]) return;
  throw new InputError(
    "E-COMPLEX-PARTS",
    `The ${one} images (${a.length} ${noun}, ${first.grid.shape[2]} slices) and the ${two} images (${b.length} ${noun}, ${second.grid.shape[2]} slices) are not the same images.`,
    "Send the scan again, or use the magnitude images alone.",
  );
}
