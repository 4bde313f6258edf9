import type { ParameterFile } from "./parameter-file.ts";
import type { Reconstruction } from "./reconstruction.ts";
import type { RemarkCode } from "./remark-codes.ts";
import type { Visu } from "./visu.ts";

/** Everything the conversion of one reconstruction works on. */
export interface RawScan {
  readonly reconstruction: Reconstruction;
  readonly visu: Visu;
  readonly method?: ParameterFile;
  readonly acqp?: ParameterFile;
  readonly reco?: ParameterFile;
  readonly subject?: ParameterFile;
  readonly choices: ConversionChoices;
  readonly findings: Findings;
}

/** Something a person should know of a converted reconstruction. */
export interface Remark {
  readonly code: RemarkCode;
  readonly text: string;
}

/** What the conversion noticed, for the report. The same remark twice is one. */
export interface Findings {
  remark(code: RemarkCode, text: string): void;
  /** Where an attribute came from: `EchoTime`, `VisuAcqEchoTime (FG_ECHO) of pdata/1/visu_pars`. */
  source(keyword: string, from: string): void;
  /** A parameter that would have been used and is not there, and what stands in. */
  missing(parameter: string, instead: string): void;
}

/** The options that change what is written; defaults in containers/mri2dicom/command.ts. Plain data: they cross threads. */
export interface ConversionChoices {
  readonly uids: "derived" | "vendor";
  readonly seriesNumber: "exam-proc" | "exam";
  readonly bValue: "effective" | "nominal";
  readonly dutyCycle: "fraction" | "percent";
  /** Text of (1061,0010); "owner" is the console login, as the paper has it. */
  readonly cestCreator: string;
  readonly uniformSlope: boolean;
  readonly objects: "classic" | "enhanced";
  readonly species?: string;
  readonly strain?: string;
  readonly bodyPart: string;
  readonly laterality?: string;
  readonly deIdentify?: DeIdentification;
  /** Of this program, for ContributingEquipmentSequence. */
  readonly version?: string;
  /** What to write for this study, from --patient-id, ... or the mapping table. */
  readonly identity: StudyIdentity;
}

/** Subject and session labels of a study; what is not given comes from the raw data. */
export interface StudyIdentity {
  readonly project?: string;
  readonly subject?: string;
  readonly session?: string;
  readonly patientName?: string;
  readonly patientId?: string;
  readonly patientComments?: string;
}

export interface DeIdentification {
  /** Days that all dates are moved, 0 to keep them. */
  readonly shiftDays: number;
  /** Makes new UIDs that cannot be linked with those of the raw data without it; empty: linked by a plain hash. */
  readonly secret: string;
}
