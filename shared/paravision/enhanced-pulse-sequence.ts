import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { numberOf, textOf, textsOf } from "./image-values.ts";
import type { ParameterFile } from "./parameter-file.ts";
import type { RawScan } from "./raw-scan.ts";

/** What Enhanced MR wants to know of the sequence, which a classic image does not say or says in other words. */
export interface PulseSequence {
  /** EchoPulseSequence. */
  readonly echo: "SPIN" | "GRADIENT" | "BOTH";
  /** Of the whole scan; 0 where it is not said. */
  readonly scanTimeMs: number;
  /** Echo planar. */
  readonly planar: boolean;
  /** MR Pulse Sequence module (PS3.3 C.8.13.4). */
  readonly module: AttributeValues;
  /** MR Modifier (PS3.3 C.8.13.5.5), without inversion. */
  readonly modifier: AttributeValues;
  /** MR Imaging Modifier (PS3.3 C.8.13.5.6), without frequencies. */
  readonly imagingModifier: AttributeValues;
}

/**
 * The sequence of a scan.
 *
 * @param images - classic attributes of each image of the series
 */
export function describePulseSequence(
  scan: RawScan,
  images: readonly AttributeValues[],
): PulseSequence {
  const first = images[0] ?? {};
  const file = scan.visu.file;
  const scanning = textsOf(first, "ScanningSequence");
  const name = textOf(first, "SequenceName");
  const echo = findEcho(word(file, "VisuAcqEchoSequenceType"), scanning, name);
  const planar = scanning.includes("EP");
  const volume = textOf(first, "MRAcquisitionType") === "3D";
  const traversal = findTraversal(word(file, "VisuAcqKSpaceTraversal"), name);
  const straight = traversal === "RECTILINEAR";
  const echoTimes = new Set(images.map((values) => numberOf(values, "EchoTime")));
  const repetitionTimes = new Set(images.map((values) => numberOf(values, "RepetitionTime")));
  const train = numberOf(first, "EchoTrainLength") ?? 1;
  const steps = numberOf(first, "NumberOfPhaseEncodingSteps") ?? 0;
  const variant = textsOf(first, "SequenceVariant");
  return {
    echo,
    scanTimeMs: Math.max(0, numbers(file, "VisuAcqScanTime")[0] ?? 0),
    planar,
    module: {
      PulseSequenceName: name || "UNKNOWN",
      MRAcquisitionType: volume ? "3D" : "2D",
      EchoPulseSequence: echo,
      MultipleSpinEcho: yes(echo !== "GRADIENT" && (echoTimes.size > 1 || (!planar && train > 1))),
      MultiPlanarExcitation: "NO",
      PhaseContrast: yes(word(file, "VisuAcqSpinsVelocityEncoded") === "Yes"),
      TimeOfFlightContrast: yes(word(file, "VisuAcqHasTimeOfFlightContrast") === "Yes"),
      SteadyStatePulseSequence: variant.includes("SS") ? "FREE_PRECESSION" : "NONE",
      EchoPlanarPulseSequence: yes(planar),
      SaturationRecovery: yes(repetitionTimes.size > 1),
      SpectrallySelectedSuppression: suppression(word(file, "VisuAcqSpectralSuppression")),
      OversamplingPhase: oversampling(numbers(file, "VisuAcqAntiAlias")),
      GeometryOfKSpaceTraversal: traversal,
      ...(straight
        ? { RectilinearPhaseEncodeReordering: reordering(words(file, "VisuAcqEncodingOrder")[1]) }
        : {}),
      SegmentedKSpaceTraversal:
        train <= 1 ? "SINGLE" : steps > 0 && train >= steps ? "FULL" : "PARTIAL",
      ...(volume ? { CoverageOfKSpace: "FULL" } : {}),
      NumberOfKSpaceTrajectories: Math.max(1, numbers(file, "VisuAcqKSpaceTrajectoryCnt")[0] ?? 1),
    },
    modifier: describeModifier(file),
    imagingModifier: {
      MagnetizationTransfer:
        word(file, "VisuAcqMagnetizationTransfer") === "Yes" ? "OFF_RESONANCE" : "NONE",
      BloodSignalNulling: yes(word(file, "VisuAcqBloodSignalNulling") === "Yes"),
      Tagging: "NONE",
    },
  };
}

function describeModifier(file: ParameterFile): AttributeValues {
  const partial = numbers(file, "VisuAcqPartialFourier");
  const [read = 1, phase = 1] = partial;
  const direction = read > 1 ? (phase > 1 ? "COMBINATION" : "FREQUENCY") : "PHASE";
  const spoiling: Readonly<Record<string, string>> = {
    RFSpoiled: "RF",
    GradientSpoiled: "GRADIENT",
    RFAndGradientSpoiled: "RF_AND_GRADIENT",
  };
  const anyPartial = read > 1 || phase > 1;
  return {
    FlowCompensation: /^(FlowNone|)$/.test(word(file, "VisuAcqFlowCompensation"))
      ? "NONE"
      : "OTHER",
    Spoiling: spoiling[word(file, "VisuAcqSpoiling")] ?? "NONE",
    T2Preparation: "NO",
    SpectrallySelectedExcitation: "NONE",
    SpatialPresaturation: file.get("VisuAcqSaturation") === undefined ? "NONE" : "SLAB",
    PartialFourier: yes(anyPartial),
    ...(anyPartial ? { PartialFourierDirection: direction } : {}),
    ParallelAcquisition: yes(
      numbers(file, "VisuAcqParallelReductionFactor").some((factor) => factor > 1),
    ),
  };
}

/** GradientEcho, SpinEcho or Both as ParaVision says; else of ScanningSequence and the name of the sequence. */
function findEcho(
  stated: string,
  scanning: readonly string[],
  name: string,
): PulseSequence["echo"] {
  if (scanning.includes("SE")) return scanning.includes("GR") ? "BOTH" : "SPIN";
  if (stated === "GradientEcho" || scanning.includes("GR")) return "GRADIENT";
  if (stated === "SpinEcho" || /RARE|MSME|SPIN|DtiEpi|DtiStandard/i.test(name)) return "SPIN";
  return /FLASH|MGE|GEFC|FISP|UTE|ZTE/i.test(name) ? "GRADIENT" : "BOTH";
}

function suppression(stated: string): string {
  if (/fat.*water|water.*fat/i.test(stated)) return "FAT_AND_WATER";
  if (/fat/i.test(stated)) return "FAT";
  return /water/i.test(stated) ? "WATER" : "NONE";
}

function findTraversal(stated: string, name: string): string {
  if (/radial/i.test(stated)) return "RADIAL";
  if (/spiral/i.test(stated)) return "SPIRAL";
  if (stated !== "") return "RECTILINEAR";
  return /UTE|ZTE|RADIAL/i.test(name) ? "RADIAL" : /SPIRAL/i.test(name) ? "SPIRAL" : "RECTILINEAR";
}

function reordering(stated: string | undefined): string {
  if (stated === "LinearEncoding") return "LINEAR";
  return stated === "CentricEncoding" ? "CENTRIC" : "UNKNOWN";
}

/** Of the factors along the axes of the image: the first one is the read direction. */
function oversampling([, phase = 1, slice = 1]: readonly number[]): string {
  if (phase > 1) return slice > 1 ? "2D_3D" : "2D";
  return slice > 1 ? "3D" : "NONE";
}

function yes(condition: boolean): string {
  return condition ? "YES" : "NO";
}

/** The first word of a parameter; empty where it is missing. */
function word(file: ParameterFile, name: string): string {
  return words(file, name)[0] ?? "";
}

/** The words of a parameter. Newer versions write a pair of name and display name. */
function words(file: ParameterFile, name: string): readonly string[] {
  const values = file.get(name)?.values ?? [];
  return values.map((value) => String(Array.isArray(value) ? value[0] : value));
}

function numbers(file: ParameterFile, name: string): readonly number[] {
  return (file.get(name)?.values ?? []).filter((value) => typeof value === "number");
}
