import { numberOf, numbersOf, wordOf, wordsOf } from "./jcamp.ts";
import { imageTypeOf } from "./map-unit.ts";
import { numberRow, textRow } from "./mapping-row.ts";
import type { ParameterFile } from "./parameter-file.ts";
import {
  fieldStrength,
  frequencySources,
  gatingOf,
  nucleusSources,
  scanningSequence,
  scanOptions,
  sequenceName,
  sequenceVariant,
} from "./pulse-sequence.ts";
import type { MappingRow } from "./series-plan.ts";
import { seriesOfPart } from "./split-series.ts";

const positive = (value: number): boolean => value > 0;
const count = (value: number): boolean => Number.isInteger(value) && value > 0;

/** MR image and general image: PS3.3 C.8.3.1, C.7.6.1; what depends on contrast and place has rows of its own. */
export const imageRows: readonly MappingRow[] = [
  {
    keyword: "ImageType",
    type: "1",
    per: "series",
    sources: ["VisuSeriesTypeId", "VisuCoreFrameType", "VisuFGElemId", "VisuFGElemComment"],
    rule: "ORIGINAL or DERIVED, PRIMARY, OTHER or the kind of map, and what the map or the part of a complex image is.",
    value: ({ scan, part }) => imageTypeOf(scan, part),
  },
  {
    keyword: "InstanceNumber",
    type: "2",
    per: "image",
    sources: ["VisuCoreFrameCount", "VisuCoreSize"],
    rule: "Place of the frame, or partition of a 3D scan, in the series, from 1.",
    value: ({ place }) => place + 1,
  },
  {
    keyword: "ImagesInAcquisition",
    type: "3",
    per: "series",
    sources: ["VisuCoreFrameCount", "VisuCoreSize"],
    rule: "Images of the series.",
    value: ({ scan: { visu }, part }) => {
      const own = seriesOfPart(visu, part);
      return (own?.frames.length ?? visu.frameCount) * (visu.size[2] ?? 1);
    },
  },
  {
    keyword: "ScanningSequence",
    type: "1",
    per: "series",
    sources: ["VisuAcqEchoSequenceType", "VisuAcqSequenceName", "VisuAcqInversionTime"],
    rule: "SE, GR, IR, EP as they apply; SE for EPI with diffusion weighting, which ParaVision calls a gradient echo; RM when the echo is not known.",
    value: ({ scan }) => scanningSequence(scan),
  },
  {
    keyword: "SequenceVariant",
    type: "1",
    per: "series",
    sources: [
      "VisuAcqSpoiling",
      "VisuAcqMagnetizationTransfer",
      "VisuMrSegmentedKSpaceTraversal",
      "VisuAcqAntiAlias",
      "VisuAcqSequenceName",
    ],
    rule: "SK, MTC, SS, SP, OSP as they apply, else NONE.",
    value: ({ scan }) => sequenceVariant(scan),
  },
  {
    keyword: "ScanOptions",
    type: "2",
    per: "series",
    sources: [
      "VisuAcqPartialFourier",
      "VisuAcqFlowCompensation",
      "VisuAcqSpectralSuppression",
      "VisuCardiacSynchUsed",
      "VisuRespSynchUsed",
    ],
    rule: "RG, CG, FC, PFF (partial echo), PFP, FS as they apply, else without value.",
    value: ({ scan }) => scanOptions(scan),
  },
  {
    keyword: "TriggerTime",
    type: "2C",
    per: "series",
    sources: ["VisuCardiacSynchUsed"],
    rule: "Without value where the heart triggered, else left out.",
    value: ({ scan }) => (gatingOf(scan).cardiac ? [] : undefined),
  },
  {
    keyword: "MRAcquisitionType",
    type: "2",
    per: "series",
    sources: ["VisuCoreDim"],
    rule: "3D for three axes, else 2D.",
    value: ({ scan }) => (scan.visu.size.length > 2 ? "3D" : "2D"),
  },
  {
    keyword: "SequenceName",
    type: "3",
    per: "series",
    sources: ["VisuAcqSequenceName", "ACQ_method", "Method"],
    rule: "Without Bruker:, User: and (pvm); the first 16 characters.",
    value: ({ scan }) => sequenceName(scan, "SequenceName") || undefined,
  },
  numberRow(
    "NumberOfAverages",
    "3",
    ["VisuAcqNumberOfAverages", "PVM_NAverages"],
    "As written.",
    positive,
  ),
  numberRow("ImagingFrequency", "3", frequencySources, "As written, MHz.", positive),
  textRow("ImagedNucleus", "3", nucleusSources, "As written: 1H."),
  {
    keyword: "MagneticFieldStrength",
    type: "3",
    per: "series",
    sources: ["VisuMagneticFieldStrength", ...frequencySources],
    rule: "T; the frequency over 42.576 MHz/T where it is not written, and protons are imaged, as ParaVision exports.",
    value: ({ scan }) => fieldStrength(scan),
  },
  {
    keyword: "NumberOfPhaseEncodingSteps",
    type: "3",
    per: "series",
    sources: ["VisuAcqPhaseEncSteps", "PVM_EncMatrix"],
    rule: "As written; the second number of PVM_EncMatrix in ParaVision 360.",
    value: ({ scan }) => {
      const steps =
        numberOf(scan.visu.file, "VisuAcqPhaseEncSteps") ??
        numbersOf(scan.method, "PVM_EncMatrix")?.[1];
      return steps !== undefined && count(steps) ? steps : undefined;
    },
  },
  numberRow(
    "EchoTrainLength",
    "2",
    ["VisuAcqEchoTrainLength", "PVM_RareFactor"],
    "Without value where it is not known.",
    count,
  ),
  numberRow("PercentSampling", "3", ["VisuMrPercentSampling"], "As written, %.", positive),
  {
    keyword: "PercentPhaseFieldOfView",
    type: "3",
    per: "series",
    sources: ["VisuCoreExtent", "VisuAcqGradEncoding", "VisuAcqImagePhaseEncDir"],
    rule: "Field of view along phase encoding over that along reading, %; left out where they are not known.",
    value: ({ scan }) => percentPhase(scan.visu.file),
  },
  numberRow(
    "PixelBandwidth",
    "3",
    ["VisuAcqPixelBandwidth"],
    "As written, Hz per pixel.",
    positive,
  ),
  textRow("ReceiveCoilName", "3", ["VisuCoilReceiveName"], "The first 16 characters."),
  textRow("TransmitCoilName", "3", ["VisuCoilTransmitName"], "The first 16 characters."),
];

/** Of the axes of the stored image; ParaVision 5 names the axis of phase encoding itself. */
function percentPhase(file: ParameterFile): number | undefined {
  const [first, second] = numbersOf(file, "VisuCoreExtent") ?? [];
  if (first === undefined || second === undefined || first <= 0 || second <= 0) return undefined;
  const encoding = wordsOf(file, "VisuAcqGradEncoding");
  const direction = wordOf(file, "VisuAcqImagePhaseEncDir");
  const read = encoding?.indexOf("read_enc") ?? -1;
  const phase = encoding?.indexOf("phase_enc") ?? -1;
  if ((read === 0 && phase === 1) || direction === "col_dir") return (100 * second) / first;
  if ((read === 1 && phase === 0) || direction === "row_dir") return (100 * first) / second;
  return undefined;
}
