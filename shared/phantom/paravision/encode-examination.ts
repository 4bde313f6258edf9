import { type DateTime, describeDate } from "./date-time.ts";
import {
  describeAcquisition,
  describeInstance,
  describeMethod,
  describeScanner,
  type RawAcquisition,
  type RawSeries,
} from "./describe-acquisition.ts";
import { describeImages } from "./describe-images.ts";
import { describeStudy, describeSubject, type RawStudy } from "./describe-study.ts";
import type { Dialect } from "./dialect.ts";
import { encodeParameters } from "./encode-parameters.ts";
import { encodeStored } from "./encode-stored.ts";
import { type Parameters, single, text } from "./parameter.ts";
import type { RawImages } from "./raw-images.ts";

/** A file of a study, its path below the study's folder. */
export interface RawStudyFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Parameters to add or to replace; undefined leaves one out. */
export type Changes = Readonly<Record<string, Parameters[string] | undefined>>;

/** The `subject` of a study. */
export function encodeSubject(
  study: RawStudy,
  dialect: Dialect,
  changes: Changes = {},
): RawStudyFile {
  const parameters = change(describeSubject(study, dialect), changes);
  return encodeFile("subject", parameters, study, study.begin, dialect);
}

/** acqp, method and the scan's visu_pars of an examination: what is there even when nothing was reconstructed. */
export function encodeExamination(
  study: RawStudy,
  acquisition: RawAcquisition,
  dialect: Dialect,
  { acqp = {}, method = {} }: { readonly acqp?: Changes; readonly method?: Changes },
): readonly RawStudyFile[] {
  const folder = String(acquisition.examination);
  const write = (name: string, parameters: Parameters) =>
    encodeFile(`${folder}/${name}`, parameters, study, acquisition.begin, dialect);
  // The examination's own visu_pars describes the acquisition and no images: one more to mistake for the right one.
  const series = {
    processing: 1,
    uid: "",
    typeId: "ACQ_BRUKER_PVM",
    comment: acquisition.protocol,
  };
  const visu: Parameters = {
    VisuVersion: single(dialect.visuVersion),
    ...describeStudy(study, dialect),
    ...describeAcquisition(study, acquisition, series, dialect),
  };
  return [
    ...(dialect.version === "5.1" ? [] : [write("visu_pars", visu)]),
    write("acqp", change(describeScanner(study, acquisition, dialect), acqp)),
    write("method", change(describeMethod(study, acquisition), method)),
  ];
}

/** 2dseq, visu_pars, reco and id of a reconstruction. */
export function encodeReconstruction(
  study: RawStudy,
  acquisition: RawAcquisition,
  series: RawSeries,
  images: RawImages,
  dialect: Dialect,
): readonly RawStudyFile[] {
  const folder = `${acquisition.examination}/pdata/${series.processing}`;
  const stored = encodeStored(
    images.wordType,
    images.littleEndian,
    images.size,
    images.frames,
    images.stored,
  );
  const visu: Parameters = {
    ...describeInstance(series, acquisition, dialect),
    ...describeImages(images, stored, dialect),
    ...describeStudy(study, dialect),
    ...describeAcquisition(study, acquisition, series, dialect),
  };
  const write = (name: string, parameters: Parameters) =>
    encodeFile(`${folder}/${name}`, parameters, study, acquisition.begin, dialect);
  return [
    { path: `${folder}/2dseq`, content: stored.bytes },
    write("visu_pars", change(visu, images.more)),
    write("reco", describeReco(images)),
    write("id", { DATASET_KEY: text(series.uid, 65), DATASET_Modality: single("MR_Modality") }),
  ];
}

/** Of reco only what tempts readers: its slope is the inverse of that of visu_pars. */
function describeReco({ slopes, littleEndian }: RawImages): Parameters {
  const order = littleEndian ? "littleEndian" : "bigEndian";
  return {
    RECO_byte_order: single(order),
    RECO_map_slope: {
      kind: "array",
      shape: [slopes.length],
      items: slopes.map((slope) => 1 / slope),
    },
    RecoStageNodes: text("Q: byteOrder=<BYTORDA>", 512),
  };
}

function change(parameters: Parameters, changes: Changes): Parameters {
  const kept = Object.entries({ ...parameters, ...changes }).filter(
    (entry): entry is [string, Parameters[string]] => entry[1] !== undefined,
  );
  return Object.fromEntries(kept);
}

function encodeFile(
  path: string,
  parameters: Parameters,
  study: RawStudy,
  written: DateTime,
  dialect: Dialect,
): RawStudyFile {
  const frame = {
    owner: study.operator,
    written: describeDate(written),
    place: `/opt/PV${dialect.version}/data/${study.operator}/${study.studyId}/${path}`,
  };
  return { path, content: encodeParameters(parameters, dialect, frame) };
}
