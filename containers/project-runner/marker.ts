import type { Shape } from "#shared/xnat/connection.ts";
import { markerSchema, pendingSchema } from "./marker.schema.ts";
import { parseJson } from "./parse-json.ts";
import type { LocalFile } from "./project-server.ts";

/** Name of the marker in the report resource of a result. */
export const markerName = "project-runner.json";

/** Name of the note that a result is being stored; it is gone when the marker is there. */
export const pendingName = "project-runner-pending.json";

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
  /** Inputs of the command by name: those that differ from their default. */
  readonly options: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly input: readonly InputFile[];
  readonly files: readonly ResultFile[];
}

/**
 * What the runner writes before the first file of a result: from then on until the marker is there, these files are known to be
 * ours, whether they arrived or not.
 */
export interface Pending {
  readonly format: 1;
  readonly key: string;
  readonly runId: string;
  readonly fingerprint: string;
  readonly files: readonly ResultFile[];
  /** Files of ours that may lie there from before: of a result that is being replaced, of a run that was stopped. */
  readonly earlier: readonly ResultFile[];
}

/** The marker of a text; undefined when it is none of ours. Texts come from the server, where anybody may have written them. */
export function parseMarker(text: string | undefined, key: string): Marker | undefined {
  return parse(markerSchema, text, key);
}

/** The note of a text; undefined when it is none of ours. */
export function parsePending(text: string | undefined, key: string): Pending | undefined {
  return parse(pendingSchema, text, key);
}

/** A small JSON file to upload. */
export function jsonFile(path: string, value: object): LocalFile & { readonly source: Uint8Array } {
  const source = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return { path, size: source.length, source };
}

function parse<T extends { key: string }>(
  schema: Shape<T>,
  text: string | undefined,
  key: string,
): T | undefined {
  // What is no JSON was cut off in the middle of writing, or is not ours.
  const parsed = schema.safeParse(parseJson(text));
  // A scan that was copied with its results carries the marker of another item.
  return parsed.success && parsed.data.key === key ? parsed.data : undefined;
}
