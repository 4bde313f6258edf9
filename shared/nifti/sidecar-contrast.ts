import { InputError } from "#shared/errors.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { numberField, type Sidecar, textField } from "./sidecar.ts";

interface SidecarField {
  /** BIDS names, the first that is present counts. */
  readonly names: readonly string[];
  /** To the unit of the axis: BIDS has seconds, the axis ms. */
  readonly factor: number;
  /** Values above this, in the unit of BIDS, are taken for milliseconds by mistake. */
  readonly plausible: number;
}

/**
 * Where BIDS keeps each contrast. The limits are far above what is measured (water has a T1 of 4 s and
 * a T2 of 2 s) and below the same times in milliseconds.
 */
const fields: Record<ContrastKeyword, SidecarField> = {
  EchoTime: { names: ["EchoTime"], factor: 1000, plausible: 2.5 },
  RepetitionTime: {
    names: ["RepetitionTime", "RepetitionTimeExcitation", "RepetitionTimePreparation"],
    factor: 1000,
    plausible: 60,
  },
  InversionTime: { names: ["InversionTime"], factor: 1000, plausible: 60 },
  FlipAngle: { names: ["FlipAngle"], factor: 1, plausible: 360 },
  DiffusionBValue: { names: ["DiffusionBValue"], factor: 1, plausible: Number.POSITIVE_INFINITY },
};

/** What a sidecar says of a contrast, in the unit of its axis. */
export interface SidecarContrast {
  /** One for each volume, or a single one for all. */
  readonly values: readonly number[];
  /** `sidecar:EchoTime`. */
  readonly source: string;
}

/**
 * The values of a contrast in a sidecar; undefined when it has none.
 *
 * @throws InputError E-SIDECAR-UNIT when times are so long that they must be milliseconds
 */
export function sidecarContrast(
  sidecar: Sidecar | undefined,
  keyword: ContrastKeyword,
): SidecarContrast | undefined {
  const { names, factor, plausible } = fields[keyword];
  const name = names.find((candidate) => numberField(sidecar, candidate) !== undefined);
  const found = name === undefined ? undefined : numberField(sidecar, name);
  if (sidecar === undefined || name === undefined || found === undefined) return undefined;
  const stored = typeof found === "number" ? [found] : found;
  const inMilliseconds = factor === 1000 && /^m(?:illi)?s/.test(textField(sidecar, `${name}_unit`));
  const largest = Math.max(...stored);
  if (!inMilliseconds && largest > plausible) {
    throw new InputError(
      "E-SIDECAR-UNIT",
      `${name} in ${sidecar.path} goes up to ${largest}, which would be ${factor === 1000 ? "seconds" : "degrees"} (BIDS).`,
      `Correct the sidecar, or give the values with ${contrastTerms(keyword).option} and --override.`,
    );
  }
  // Twelve digits: 0.0268 s is 26.8 ms, not 26.800000000000004.
  const convert = (value: number): number =>
    inMilliseconds ? value : Number((value * factor).toPrecision(12));
  return { values: stored.map(convert), source: `sidecar:${name}` };
}
