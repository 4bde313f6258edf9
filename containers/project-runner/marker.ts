/** Name of the marker in the report resource of a result. */
export const markerName = "project-runner.json";

/** A file a result is made from. */
export interface InputFile {
  /** `<resource label>/<path>`; of an assessor `<assessor id>/<label>/<path>`. */
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

/** A file of a result. */
export interface ResultFile {
  /** Resource it lies in. */
  readonly label: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly md5: string;
}

/** What the runner leaves beside a result it stored, last of all: with it the result counts as complete and as ours. */
export interface Marker {
  readonly format: 1;
  /** Of the item. */
  readonly key: string;
  readonly runId: string;
  readonly program: string;
  readonly version: string;
  /** Input of the command by name: those that differ from their default. */
  readonly options: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly input: readonly InputFile[];
  readonly files: readonly ResultFile[];
}
