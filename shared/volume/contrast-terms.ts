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
  /** The program that fits along this contrast. */
  readonly program: string;
}

const table: Record<ContrastKeyword, ContrastTerms> = {
  EchoTime: {
    unit: "ms",
    symbol: "TE",
    noun: "echo times",
    option: "--te",
    code: "TE",
    program: "process-t2",
  },
  RepetitionTime: {
    unit: "ms",
    symbol: "TR",
    noun: "repetition times",
    option: "--tr",
    code: "TR",
    program: "process-t1",
  },
  InversionTime: {
    unit: "ms",
    symbol: "TI",
    noun: "inversion times",
    option: "--ti",
    code: "TI",
    program: "process-t1",
  },
  FlipAngle: {
    unit: "deg",
    symbol: "flip angle",
    noun: "flip angles",
    option: "--fa",
    code: "FA",
    program: "process-t1",
  },
  DiffusionBValue: {
    unit: "s/mm2",
    symbol: "b",
    noun: "b-values",
    option: "--bvals",
    code: "B",
    program: "process-dwi",
  },
};

/** Every contrast a series can vary in. */
export const contrastKeywords = Object.keys(table) as readonly ContrastKeyword[];

/** Words and unit of a contrast. */
export function contrastTerms(keyword: ContrastKeyword): ContrastTerms {
  return table[keyword];
}

/** One contrast or several as a list. */
export function contrastList(
  contrast: ContrastKeyword | readonly ContrastKeyword[],
): readonly ContrastKeyword[] {
  return typeof contrast === "string" ? [contrast] : contrast;
}
