import type { Quantity } from "#shared/dicom/quantity.ts";
import {
  type ModelParameter,
  type ModelSheet,
  mainParameters,
} from "#shared/models/signal-model.ts";
import type { Unit } from "#shared/units.ts";

/** What a fitted parameter is called in files, and the unit it has there. */
export interface MapName {
  /** BIDS suffix, a suffix of our own, or the suffix of the main map for parameters that need none. */
  readonly suffix: string;
  /** Value of `desc-` for those. */
  readonly description?: string;
  readonly fileUnit: Unit;
  /** How DICOM calls the quantity; undefined when it has no code. */
  readonly quantity?: Quantity;
  /** True for whole numbers that name something: written as one byte a voxel. */
  readonly labels?: boolean;
}

/**
 * Names by the symbol of the parameter in the model's data sheet.
 *
 * BIDS 1.10 has T1map, T2map, T2starmap, R1map, R2map, R2starmap (s, 1/s), M0map, S0map (arbitrary), ADC, MD (mm2/s) and FA;
 * the other suffixes are ours and listed in docs/outputs.md.
 */
const names: Readonly<Record<string, MapName>> = {
  T1: { suffix: "T1map", fileUnit: "s", quantity: "T1" },
  R1: { suffix: "R1map", fileUnit: "1/s", quantity: "R1" },
  T2: { suffix: "T2map", fileUnit: "s", quantity: "T2" },
  R2: { suffix: "R2map", fileUnit: "1/s", quantity: "R2" },
  T2star: { suffix: "T2starmap", fileUnit: "s", quantity: "T2star" },
  R2star: { suffix: "R2starmap", fileUnit: "1/s", quantity: "R2star" },
  M0: { suffix: "M0map", fileUnit: "arbitrary", quantity: "M0" },
  S0: { suffix: "S0map", fileUnit: "arbitrary", quantity: "S0" },
  ADC: { suffix: "ADC", fileUnit: "mm2/s", quantity: "ADC" },
  MD: { suffix: "MD", fileUnit: "mm2/s", quantity: "MD" },
  FA: { suffix: "FA", fileUnit: "1", quantity: "FA" },
  AD: { suffix: "AD", fileUnit: "mm2/s", quantity: "AD" },
  RD: { suffix: "RD", fileUnit: "mm2/s", quantity: "RD" },
  MO: { suffix: "MO", fileUnit: "1" },
  L1: { suffix: "L1", fileUnit: "mm2/s" },
  L2: { suffix: "L2", fileUnit: "mm2/s" },
  L3: { suffix: "L3", fileUnit: "mm2/s" },
  MK: { suffix: "MK", fileUnit: "1", quantity: "MK" },
  AK: { suffix: "AK", fileUnit: "1", quantity: "AK" },
  RK: { suffix: "RK", fileUnit: "1", quantity: "RK" },
  KFA: { suffix: "KFA", fileUnit: "1", quantity: "KFA" },
  polarity: { suffix: "dseg", description: "polarity", fileUnit: "1", labels: true },
};

/** Symbols that mean something of their own in one model, by the name of its sheet. */
const namesInModel: Readonly<Record<string, Readonly<Record<string, MapName>>>> = {
  ivim: {
    D: { suffix: "Dslow", fileUnit: "mm2/s", quantity: "Dslow" },
    Dstar: { suffix: "Dfast", fileUnit: "mm2/s", quantity: "Dfast" },
    f: { suffix: "perffraction", fileUnit: "1", quantity: "perfusionFraction" },
  },
  "diffusion-kurtosis": {
    D: { suffix: "Dkurt", fileUnit: "mm2/s", quantity: "Dkurt" },
    K: { suffix: "AKC", fileUnit: "1", quantity: "AKC" },
  },
};

/** The amplitude of a spin-echo fit is BIDS' M0map, that of a gradient-echo or diffusion fit its S0map. */
const spinEchoAmplitude: MapName = { suffix: "M0map", fileUnit: "arbitrary", quantity: "M0" };

/**
 * The name of the map of a parameter.
 *
 * @param sheet - of the model: parameters without a name of their own borrow the suffix of its first main parameter
 */
export function nameMap(
  sheet: Pick<ModelSheet, "name" | "parameters">,
  { symbol, unit }: Pick<ModelParameter, "symbol" | "unit">,
): MapName {
  const main = mainParameters(sheet)[0]!.symbol;
  if (symbol === "S0" && main === "T2") return spinEchoAmplitude;
  const known = knownName(sheet.name, symbol);
  if (known !== undefined) return known;
  const suffix = knownName(sheet.name, main)?.suffix;
  if (suffix === undefined) throw new Error(`no file name for maps of ${main}`);
  return { suffix, description: symbol, fileUnit: unit };
}

function knownName(model: string, symbol: string): MapName | undefined {
  return namesInModel[model]?.[symbol] ?? names[symbol];
}

/** What a suffix of ours names: the symbol of the parameter and how its map is called; undefined for other suffixes. */
export function readSuffix(
  suffix: string,
): { readonly symbol: string; readonly name: MapName } | undefined {
  for (const table of [names, ...Object.values(namesInModel)]) {
    for (const [symbol, name] of Object.entries(table)) {
      if (name.suffix === suffix && name.labels !== true) return { symbol, name };
    }
  }
  return undefined;
}

/** The suffix of the map of a DICOM quantity: `T2map`; the quantity itself where no map of ours has it. */
export function nameQuantity(quantity: Quantity): string {
  const tables = [names, ...Object.values(namesInModel)].flatMap((table) => Object.values(table));
  return tables.find((name) => name.quantity === quantity)?.suffix ?? quantity;
}

/** True for the size of the signal: needed to draw the curve, but no property of the tissue. */
export function isAmplitude({ quantity }: MapName): boolean {
  return quantity === "M0" || quantity === "S0";
}
