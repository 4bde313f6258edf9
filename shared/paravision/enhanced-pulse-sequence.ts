import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { readCoils, type ScanCoils } from "./enhanced-coils.ts";
import { numberIn, textIn, textsIn } from "./image-values.ts";
import { numberOf, numbersOf, wordOf, wordsOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";
import type { RawScan } from "./raw-scan.ts";
import { countPartitions } from "./visu.ts";

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
  readonly coils: ScanCoils;
  /** KSpaceFiltering, PS3.3 C.8.13.1. */
  readonly filtering: string;
  /** Steps of phase encoding along the slab of a 3D scan. */
  readonly outOfPlaneSteps?: number;
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
  const scanning = textsIn(first, "ScanningSequence");
  const name = textIn(first, "SequenceName");
  const echo = findEcho(wordOf(file, "VisuAcqEchoSequenceType"), scanning, name);
  const planar = scanning.includes("EP");
  const volume = textIn(first, "MRAcquisitionType") === "3D";
  const traversal = findTraversal(wordOf(file, "VisuAcqKSpaceTraversal"), name);
  const straight = traversal === "RECTILINEAR";
  const echoTimes = new Set(images.map((values) => numberIn(values, "EchoTime")));
  const repetitionTimes = new Set(images.map((values) => numberIn(values, "RepetitionTime")));
  const train = numberIn(first, "EchoTrainLength") ?? 1;
  const steps = numberIn(first, "NumberOfPhaseEncodingSteps") ?? 0;
  const variant = textsIn(first, "SequenceVariant");
  return {
    echo,
    scanTimeMs: Math.max(0, numberOf(file, "VisuAcqScanTime") ?? 0),
    planar,
    module: {
      PulseSequenceName: name || "UNKNOWN",
      MRAcquisitionType: volume ? "3D" : "2D",
      EchoPulseSequence: echo,
      ...(echo === "GRADIENT"
        ? {}
        : { MultipleSpinEcho: yes(echoTimes.size > 1 || (!planar && train > 1)) }),
      MultiPlanarExcitation: "NO",
      PhaseContrast: yes(wordOf(file, "VisuAcqSpinsVelocityEncoded") === "Yes"),
      TimeOfFlightContrast: yes(wordOf(file, "VisuAcqHasTimeOfFlightContrast") === "Yes"),
      SteadyStatePulseSequence: variant.includes("SS") ? "FREE_PRECESSION" : "NONE",
      EchoPlanarPulseSequence: yes(planar),
      SaturationRecovery: yes(repetitionTimes.size > 1),
      SpectrallySelectedSuppression: suppression(wordOf(file, "VisuAcqSpectralSuppression")),
      OversamplingPhase: oversampling(numbersOf(file, "VisuAcqAntiAlias") ?? []),
      GeometryOfKSpaceTraversal: traversal,
      ...(straight
        ? {
            RectilinearPhaseEncodeReordering: reordering(
              wordsOf(file, "VisuAcqEncodingOrder")?.[1],
            ),
          }
        : {}),
      SegmentedKSpaceTraversal:
        train <= 1 ? "SINGLE" : steps > 0 && train >= steps ? "FULL" : "PARTIAL",
      ...(volume ? { CoverageOfKSpace: "FULL" } : {}),
      NumberOfKSpaceTrajectories: Math.max(1, numberOf(file, "VisuAcqKSpaceTrajectoryCnt") ?? 1),
    },
    modifier: describeModifier(file),
    imagingModifier: {
      MagnetizationTransfer:
        wordOf(file, "VisuAcqMagnetizationTransfer") === "Yes" ? "OFF_RESONANCE" : "NONE",
      BloodSignalNulling: yes(wordOf(file, "VisuAcqBloodSignalNulling") === "Yes"),
      Tagging: "NONE",
    },
    coils: readCoils(file),
    filtering: findFiltering(wordsOf(scan.reco, "RECO_wdw_mode") ?? []),
    ...(volume ? { outOfPlaneSteps: countSlabSteps(scan) } : {}),
  };
}

function describeModifier(file: ParameterFile): AttributeValues {
  const partial = numbersOf(file, "VisuAcqPartialFourier") ?? [];
  const [read = 1, phase = 1] = partial;
  const direction = read > 1 ? (phase > 1 ? "COMBINATION" : "FREQUENCY") : "PHASE";
  const spoiling: Readonly<Record<string, string>> = {
    RFSpoiled: "RF",
    GradientSpoiled: "GRADIENT",
    RFAndGradientSpoiled: "RF_AND_GRADIENT",
  };
  const anyPartial = read > 1 || phase > 1;
  return {
    FlowCompensation: /^(FlowNone|)$/.test(wordOf(file, "VisuAcqFlowCompensation"))
      ? "NONE"
      : "OTHER",
    Spoiling: spoiling[wordOf(file, "VisuAcqSpoiling")] ?? "NONE",
    T2Preparation: "NO",
    SpectrallySelectedExcitation: "NONE",
    SpatialPresaturation: file.get("VisuAcqSaturation") === undefined ? "NONE" : "SLAB",
    PartialFourier: yes(anyPartial),
    ...(anyPartial ? { PartialFourierDirection: direction } : {}),
    ParallelAcquisition: yes(
      (numbersOf(file, "VisuAcqParallelReductionFactor") ?? []).some((factor) => factor > 1),
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

/** Of the windows that were laid over k-space, one for each axis; NONE where nothing says it. */
function findFiltering(windows: readonly string[]): string {
  const used = windows.filter((word) => word !== "NO_WDW");
  if (used.length === 0) return "NONE";
  return used.every((word) => word === "GM") ? "GAUSSIAN" : "USER_DEFINED";
}

/** Third side of the acquired matrix; where nothing says it, one step for each partition. */
function countSlabSteps({ visu, method }: RawScan): number {
  const stated =
    numbersOf(visu.file, "VisuAcqSize")?.[2] ?? numbersOf(method, "PVM_EncMatrix")?.[2];
  const isCount = stated !== undefined && Number.isInteger(stated) && stated >= 1;
  return isCount && stated <= 65_535 ? stated : countPartitions(visu);
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
