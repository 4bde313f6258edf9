import type { Quantity } from "#shared/dicom/quantity.ts";
import type { Unit } from "#shared/units.ts";

/** What a fitted parameter is called in files, and the unit it has there. */
export interface MapName {
  /** BIDS suffix, or the suffix of the main map for parameters BIDS has no word for. */
  readonly suffix: string;
  /** Value of `desc-` for those. */
  readonly description?: string;
  readonly fileUnit: Unit;
  /** How DICOM calls the quantity; undefined when it has no code. */
  readonly quantity?: Quantity;
}

/**
 * Suffixes and units of BIDS 1.10 (appendix "qMRI": T1map, T2map, T2starmap, R1map, R2map, R2starmap in s
 * and 1/s, M0map and S0map arbitrary), by the symbol of the parameter in the model's data sheet.
 */
const names: Readonly<Record<string, MapName>> = {
  T2: { suffix: "T2map", fileUnit: "s", quantity: "T2" },
  R2: { suffix: "R2map", fileUnit: "1/s", quantity: "R2" },
  T2star: { suffix: "T2starmap", fileUnit: "s", quantity: "T2star" },
  R2star: { suffix: "R2starmap", fileUnit: "1/s", quantity: "R2star" },
};

/** The amplitude of a spin-echo fit is BIDS' M0map, that of a gradient-echo fit its S0map. */
const amplitudes: Readonly<Record<string, MapName>> = {
  T2map: { suffix: "M0map", fileUnit: "arbitrary", quantity: "M0" },
  T2starmap: { suffix: "S0map", fileUnit: "arbitrary", quantity: "S0" },
};

/**
 * The name of the map of a parameter.
 *
 * @param main - symbol of the model's main parameter, whose suffix the others borrow
 */
export function nameMap(symbol: string, unit: Unit, main: string): MapName {
  const known = names[symbol];
  if (known !== undefined) return known;
  const suffix = names[main]?.suffix;
  if (suffix === undefined) throw new Error(`no file name for maps of ${main}`);
  const amplitude = symbol === "S0" ? amplitudes[suffix] : undefined;
  if (amplitude !== undefined) return amplitude;
  return { suffix, description: symbol, fileUnit: unit };
}
