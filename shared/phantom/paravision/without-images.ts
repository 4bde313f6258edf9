import { type SessionIdentity, sessionUID } from "../describe-session.ts";
import type { RawAcquisition } from "./describe-acquisition.ts";
import type { RawStudy } from "./describe-study.ts";
import type { Dialect } from "./dialect.ts";
import {
  encodeExamination,
  encodeReconstruction,
  type RawStudyFile,
} from "./encode-examination.ts";
import { texts, words } from "./parameter.ts";
import { startOf } from "./start-of-scan.ts";

const points = 2048;
const bandwidthPpm = 11;

/** Examinations of the session that hold no image: a spectrum of the liver, and a scan that was stopped. */
export function encodeWithoutImages(
  study: RawStudy,
  identity: SessionIdentity,
  dialect: Dialect,
): readonly RawStudyFile[] {
  const spectrum = describeExamination(14, "PRESS_1H_liver", "Bruker:PRESS", study);
  const aborted = describeExamination(15, "T1_FLASH_aborted", "Bruker:FLASH", study);
  return [
    ...encodeExamination(study, spectrum, dialect, {}),
    ...encodeReconstruction(
      study,
      spectrum,
      {
        processing: 1,
        uid: sessionUID(identity, "raw scan 14"),
        typeId: "ACQ_BRUKER_PVM",
        comment: spectrum.protocol,
      },
      {
        wordType: "int32",
        littleEndian: true,
        size: [points],
        extentMm: [bandwidthPpm],
        thicknessMm: 0,
        groups: [],
        frames: 1,
        slopes: [1],
        offsets: [0],
        orientations: [],
        positions: [],
        more: {
          VisuCoreDimDesc: words(["spectroscopic"]),
          VisuCoreUnits: texts(["[ppm]"]),
          VisuCoreFrameThickness: undefined,
          VisuCoreOrientation: undefined,
          VisuCorePosition: undefined,
          VisuAcqGradEncoding: undefined,
        },
        stored: (_frame, point) => Math.round(1e6 * spectrumAt(bandwidthPpm * (point / points))),
      },
      dialect,
    ),
    ...encodeExamination(study, aborted, dialect, {}),
    // ParaVision leaves an empty 2dseq behind, and nothing that describes it.
    { path: "15/pdata/1/2dseq", content: new Uint8Array(0) },
  ];
}

/** Lines of water and fat, ppm from the end of the spectrum. */
function spectrumAt(ppm: number): number {
  return 1 / (1 + ((ppm - 5.5) / 0.05) ** 2) + 0.2 / (1 + ((ppm - 8.9) / 0.1) ** 2);
}

function describeExamination(
  examination: number,
  protocol: string,
  sequence: string,
  study: RawStudy,
): RawAcquisition {
  return {
    examination,
    protocol,
    sequence,
    begin: startOf(examination, study),
    scanTimeMs: 160_000,
    repetitionTimesMs: [2500],
    echoTimesMs: [],
    inversionTimesMs: [],
    flipAngleDeg: 90,
    averages: 64,
    echoTrainLength: 1,
    echoSequenceType: "SpinEcho",
    isEpi: false,
    magnetizationTransfer: false,
    matrix: [points],
    pixelBandwidthHz: 1.6,
    nucleus: "1H",
  };
}
