import { type DateTime, encodeAbsoluteTime, encodeDate, later } from "./date-time.ts";
import type { RawStudy } from "./describe-study.ts";
import { type Dialect, isParaVision360 } from "./dialect.ts";
import { numbers, type Parameters, single, text, words } from "./parameter.ts";

/** How an examination was acquired: what ParaVision writes of it into visu_pars, acqp and method alike. */
export interface RawAcquisition {
  readonly examination: number;
  readonly protocol: string;
  /** `Bruker:MSME`. */
  readonly sequence: string;
  readonly begin: DateTime;
  readonly scanTimeMs: number;
  readonly repetitionTimesMs: readonly number[];
  /** None in spectra and field maps. */
  readonly echoTimesMs: readonly number[];
  readonly inversionTimesMs: readonly number[];
  readonly flipAngleDeg: number;
  readonly averages: number;
  readonly echoTrainLength: number;
  readonly echoSequenceType: "GradientEcho" | "SpinEcho" | "Both";
  readonly isEpi: boolean;
  readonly magnetizationTransfer: boolean;
  /** Encoded points along read and phase (and slice) direction. */
  readonly matrix: readonly number[];
  readonly pixelBandwidthHz: number;
  readonly nucleus: string;
}

/** One reconstruction among those of an examination. */
export interface RawSeries {
  readonly processing: number;
  readonly uid: string;
  /** ACQ_BRUKER_PVM, DERIVED_ISA, ... */
  readonly typeId: string;
  readonly comment: string;
}

/** VisuVersion and its neighbours: the first lines of a visu_pars. */
export function describeInstance(
  { uid }: RawSeries,
  acquisition: RawAcquisition,
  dialect: Dialect,
): Parameters {
  return {
    VisuVersion: single(dialect.visuVersion),
    VisuUid: text(uid, 65),
    VisuCreator: text("ParaVision", 65),
    VisuCreatorVersion: text(dialect.version, isParaVision360(dialect.version) ? 195 : 65),
    VisuCreationDate: encodeDate(finished(acquisition), dialect),
    ...(dialect.visuVersion > 3 || dialect.version === "7.0.0"
      ? { VisuInstanceType: single("STANDARD_INSTANCE") }
      : {}),
    ...(dialect.version === "5.1" ? {} : { VisuInstanceModality: text("MR", 65) }),
  };
}

/** VisuSeries, equipment and VisuAcq parameters. */
export function describeAcquisition(
  study: RawStudy,
  acquisition: RawAcquisition,
  series: RawSeries,
  dialect: Dialect,
): Parameters {
  const is360 = isParaVision360(dialect.version);
  const isOld = dialect.version === "5.1";
  const { examination, repetitionTimesMs, echoTimesMs, inversionTimesMs } = acquisition;
  const sequence = isOld
    ? `${acquisition.sequence.replace(/^\w+:/, "")} (pvm)`
    : acquisition.sequence;
  return {
    ...(isOld
      ? { VisuSeriesNumber: single(examination * 65536 + series.processing) }
      : {
          VisuExperimentNumber: single(examination),
          VisuProcessingNumber: single(series.processing),
          VisuSeriesDate: encodeDate(finished(acquisition), dialect),
        }),
    VisuSubjectPosition: single(study.position),
    VisuSeriesTypeId: text(series.typeId, 65),
    ...(dialect.visuVersion >= 5
      ? {
          VisuSeriesExperimentComment: text(series.comment, 65),
          VisuSeriesFrameOfReferenceUid: text(study.studyUid, 65),
        }
      : { VisuSeriesComment: text(series.comment, 65) }),
    ...(isOld ? {} : { VisuManufacturer: text(dialect.origin, 65) }),
    VisuAcqSoftwareVersion: text(is360 ? dialect.acquisitionSoftware : dialect.version, 65),
    VisuInstitution: text(study.institution, 65),
    VisuStation: text(study.station, 65),
    ...(isOld ? {} : { VisuSystemOrderNumber: text("0", 65) }),
    VisuAcqDate: encodeDate(acquisition.begin, dialect),
    VisuAcqEchoTrainLength: single(acquisition.echoTrainLength),
    VisuAcqSequenceName: text(sequence, 40),
    VisuAcqNumberOfAverages: single(acquisition.averages),
    VisuAcqImagingFrequency: single(study.frequencyMegahertz),
    VisuAcqImagedNucleus: text(acquisition.nucleus, 8),
    VisuAcqRepetitionTime: numbers(repetitionTimesMs),
    ...(dialect.visuVersion >= 5
      ? {}
      : { VisuAcqPhaseEncSteps: single(acquisition.matrix[1] ?? 1) }),
    VisuAcqPixelBandwidth: single(acquisition.pixelBandwidthHz),
    VisuAcqFlipAngle: single(acquisition.flipAngleDeg),
    VisuAcqSize: numbers(acquisition.matrix),
    ...(isOld
      ? { VisuAcqImagePhaseEncDir: words(["col_dir"]) }
      : {
          VisuAcqGradEncoding: words(
            ["read_enc", "phase_enc", "slice_enc"].slice(0, acquisition.matrix.length),
          ),
        }),
    ...(echoTimesMs.length === 0 ? {} : { VisuAcqEchoTime: numbers(echoTimesMs) }),
    ...(inversionTimesMs.length === 0 ? {} : { VisuAcqInversionTime: numbers(inversionTimesMs) }),
    VisuAcquisitionProtocol: text(acquisition.protocol, 65),
    VisuAcqScanTime: single(acquisition.scanTimeMs),
    ...(isOld ? {} : describeSequence(acquisition)),
    ...(is360 ? { VisuMagneticFieldStrength: single(study.fieldTesla) } : {}),
  };
}

function describeSequence(acquisition: RawAcquisition): Parameters {
  return {
    VisuAcqEchoSequenceType: single(acquisition.echoSequenceType),
    VisuAcqIsEpiSequence: single(acquisition.isEpi ? "Yes" : "No"),
    VisuAcqSpectralSuppression: single("NoSuppression"),
    VisuAcqKSpaceTraversal: single("RectilinearTraversal"),
    VisuAcqFlowCompensation: single("FlowNone"),
    VisuAcqSpoiling: single("GradientSpoiled"),
    VisuAcqPartialFourier: numbers(acquisition.matrix.map(() => 1)),
    VisuAcqMagnetizationTransfer: single(acquisition.magnetizationTransfer ? "Yes" : "No"),
    VisuAcqBloodSignalNulling: single("No"),
    VisuCardiacSynchUsed: single("No"),
    VisuRespSynchUsed: single("No"),
  };
}

/** What acqp says of the same, before any parameters of the method. */
export function describeScanner(
  study: RawStudy,
  acquisition: RawAcquisition,
  dialect: Dialect,
): Parameters {
  return {
    ACQ_protocol_name: text(acquisition.protocol, 64),
    ACQ_scan_name: text(`${acquisition.protocol} (E${acquisition.examination})`, 64),
    ACQ_method: text(acquisition.sequence, 40),
    ACQ_patient_pos: single(study.position),
    ACQ_abs_time: encodeAbsoluteTime(acquisition.begin),
    ACQ_operator: text(study.operator, 61),
    ACQ_institution: text(study.institution, 61),
    ACQ_station: text(study.station, 61),
    ACQ_sw_version: text(dialect.acquisitionSoftware, 65),
    ACQ_repetition_time: numbers(acquisition.repetitionTimesMs),
    ...(acquisition.echoTimesMs.length === 0
      ? {}
      : { ACQ_echo_time: numbers(acquisition.echoTimesMs) }),
    ACQ_flip_angle: single(acquisition.flipAngleDeg),
    ACQ_time_points: numbers([0]),
    BF1: single(study.frequencyMegahertz),
    NUCLEUS: text(acquisition.nucleus, 8),
    NA: single(acquisition.averages),
    NR: single(1),
  };
}

/** What method says of the same. */
export function describeMethod(study: RawStudy, acquisition: RawAcquisition): Parameters {
  const [repetitionTimeMs = 0] = acquisition.repetitionTimesMs;
  const others = [0, 0, 0, 0, 0, 0, 0];
  return {
    Method: text(acquisition.sequence),
    ...(acquisition.echoTimesMs.length === 0
      ? {}
      : { PVM_EchoTime: single(acquisition.echoTimesMs[0]!) }),
    PVM_RepetitionTime: single(repetitionTimeMs),
    PVM_NAverages: single(acquisition.averages),
    PVM_NRepetitions: single(1),
    PVM_ScanTime: single(acquisition.scanTimeMs),
    PVM_FrqRef: numbers([study.frequencyMegahertz, ...others]),
    PVM_FrqWork: numbers([study.frequencyMegahertz, ...others]),
    PVM_Nucleus1Enum: text(acquisition.nucleus),
    PVM_EncMatrix: numbers(acquisition.matrix),
    PVM_Matrix: numbers(acquisition.matrix),
  };
}

/** When the last image is there. */
function finished({ begin, scanTimeMs }: RawAcquisition): DateTime {
  return later(begin, Math.ceil(scanTimeMs / 1000));
}
