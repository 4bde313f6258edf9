import type { Unit } from "#shared/units.ts";
import type { ContrastKeyword } from "./series-volume.ts";

/** How a contrast is spoken of in messages, and the unit of its axis. */
export interface ContrastTerms {
  readonly unit: Unit;
  /** TE, TR, TI, flip angle, b. */
  readonly symbol: string;
  readonly noun: string;
  /** The option that gives its values. */
  readonly option: string;
  /** The part of an error code: E-TE-CONSTANT, E-MISSING-TE. */
  readonly code: string;
}

const table: Record<ContrastKeyword, ContrastTerms> = {
  EchoTime: { unit: "ms", symbol: "TE", noun: "echo times", option: "--te", code: "TE" },
  RepetitionTime: {
    unit: "ms",
    symbol: "TR",
    noun: "repetition times",
    option: "--tr",
    code: "TR",
  },
  InversionTime: { unit: "ms", symbol: "TI", noun: "inversion times", option: "--ti", code: "TI" },
  FlipAngle: { unit: "deg", symbol: "flip angle", noun: "flip angles", option: "--fa", code: "FA" },
  DiffusionBValue: { unit: "s/mm2", symbol: "b", noun: "b-values", option: "--bvals", code: "B" },
};

/** Every contrast a series can vary in. */
export const contrastKeywords = Object.keys(table) as readonly ContrastKeyword[];

/** Words and unit of a contrast. */
export function contrastTerms(keyword: ContrastKeyword): ContrastTerms {
  return table[keyword];
}
