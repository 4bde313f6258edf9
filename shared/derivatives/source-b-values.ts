import type { FitToWrite } from "./fit-to-write.ts";

/** Measured b-values of one shell differ by the imaging gradients: this share of the smallest, and no more, is one shell. */
const shellWidth = 0.03;

/**
 * The distinct b-values that went into a fit, s/mm², ascending, for the codes of DICOM objects: nominal ones where the scan
 * has them, else the measured ones, each shell by its mean in four digits. Empty for other contrasts.
 */
export function listSourceBValues({ series, contrasts }: FitToWrite): readonly number[] {
  if (series.axis.keyword !== "DiffusionBValue") return [];
  const values = series.diffusion?.nominalBValues ?? series.axis.values;
  const sorted = contrasts.map((index) => values[index]!).sort((a, b) => a - b);
  const shells: number[][] = [];
  for (const value of sorted) {
    const shell = shells.at(-1);
    if (shell !== undefined && value <= shell[0]! * (1 + shellWidth)) shell.push(value);
    else shells.push([value]);
  }
  return shells.map((shell) =>
    Number((shell.reduce((sum, value) => sum + value, 0) / shell.length).toPrecision(4)),
  );
}
