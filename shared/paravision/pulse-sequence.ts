import { hasInversion } from "./contrast.ts";
import { firstNumber, firstText } from "./first-value.ts";
import { numberOf, numbersOf, wordOf } from "./jcamp.ts";
import type { RawScan } from "./raw-scan.ts";

/** VisuCardiacSynchUsed and VisuRespSynchUsed. */
export interface Gating {
  readonly cardiac: boolean;
  readonly respiratory: boolean;
}

const nameSources = ["VisuAcqSequenceName", "ACQ_method", "Method"];

/** Name of the sequence without `Bruker:`, `User:` and ` (pvm)`; empty when it is not said. */
export function sequenceName(scan: RawScan, keyword: string): string {
  return firstText(scan, keyword, nameSources)
    .replace(/^(Bruker|User):/, "")
    .replace(/ \(pvm\)$/, "");
}

/** Methods of ParaVision by their echo, for ParaVision 5, which does not say it. */
const gradientEchoes = /flash|mge|gefc|ge3d|fisp|ssfp|ute|zte|fieldmap/i;
const spinEchoes = /rare|msme|mse|spin|dti|se3d|press|fair_rare/i;

/**
 * ScanningSequence: SE, GR, IR and EP as they apply; RM, research mode, when the echo is not known.
 *
 * The echo is that of VisuAcqEchoSequenceType, but of diffusion-weighted EPI, which ParaVision calls a gradient echo although it
 * refocuses.
 */
export function scanningSequence(scan: RawScan): readonly string[] {
  const { file } = scan.visu;
  const name = sequenceName(scan, "");
  const stated = wordOf(file, "VisuAcqEchoSequenceType");
  const planar = /epi/i.test(name);
  const refocused = /dti|diff/i.test(name) && planar;
  const spin =
    stated === "SpinEcho" ||
    stated === "Both" ||
    refocused ||
    (stated === "" && spinEchoes.test(name));
  const gradient =
    !refocused &&
    (stated === "GradientEcho" ||
      (stated === "Both" && !spinEchoes.test(name)) ||
      (stated === "" && gradientEchoes.test(name)));
  const inverted = hasInversion(scan);
  const values = [
    ...(spin ? ["SE"] : []),
    ...(inverted ? ["IR"] : []),
    ...(gradient ? ["GR"] : []),
    ...(planar ? ["EP"] : []),
  ];
  return spin || gradient || planar ? values : ["RM", ...(inverted ? ["IR"] : [])];
}

/** SequenceVariant: SK, MTC, SS, SP, OSP as they apply, else NONE. */
export function sequenceVariant(scan: RawScan): readonly string[] {
  const { file } = scan.visu;
  const name = sequenceName(scan, "");
  const spoiling = wordOf(file, "VisuAcqSpoiling");
  const traversal = wordOf(file, "VisuMrSegmentedKSpaceTraversal");
  const [, phase = 1] = numbersOf(file, "VisuAcqAntiAlias") ?? [];
  const values = [
    ...(traversal === "MR_SKST_PARTIAL" ? ["SK"] : []),
    ...(wordOf(file, "VisuAcqMagnetizationTransfer") === "Yes" ? ["MTC"] : []),
    ...(/fisp|ssfp/i.test(name) ? ["SS"] : []),
    ...(/spoiled/i.test(spoiling) && !/^not|^no/i.test(spoiling) ? ["SP"] : []),
    ...(phase > 1 ? ["OSP"] : []),
  ];
  return values.length === 0 ? ["NONE"] : values;
}

/** ScanOptions: RG, CG, FC, PFF, PFP, FS as they apply; empty when none does. */
export function scanOptions(scan: RawScan): readonly string[] {
  const { file } = scan.visu;
  const { cardiac, respiratory } = gatingOf(scan);
  const [read = 1, phase = 1] = numbersOf(file, "VisuAcqPartialFourier") ?? [];
  const compensation = wordOf(file, "VisuAcqFlowCompensation");
  return [
    ...(respiratory ? ["RG"] : []),
    ...(cardiac ? ["CG"] : []),
    ...(compensation !== "" && compensation !== "FlowNone" ? ["FC"] : []),
    ...(read > 1 ? ["PFF"] : []),
    ...(phase > 1 ? ["PFP"] : []),
    ...(/fat/i.test(wordOf(file, "VisuAcqSpectralSuppression")) ? ["FS"] : []),
  ];
}

/** Whether heart or breathing triggered the scan. */
export function gatingOf({ visu: { file } }: RawScan): Gating {
  return {
    cardiac: wordOf(file, "VisuCardiacSynchUsed") === "Yes",
    respiratory: wordOf(file, "VisuRespSynchUsed") === "Yes",
  };
}

/** Where the nucleus and its frequency in MHz stand. */
export const nucleusSources = ["VisuAcqImagedNucleus", "PVM_Nucleus1Enum"] as const;
export const frequencySources = ["VisuAcqImagingFrequency", "PVM_FrqRef"] as const;

/**
 * MHz per tesla of protons in water as ParaVision has it: the quotient of the two in exports of ParaVision 6.0.1 and files of
 * 360.3. CODATA 2018 has 42.576385 for the shielded proton.
 */
const protonMHzPerTesla = 42.576;

/** T, as stated; else of the frequency, where protons are imaged. */
export function fieldStrength(scan: RawScan): number | undefined {
  const { file } = scan.visu;
  const stated = numberOf(file, "VisuMagneticFieldStrength");
  if (stated !== undefined && stated > 0) return stated;
  const frequency = firstNumber(scan, "", frequencySources);
  const nucleus = firstText(scan, "", nucleusSources);
  if (frequency === undefined || frequency <= 0 || nucleus !== "1H") return undefined;
  scan.findings.missing("VisuMagneticFieldStrength", "the imaging frequency of protons");
  return frequency / protonMHzPerTesla;
}
