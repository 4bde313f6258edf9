import { createHash } from "node:crypto";
import type { InputFile, Marker } from "./marker.ts";

/** What decides a result. */
export interface Work {
  readonly program: string;
  readonly version: string;
  readonly options: Readonly<Record<string, string>>;
  readonly input: readonly InputFile[];
}

/** SHA-256 over program, version, options and input: a result of the same fingerprint need not be made again. */
export function fingerprint({ program, version, options, input }: Work): string {
  const files = sorted(input).map(({ path, size, digest }) => [path, size, digest]);
  const values = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([program, version, values, files]))
    .digest("hex");
}

/**
 * Whether a stored result was made by the same work. Servers compute digests when they like: where one of the two listings has none,
 * the size has to do.
 */
export function isSameWork(marker: Marker, work: Work): boolean {
  if (marker.fingerprint === fingerprint(work)) return true;
  const { program, version, options, input } = marker;
  if (program !== work.program || version !== work.version) return false;
  const bare = (files: readonly InputFile[]) => files.map((file) => ({ ...file, digest: "" }));
  const one = { program, version, options, input: bare(input) };
  if (fingerprint(one) !== fingerprint({ ...work, input: bare(work.input) })) return false;
  const before = sorted(input);
  return sorted(work.input).every(({ digest }, n) => {
    const earlier = before[n]?.digest ?? "";
    return digest === "" || earlier === "" || digest === earlier;
  });
}

function sorted(files: readonly InputFile[]): readonly InputFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
