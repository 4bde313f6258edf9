import { compareCollections } from "#shared/roi/compare-collections.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { FoundCollections } from "#shared/roi/find-collections.ts";
import type { References } from "./read-references.ts";

/**
 * What is to be said of drawings that were stored twice, as AIM and as RTSTRUCT: where the two lie apart. Nothing is said of those
 * whose series is not here, as pixels and millimetres cannot be compared without it.
 */
export function compareDrawings(
  { collections, alternatives }: FoundCollections,
  { ofCollection }: References,
): readonly Diagnostic[] {
  return alternatives.flatMap(({ used, other }) => {
    const series = ofCollection[collections.indexOf(used)]?.series;
    return series === undefined ? [] : compareCollections(used, other, series).diagnostics;
  });
}
