import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { readCestTimes } from "./cest-times.ts";
import type { RawScan } from "./raw-scan.ts";
import { offsetHzOf, type Saturation, saturationOf } from "./saturation.ts";
import { dutyCycle, saturationLengthMs } from "./saturation-module.ts";
import type { ImageContext, MappingRow } from "./series-plan.ts";

/** What is written for scans that say no type: PV5 and 6 have no parameter for it. */
const defaultType = "CEST";

type SeriesValue = (saturation: Saturation, scan: RawScan) => string | number | undefined;

function seriesRow(
  keyword: WrittenKeyword,
  sources: readonly string[],
  rule: string,
  value: SeriesValue,
): MappingRow {
  return {
    ...{ keyword, type: "3", per: "series", sources, rule },
    value: ({ scan }) => {
      const saturation = saturationOf(scan);
      const found = saturation && value(saturation, scan);
      return found === "" ? undefined : found;
    },
  };
}

/** A row of a number in the module. */
const both = (name: string, old: string) => [`PVM_SatTrans${name}`, `PVM_MagTrans${old}`];

/**
 * The private block (1061,10xx) of CEST scans, with the names of the XNAT-PIC paper (Zullino et al., J Digit Imaging
 * 2022;35:860-875, doi:10.1007/s10278-022-00612-z). Written when the saturation module is on and the type, the method or a list
 * of offsets shows CEST.
 */
export const cestRows: readonly MappingRow[] = [
  seriesRow(
    "CESTPrivateCreator",
    ["--cest-creator"],
    "The creator of the private block; `owner` is the console login, as the paper has it.",
    (_, { choices, method }) =>
      (choices.cestCreator === "owner" ? method?.labels.get("OWNER") : choices.cestCreator)?.slice(
        0,
        64,
      ) || "CEST Creator",
  ),
  seriesRow(
    "CESTMethod",
    ["Method", "VisuAcqSequenceName"],
    "Without `User:` or `Bruker:`.",
    ({ method }) => method.slice(0, 64),
  ),
  seriesRow(
    "CESTSaturationType",
    ["PVM_SatTransType"],
    "CEST where the files have no type (PV 5 and 6).",
    ({ module }) => module.type || defaultType,
  ),
  seriesRow("CESTPulseShape", both("PulseEnum", "Pulse1Enum"), "As written.", ({ module }) =>
    module.shape.slice(0, 64),
  ),
  seriesRow(
    "CESTB1Saturation",
    both("PulseAmpl_uT", "Power"),
    "Amplitude of the saturation pulse, uT.",
    ({ module }) => module.amplitudeUt,
  ),
  seriesRow(
    "CESTPulseLength",
    both("Pulse", "Pulse1"),
    "ms, the first member of the pulse.",
    ({ module }) => module.pulseLengthMs,
  ),
  seriesRow(
    "CESTPulseNumber",
    both("NPulses", "PulsNumb"),
    "Pulses in the train.",
    ({ module }) => module.pulses,
  ),
  seriesRow(
    "CESTInterpulseDelay",
    both("InterPulseDelay", "InterDelay"),
    "ms.",
    ({ module }) => module.interpulseDelayMs,
  ),
  seriesRow(
    "CESTSaturationLength",
    [...both("NPulses", "PulsNumb"), ...both("InterPulseDelay", "InterDelay")],
    "ms: N pulses and the N - 1 delays between them; a remark when the module's time differs by more than 1 %.",
    ({ module }, scan) => {
      readCestTimes(scan);
      return saturationLengthMs(module);
    },
  ),
  seriesRow(
    "CESTReadoutTime",
    ["VisuAcqRepetitionTime"],
    "ms: (repetition time - saturation length - second pulse length x (n - 1)) / n, n images for each saturation. The paper takes one pulse for the saturation length. Left out when not positive.",
    (_, scan) => readCestTimes(scan)?.readoutMs,
  ),
  seriesRow(
    "CESTPulseLength2",
    ["PVM_SatTransPulseLength2"],
    "ms; a second pulse that some user methods have.",
    ({ module }) => module.secondPulseLengthMs,
  ),
  seriesRow(
    "CESTDutyCycle",
    ["--duty-cycle"],
    "Pulse length / (pulse length + delay), 1 for a single pulse; `--duty-cycle percent` writes 100 times this.",
    ({ module }, { choices }) => {
      const part = dutyCycle(module);
      return part && part * (choices.dutyCycle === "percent" ? 100 : 1);
    },
  ),
  seriesRow(
    "CESTRecoveryTime",
    ["VisuAcqRepetitionTime"],
    "ms: repetition time - saturation length - readout time. Left out when not positive.",
    (_, scan) => readCestTimes(scan)?.recoveryMs,
  ),
  seriesRow(
    "CESTMeasurementNumber",
    ["PVM_SatTransFL", "PVM_SatTransFreqValues", "PVM_ppgFreqList1"],
    "Offsets in the list that fits the images.",
    ({ offsets }) => offsets?.offsetsHz.length,
  ),
  {
    keyword: "CESTSaturationOffsetHz",
    ...{ type: "3", per: "image" },
    sources: [
      ...["PVM_SatTransFL", "PVM_SatTransFreqValues", "PVM_ppgFreqList1", "MT_Offsets_NoM0"],
      ...["SatFreqList", "Fp_SatOffsetHz", "Fp_SatOffset", "ACQ_O2_list", "PVM_MagTransFL"],
    ],
    rule: "Hz: the list's value at the index along the cycles, modulo its length. Left out for reference images, and where no list fits.",
    value: ({ scan, frame }) => offsetHzOf(scan, frame),
  },
  {
    keyword: "CESTSaturationOffsetPpm",
    ...{ type: "3", per: "image" },
    sources: ["PVM_FrqWork", "VisuAcqImagingFrequency"],
    rule: "ppm: the offset in Hz over the working frequency in MHz.",
    value: ({ scan, frame }) => offsetPpmOf(scan, frame),
  },
];

function offsetPpmOf(scan: RawScan, frame: number): number | undefined {
  const hz = offsetHzOf(scan, frame);
  const mhz = saturationOf(scan)?.mhz;
  return hz === undefined || mhz === undefined ? undefined : hz / mhz;
}

/** The saturation of an image in words, for ImageComments; empty when the scan is none of CEST. */
export function saturationText({ scan, frame }: ImageContext): string {
  const offsets = saturationOf(scan)?.offsets;
  if (offsets === undefined) return "";
  const hz = offsetHzOf(scan, frame);
  if (hz === undefined) return "reference image without saturation offset";
  const ppm = offsetPpmOf(scan, frame);
  const inPpm = ppm === undefined ? "" : ` (${Number(ppm.toFixed(3))} ppm)`;
  return `saturation offset ${Number(hz.toFixed(2))} Hz${inPpm}`;
}
