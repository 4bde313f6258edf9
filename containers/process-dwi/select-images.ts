import type { OptionsOf } from "#command-json/define-command.ts";
import { InputError, UsageError } from "#shared/errors.ts";
import { isB0 } from "#shared/volume/diffusion-shells.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import type { ModelName } from "./choose-name.ts";
import type { command } from "./command.ts";

/** The images a fit uses. */
export interface ImageChoice {
  readonly diffusion: DiffusionEncoding;
  /** Indices along the contrast axis, ascending. */
  readonly contrasts: readonly number[];
  /** Images without diffusion weighting were left out because the options say so. */
  readonly droppedB0: boolean;
}

type Options = Pick<OptionsOf<typeof command>, "bmin" | "bmax" | "b0">;

/** Range in which the largest b-value of a scan lies, s/mm²: outside it, the numbers are in another unit. */
const soundLargestB = [10, 1e5] as const;

/**
 * The images left by `--bmin`, `--bmax` and `--b0`.
 *
 * @throws InputError E-B-UNIT when the b-values are no s/mm²; UsageError E-B-RANGE when fewer than two b-values are left
 */
export function selectImages(
  diffusion: DiffusionEncoding,
  model: ModelName,
  options: Options,
): ImageChoice {
  requireUnit(diffusion);
  const { bmin, bmax = Number.POSITIVE_INFINITY } = options;
  const all = diffusion.bValues.map((_, index) => index);
  const keepsB0 =
    options.b0 === "keep" || (options.b0 === "auto" && !leavesPerfusionOut(model, bmin));
  const contrasts = all.filter((index) => {
    const b = diffusion.bValues[index]!;
    if (!isB0(diffusion, index)) return b >= bmin && b <= bmax;
    return options.b0 === "drop" ? false : keepsB0 || b >= bmin;
  });
  const left = new Set(contrasts.map((index) => diffusion.bValues[index]!));
  if (left.size < 2) {
    const found = [...new Set(diffusion.bValues)];
    throw new UsageError(
      "E-B-RANGE",
      `The options leave ${left.size === 1 ? "one b-value" : "no b-value"} of ${found.length} (${describe(found)}).`,
      "A fit needs at least two b-values: correct --bmin, --bmax or --b0.",
    );
  }
  return {
    diffusion,
    contrasts,
    droppedB0: all.some((index) => isB0(diffusion, index) && !contrasts.includes(index)),
  };
}

/** The signal of perfusion is gone from about 150 s/mm² on; b = 0 holds all of it. */
function leavesPerfusionOut(model: ModelName, bmin: number): boolean {
  return bmin > 0 && (model === "adc" || model === "kurtosis");
}

function requireUnit({ bValues }: DiffusionEncoding): void {
  const largest = Math.max(...bValues);
  if (largest >= soundLargestB[0] && largest <= soundLargestB[1]) return;
  const small = largest < soundLargestB[0];
  const advice = small
    ? `If they are ms/µm², multiply by 1000`
    : `If they are s/m², divide by 1 000 000`;
  throw new InputError(
    "E-B-UNIT",
    `The b-values go up to ${Number(largest.toPrecision(6))} s/mm²: ${small ? "too little to see diffusion" : "no scanner reaches that"}, so they are in another unit or wrong.`,
    `${advice} and give them with --bvals and --override bvals.`,
  );
}

function describe(values: readonly number[]): string {
  const shown = values.slice(0, 8).map((value) => Number(value.toPrecision(6)));
  return `${shown.join(", ")}${values.length > 8 ? ", ..." : ""} s/mm²`;
}
