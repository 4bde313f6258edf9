import type { Diagnostic, Severity } from "#shared/roi/diagnostic.ts";
import type { FoundCollections } from "#shared/roi/find-collections.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import type { References } from "./read-references.ts";
import type { Region } from "./region.ts";

/** Where remarks come from. */
export interface DiagnosticSources {
  readonly found: FoundCollections;
  readonly references: References;
  readonly maps: readonly Diagnostic[];
  readonly regions: readonly Region[];
  readonly measured: readonly MeasuredRegion[];
  readonly drawings: readonly Diagnostic[];
  readonly overlaps: readonly Diagnostic[];
  /** Planes of the reference whose pixels turned out damaged. */
  readonly image: readonly Diagnostic[];
}

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Every remark of a run, each once, the serious ones first, else in the order of reading. */
export function gatherDiagnostics(sources: DiagnosticSources): readonly Diagnostic[] {
  const { found, references, maps, regions, measured, drawings, overlaps, image } = sources;
  const all: readonly Diagnostic[] = [
    ...found.skipped,
    ...found.collections.flatMap(({ path, diagnostics }) =>
      diagnostics
        .filter(({ roi }) => roi === undefined)
        .map((diagnostic) => ({ ...diagnostic, collection: path })),
    ),
    ...drawings,
    ...references.series.flatMap(({ diagnostics, matches }) => [
      ...diagnostics,
      ...matches.flatMap((match) => match.diagnostics),
    ]),
    ...image,
    ...maps,
    ...overlaps,
    ...regions.flatMap(({ diagnostics }) => diagnostics),
    ...measured.flatMap(({ region, onMap }) =>
      onMap.map((diagnostic) => ({
        ...diagnostic,
        collection: region.collection.path,
        roi: region.index,
      })),
    ),
  ];
  const seen = new Set<string>();
  return all
    .filter(({ code, text, collection }) => {
      const key = JSON.stringify([code, text, collection]);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .toSorted((a, b) => weight[a.severity] - weight[b.severity]);
}
