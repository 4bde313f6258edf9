import type { Conversion } from "#shared/paravision/conversion-record.ts";
import type { ConversionStatus } from "#shared/paravision/conversion-result.ts";
import { harmlessSkips, type SkipCode } from "#shared/paravision/reconstruction.ts";

/** One thing of the raw data and what became of it: a reconstruction, or an examination without any. */
export interface Item {
  /** Of its folder, as RawFile.path. */
  readonly path: string;
  /** Of its study, as RawFile.path; empty for the input itself. */
  readonly study: string;
  readonly examination?: number;
  readonly processing?: number;
  /** Name of the protocol or the series; empty where nothing says it. */
  readonly name: string;
  readonly status: ConversionStatus;
  /** Why nothing was written; empty where something was. */
  readonly code: SkipCode | "";
  readonly text: string;
  /** Below `dicom`; empty where nothing was to be written. */
  readonly folder: string;
  /** What is in the output. */
  readonly conversion?: Conversion;
}

/** Whether something should have been converted and was not. */
export function isLost({ status, code }: Item): boolean {
  if (status === "failed" || status === "kept") return true;
  return status === "skipped" && !(code !== "" && harmlessSkips.has(code));
}

/** `5/1`, examination and reconstruction, or the folder where no number says which it is. */
export function placeOf({ examination, processing, path }: Item): string {
  if (examination === undefined) return path === "" ? "the input itself" : path;
  return processing === undefined ? String(examination) : `${examination}/${processing}`;
}

/** Items of each study, in the order of examinations. */
export function byStudy(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  const order = (a: Item, b: Item) =>
    compare(a.study, b.study) ||
    (a.examination ?? 0) - (b.examination ?? 0) ||
    (a.processing ?? 0) - (b.processing ?? 0) ||
    compare(a.path, b.path);
  return Map.groupBy([...items].sort(order), ({ study }) => study);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
