/** A file of a raw tree. */
export interface RawFile {
  /** Relative to the input, with forward slashes; inside an archive after its name and `!/`. For messages and reports. */
  readonly path: string;
  readonly absolutePath: string;
  readonly size: number;
}

/**
 * One set of images of ParaVision: a `2dseq` and the `visu_pars` that describes it, and the parameter files
 * above it that enrich them.
 */
export interface Reconstruction {
  /** Folder of the 2dseq, as RawFile.path; empty for the input itself. */
  readonly path: string;
  /** Folder of the study (that with `subject`, or above the examination), as RawFile.path. */
  readonly study: string;
  /** What that folder is called, also when it is the input or lies above it; of an archive without `.zip`. Empty: by no name. */
  readonly studyName?: string;
  /** Examination and reconstruction number, where the folders `<examination>/pdata/<processing>` say them. */
  readonly examination?: number;
  readonly processing?: number;
  readonly images: RawFile;
  readonly visuPars: RawFile;
  readonly method?: RawFile;
  readonly acqp?: RawFile;
  readonly reco?: RawFile;
  readonly subject?: RawFile;
}

/** The name of the study's folder; empty when it has none that says anything. */
export function studyFolderName({
  study,
  studyName,
}: Pick<Reconstruction, "study" | "studyName">): string {
  return studyName ?? study.slice(study.lastIndexOf("/") + 1);
}

/** Why something of a raw tree is not converted; docs/mri2dicom.md lists them. */
export type SkipCode =
  // Nothing is wrong: there is no image.
  | "spectroscopic"
  | "empty-2dseq"
  | "no-pdata"
  // Something is wrong with the raw tree.
  | "no-visu-pars"
  | "no-2dseq"
  | "size-mismatch"
  | "group-mismatch"
  | "word-type"
  | "byte-order"
  | "no-geometry"
  | "parse-error"
  | "unreadable"
  | "unsafe-archive"
  | "too-large"
  | "not-enhanced"
  | "foreign-folder"
  | "not-selected";

/** Codes of what is no image: they leave the exit code alone. */
export const harmlessSkips: ReadonlySet<SkipCode> = new Set<SkipCode>([
  "spectroscopic",
  "empty-2dseq",
  "no-pdata",
  "not-selected",
]);

/** Bad data is a value: what was found, in a sentence. */
export interface Skip {
  readonly skip: SkipCode;
  /** What was found and what was expected, with file and line where there is one. */
  readonly text: string;
}

export function isSkip(value: unknown): value is Skip {
  return typeof value === "object" && value !== null && "skip" in value && "text" in value;
}

/** Something of a raw tree that is no reconstruction to convert. */
export interface SkippedFind {
  /** The folder or file, as RawFile.path. */
  readonly path: string;
  readonly study: string;
  readonly examination?: number;
  readonly processing?: number;
  readonly skip: Skip;
}

/** What a raw tree holds. */
export interface FoundReconstructions {
  /** By study, then by number of examination and reconstruction. */
  readonly reconstructions: readonly Reconstruction[];
  /** What is no reconstruction to convert, in the same order. */
  readonly skipped: readonly SkippedFind[];
  /** Folders of the studies of both, as RawFile.path. */
  readonly studies: readonly string[];
}
