import { codeString } from "#shared/dicom/derived-object.ts";
import type { Derivation, Quantity } from "#shared/dicom/quantity.ts";
import { quantities } from "#shared/dicom/quantity.ts";
import type { Unit } from "#shared/units.ts";

/** What an element of a ParaVision map shows, as far as its identifier and comment tell. */
export interface MapElement {
  /** One of ours, where its definition is the same. */
  readonly quantity?: Quantity;
  /** A number about the quantity: ParaVision's σ of a fitted parameter. */
  readonly derivation?: Derivation;
  /** LUTLabel and value 4 of ImageType, at most 16 characters. */
  readonly label: string;
  /** Value 3 of ImageType, PS3.3 C.8.3.1.1.1. */
  readonly imageType: "T1 MAP" | "T2 MAP" | "DIFFUSION MAP" | "OTHER";
  /** Of values whose VisuCoreDataUnits are empty: signals are arbitrary, ratios and flags have none. */
  readonly unitless: Unit;
}

const diffusion = (label: string, quantity?: Quantity): MapElement => ({
  ...(quantity && { quantity }),
  ...{ label, imageType: "DIFFUSION MAP", unitless: "1" },
});
const other = (label: string, unitless: Unit): MapElement => ({
  ...{ label, imageType: "OTHER", unitless },
});

/** VisuFGElemId of the maps of ParaVision's diffusion tensor processing, without DTI_. */
const tensorElements: Readonly<Record<string, MapElement>> = {
  FA: diffusion("FA", "FA"),
  TRACE: diffusion("Trace"),
  A0: { ...other("A0", "arbitrary"), quantity: "S0" },
  TWI: other("TRACEW", "arbitrary"),
  // The first eigenvalue is the axial diffusivity by definition.
  L1: diffusion("L1", "AD"),
  ERR: other("valid", "1"),
};

/**
 * Texts of VisuFGElemComment of the image sequence analysis, in the order they are tried: PV5 and 6 write "std dev of T2
 * relaxation time", PV360 "σ of T2 Relaxation Time".
 */
const fittedParameters: readonly (readonly [RegExp, MapElement])[] = [
  [
    /\bT1 relax/i,
    { quantity: "T1", label: quantities.T1.label, imageType: "T1 MAP", unitless: "unknown" },
  ],
  [
    /\bT2 ?\* relax/i,
    {
      ...{ quantity: "T2star", label: quantities.T2star.label },
      ...{ imageType: "OTHER", unitless: "unknown" },
    },
  ],
  [
    /\bT2 relax/i,
    { quantity: "T2", label: quantities.T2.label, imageType: "T2 MAP", unitless: "unknown" },
  ],
  [
    /diffusion (constant|coefficient)/i,
    { quantity: "ADC", label: "ADC", imageType: "DIFFUSION MAP", unitless: "unknown" },
  ],
  [/signal intensity/i, { quantity: "S0", label: "S0", imageType: "OTHER", unitless: "arbitrary" }],
  [/valid/i, other("valid", "1")],
  [/χ²|chi.?(2|sq)/i, other("chi squared", "1")],
  [/dev.* of (the )?fit/i, other("SD of fit", "arbitrary")],
];

const spread = /^\s*(σ|sigma|std\.? ?dev|standard (deviation|error))/i;

/**
 * What a map element is, by its identifier (FG_DTI) or its comment (FG_ISA).
 *
 * @param refocused - false for gradient echoes: what ParaVision calls "T2 Relaxation Time" there is T2*
 */
export function mapElement(id: string, comment: string, refocused: boolean): MapElement {
  const tensor = /^DTI_(\w+)$/.exec(id)?.[1];
  if (tensor !== undefined) return tensorElements[tensor] ?? diffusion(tensor.slice(0, 16));
  const found = fittedParameters.find(([pattern]) => pattern.test(comment))?.[1];
  if (found === undefined) return other(shortLabel(comment || id), "unknown");
  const named =
    found.quantity === "T2" && !refocused
      ? ({ ...found, quantity: "T2star", label: "T2*", imageType: "OTHER" } as const)
      : found;
  if (!spread.test(comment) || named.quantity === undefined) return named;
  return {
    ...named,
    ...{ derivation: "standard error", label: `${named.label} SE`, imageType: "OTHER" },
  };
}

function shortLabel(text: string): string {
  return codeString(plainText(text)).trim() === "" ? "parameter" : plainText(text).slice(0, 16);
}

const spelled: Readonly<Record<string, string>> = {
  σ: "sigma",
  χ: "chi",
  "²": "2",
  "³": "3",
  µ: "u",
  μ: "u",
  Δ: "delta ",
  "°": "deg",
};

/**
 * A comment in printable ASCII, without what file systems and NIfTI names cannot have: `σ of Fit χ²` becomes
 * `sigma of Fit chi2`.
 */
export function plainText(text: string): string {
  return asciiText(text)
    .replace(/[\\/:*?"<>|]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** A text in printable ASCII, Greek letters and powers spelled. */
export function asciiText(text: string): string {
  return [...text]
    .map((sign) => spelled[sign] ?? sign)
    .join("")
    .normalize("NFKD")
    .replace(/[^ -~]/g, "");
}
