import type { Tissue } from "./tissue-table.ts";

/** A line of the Z-spectrum: protons that saturation reaches, seen by the water they lose. */
export interface SaturationPool {
  readonly name: string;
  /** From the water line, ppm. */
  readonly offsetPpm: number;
  /** Full width at half maximum, ppm. */
  readonly widthPpm: number;
  /** Part of the water signal that is lost on resonance. */
  readonly depth: number;
}

/** Where pools exchange with water: round numbers of the literature's amide, amine, hydroxyl and aliphatic (NOE) lines. */
const places = {
  amide: { offsetPpm: 3.5, widthPpm: 1.2 },
  amine: { offsetPpm: 2, widthPpm: 1.4 },
  hydroxyl: { offsetPpm: 1.2, widthPpm: 1 },
  noe: { offsetPpm: -3.5, widthPpm: 3 },
  // Macromolecules: so broad that they lower the whole spectrum.
  macromolecules: { offsetPpm: -2, widthPpm: 40 },
} as const;

type PoolName = keyof typeof places;

/** Depths of each tissue, by our own design; no reference for real tissue. Water alone where none is named. */
const depths: Readonly<Record<string, Partial<Record<PoolName, number>>>> = {
  "subcutaneous fat": { macromolecules: 0.02 },
  muscle: { amide: 0.04, amine: 0.06, noe: 0.06, macromolecules: 0.12 },
  mesentery: { amide: 0.02, noe: 0.03, macromolecules: 0.05 },
  "bowel wall": { amide: 0.03, amine: 0.02, noe: 0.05, macromolecules: 0.08 },
  liver: { amide: 0.05, hydroxyl: 0.05, noe: 0.06, macromolecules: 0.12 },
  "kidney cortex": { amide: 0.05, amine: 0.02, noe: 0.05, macromolecules: 0.08 },
  "kidney medulla": { amide: 0.04, amine: 0.02, noe: 0.04, macromolecules: 0.06 },
  vertebra: { amide: 0.02, noe: 0.04, macromolecules: 0.1 },
  "spinal cord": { amide: 0.05, amine: 0.02, noe: 0.08, macromolecules: 0.15 },
  "tumour rim": { amide: 0.09, amine: 0.03, noe: 0.05, macromolecules: 0.06 },
  "tumour necrotic core": { amide: 0.05, noe: 0.03, macromolecules: 0.03 },
  "vial B": { amide: 0.12 },
  "vial C": { amine: 0.15 },
  "vial D": { hydroxyl: 0.2 },
};

/** The water line, saturated directly; the wider the shorter T2 is. */
function waterPool({ t2Ms }: Tissue): SaturationPool {
  return { name: "water", offsetPpm: 0, widthPpm: 1 + 20 / t2Ms, depth: 0.92 };
}

/** The lines of a tissue's Z-spectrum, water first. */
export function saturationPools(tissue: Tissue): readonly SaturationPool[] {
  const own = Object.entries(depths[tissue.name] ?? {}).map(([name, depth]) => ({
    name,
    ...places[name as PoolName],
    depth,
  }));
  return [waterPool(tissue), ...own];
}

/**
 * What saturation at an offset leaves of the water signal: a product of Lorentzian lines,
 *
 *     Z(x) = product_i (1 - d_i / (1 + (2 (x - x_i) / w_i)²))
 *
 * with depth d, offset x and full width w of each pool. No exchange is computed; a product, not a sum, so that lines that lie
 * over each other leave no negative signal.
 *
 * @see Zaiss M et al., NMR Biomed 2015;28:217, for Lorentzian lines as a description of Z-spectra
 */
export function saturatedFraction(tissue: Tissue, offsetPpm: number): number {
  return saturationPools(tissue).reduce((left, { offsetPpm: centre, widthPpm, depth }) => {
    const distance = (2 * (offsetPpm - centre)) / widthPpm;
    return left * (1 - depth / (1 + distance ** 2));
  }, 1);
}
