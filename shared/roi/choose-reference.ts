import { InputError, isProgramError } from "#shared/errors.ts";
import type { Diagnostic } from "./diagnostic.ts";
import {
  type CollectionClaim,
  type CollectionMatch,
  matchCollection,
  namedImages,
} from "./match-collection.ts";
import {
  nameSeries,
  type PlacedSeries,
  placeSeries,
  type SeriesImages,
} from "./reference-series.ts";

/** The series collections are put on, and how each collection is tied to it. */
export interface ChosenReference {
  readonly series: PlacedSeries;
  /** In the order of the collections. */
  readonly matches: readonly CollectionMatch[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The series of the reference folder that the collections belong to: the one that most of them name by image or series, else
 * the only one on whose planes they lie.
 *
 * @param all - at least one series
 * @throws InputError E-REFERENCE-SERIES, E-REFERENCE-FRAME when no collection belongs to it, or several series could be meant; and as
 *   placeSeries does
 */
export function chooseReference(
  all: readonly SeriesImages[],
  collections: readonly CollectionClaim[],
  allowOtherSeries: boolean,
): ChosenReference {
  const chosen = findNamed(all, collections) ?? findFitting(all, collections, allowOtherSeries);
  const series = placeSeries(chosen);
  const matches = collections.map((collection) =>
    matchCollection(collection, series, allowOtherSeries),
  );
  const refusals = matches.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  if (refusals.length > 0 && refusals.length === matches.length) throw refusals[0]!;
  return { series, matches, diagnostics: remarkOnOthers(all, chosen, series, matches) };
}

/** The series named by most collections; where they are equal, by most images. */
function findNamed(
  all: readonly SeriesImages[],
  collections: readonly CollectionClaim[],
): SeriesImages | undefined {
  if (all.length === 1) return all[0];
  const claims = collections.map((collection) => ({
    series: new Set(collection.seriesInstanceUIDs),
    images: namedImages(collection),
  }));
  const scored = all.map((series) => {
    const uids = new Set(series.images.map(({ instance }) => instance.sopInstanceUID));
    let namedBy = 0;
    let hits = 0;
    for (const claim of claims) {
      let own = 0;
      for (const uid of claim.images) if (uids.has(uid)) own++;
      if (own > 0 || claim.series.has(series.seriesInstanceUID)) namedBy++;
      hits += own;
    }
    return { series, namedBy, hits };
  });
  const [best] = scored.sort((a, b) => b.namedBy - a.namedBy || b.hits - a.hits);
  return best!.namedBy > 0 ? best!.series : undefined;
}

function findFitting(
  all: readonly SeriesImages[],
  collections: readonly CollectionClaim[],
  allowOtherSeries: boolean,
): SeriesImages {
  const fitting = all.filter((series) => {
    try {
      const placed = placeSeries(series);
      return collections.some(
        (collection) => matchCollection(collection, placed, allowOtherSeries).by === "planes",
      );
    } catch (error) {
      if (!isProgramError(error)) throw error;
      return false;
    }
  });
  if (fitting.length === 1) return fitting[0]!;
  const list = all.slice(0, 6).map(nameSeries).join("; ");
  const wanted = [...new Set(collections.flatMap(({ seriesInstanceUIDs }) => seriesInstanceUIDs))];
  const sought =
    wanted.length === 0 ? "" : ` The collections name ${wanted.slice(0, 3).join(", ")}.`;
  throw new InputError(
    "E-REFERENCE-SERIES",
    `The reference folder holds ${all.length} series (${list}${all.length > 6 ? "; ..." : ""}), and nothing says on which the regions were drawn.${sought}`,
    "Give the folder of that series alone with --reference.",
  );
}

function remarkOnOthers(
  all: readonly SeriesImages[],
  chosen: SeriesImages,
  series: PlacedSeries,
  matches: readonly CollectionMatch[],
): readonly Diagnostic[] {
  if (all.length === 1) return [];
  const others = all.filter((one) => one !== chosen).map(nameSeries);
  const own = matches.filter(({ by }) => by !== "none").map(({ images }) => images);
  const { named, present } = own.reduce((a, b) => (b.named > a.named ? b : a), own[0]!);
  const share = named > present ? `; of the ${named} images they name ${present} are here` : "";
  const text = `The reference folder holds ${all.length} series; ${series.name}, which the regions refer to, is used${share}. Not used: ${others.slice(0, 6).join("; ")}.`;
  // A whole session is given on purpose; a series that lacks images the regions name is not.
  const severity = named > 0 && named === present ? "info" : "warning";
  return [{ code: "SEVERAL_SERIES", severity, text, value: all.length }];
}
