import type { Code } from "./code.ts";

/** A kind of map: what its values are, as DICOM says it. */
export interface QuantityEntry {
  /** What is mapped, PS3.16 CID 7180 (abstract multi-dimensional image model component semantics). */
  readonly code: Code;
  /** How a SeriesDescription and value 4 of ImageType call it. */
  readonly label: string;
  /** Value 3 of ImageType, PS3.3 C.8.3.1.1.1. */
  readonly imageType: "T1 MAP" | "T2 MAP" | "DIFFUSION MAP" | "OTHER";
}

const dcm = (value: string, meaning: string): Code => ({ value, scheme: "DCM", meaning });
const signal = dcm("110852", "MR signal intensity");
const diffusion = (value: string, meaning: string, label: string) =>
  ({ code: dcm(value, meaning), label, imageType: "DIFFUSION MAP" }) as const;

/** Every quantity a map of ours may hold; codes from PS3.16 annex D (CID 7180, 7263, 7272). */
export const quantities = {
  T1: { code: dcm("113063", "T1"), label: "T1", imageType: "T1 MAP" },
  T2: { code: dcm("113065", "T2"), label: "T2", imageType: "T2 MAP" },
  T2star: { code: dcm("113064", "T2*"), label: "T2*", imageType: "OTHER" },
  R1: { code: dcm("126393", "R1"), label: "R1", imageType: "OTHER" },
  R2: { code: dcm("126394", "R2"), label: "R2", imageType: "OTHER" },
  R2star: { code: dcm("126395", "R2*"), label: "R2*", imageType: "OTHER" },
  ADC: diffusion("113041", "Apparent Diffusion Coefficient", "ADC"),
  MD: diffusion("113202", "Mean Diffusivity", "MD"),
  AD: diffusion("113204", "Axial Diffusivity", "AD"),
  RD: diffusion("113203", "Radial Diffusivity", "RD"),
  FA: diffusion("110808", "Fractional Anisotropy", "FA"),
  Dslow: diffusion("113291", "Slow Diffusion Coefficient", "D"),
  Dfast: diffusion("113292", "Fast Diffusion Coefficient", "D*"),
  perfusionFraction: diffusion("113293", "Fast Diffusion Coefficient Fraction", "f"),
  Dkurt: diffusion("113294", "Kurtosis Diffusion Coefficient", "D kurtosis"),
  AKC: diffusion("113206", "Apparent Kurtosis Coefficient", "AKC"),
  MK: diffusion("113205", "Mean Kurtosis", "MK"),
  AK: diffusion("113208", "Axial Kurtosis", "AK"),
  RK: diffusion("113207", "Radial Kurtosis", "RK"),
  KFA: diffusion("113209", "Fractional Kurtosis Anisotropy", "KFA"),
  M0: { code: signal, label: "M0", imageType: "OTHER" },
  S0: { code: signal, label: "S0", imageType: "OTHER" },
  offset: { code: signal, label: "offset", imageType: "OTHER" },
  rsquared: { code: dcm("126220", "R2-Coefficient"), label: "R-squared", imageType: "OTHER" },
} as const satisfies Record<string, QuantityEntry>;

export type Quantity = keyof typeof quantities;

/** How a number was made from the quantity itself, concept 121401 of TID 9000's CID. */
export const derivations = {
  /** Of an estimated parameter: its standard error is the standard deviation of the estimate. */
  "standard error": { value: "386136009", scheme: "SCT", meaning: "Standard Deviation" },
  "root mean square": { value: "C2347976", scheme: "UMLS", meaning: "Root Mean Square" },
} as const satisfies Record<string, Code>;

export type Derivation = keyof typeof derivations;

/** Ways of fitting that do not depend on the model, PS3.16 CID 7274; the model's own codes stand in its data sheet. */
export const fitCodes = {
  leastSquares: dcm("113261", "Least squares fit of multiple samples"),
  levenbergMarquardt: dcm("113265", "Levenberg-Marquardt"),
} as const satisfies Record<string, Code>;
