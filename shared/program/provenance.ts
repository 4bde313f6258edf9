import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { SeriesIdentity } from "#shared/volume/series-volume.ts";
import type { ProgramContext } from "./run-program.ts";

/** Options that say where and how a run happened, not what its result is. */
const runOptions = new Set(["input", "output", "overwrite", "workers", "log-format", "strict"]);

/** The resolved options that decide the result, and which of them the user gave. */
export function resultOptions(
  options: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
): Record<string, { value: unknown; given: boolean }> {
  const entries = Object.entries(options).filter(([name]) => !runOptions.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, { value: value ?? null, given: given.has(name) }]),
  );
}

/**
 * One digest for a whole input: SHA-256 over the SHA-256 digests of its files, sorted, one a line. The names of the
 * files do not matter, as XNAT may change them.
 */
export function digestInput({ files }: SeriesIdentity): string {
  const digests = files.map(({ sha256 }) => sha256).sort();
  return createHash("sha256")
    .update(`${digests.join("\n")}\n`)
    .digest("hex");
}

/** How the result was made: the part of the record that is the same on every repeat. */
export function describeProgram(context: ProgramContext): Record<string, unknown> {
  const { program } = context;
  return {
    name: program.name,
    version: program.version,
    commit: program.commit,
    containerImage: program.image ?? null,
    node: process.versions.node,
  };
}

/** The one series a program was run on, as provenance.json states it. */
export function describeInput(identity: SeriesIdentity): Record<string, unknown> {
  return {
    kind: identity.kind,
    studyInstanceUID: identity.studyInstanceUID,
    seriesInstanceUID: identity.seriesInstanceUID,
    digest: digestInput(identity),
    files: identity.files,
  };
}

/**
 * The text of provenance.json. Everything outside `run` repeats byte for byte with the same program,
 * input and options; times and facts of the host live in `run`.
 */
export function encodeProvenance(
  context: ProgramContext,
  options: Readonly<Record<string, unknown>>,
  input: Readonly<Record<string, unknown>>,
  result: Readonly<Record<string, unknown>>,
): string {
  const finishedAt = new Date();
  const record = {
    program: describeProgram(context),
    options: resultOptions(options, context.given),
    input,
    ...result,
    run: {
      startedAt: context.startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      seconds: (finishedAt.getTime() - context.startedAt.getTime()) / 1000,
      workers: context.pool.size,
      cores: availableParallelism(),
      peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
      options: Object.fromEntries(Object.entries(options).filter(([name]) => runOptions.has(name))),
      platform: `${process.platform} ${process.arch}`,
      xnatWorkflowId: process.env["XNAT_WORKFLOW_ID"] || null,
    },
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * The text of manifest.json: which files belong to this run. A resource in XNAT keeps the files of earlier
 * runs, so readers trust only this list. provenance.json has no digest here, because it holds the times.
 */
export function encodeManifest(context: ProgramContext): string {
  const sorted = [...context.output.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = sorted.map(({ path, size, sha256 }) =>
    path.endsWith("provenance.json") ? { path } : { path, size, sha256 },
  );
  return `${JSON.stringify({ program: describeProgram(context), files }, null, 2)}\n`;
}
