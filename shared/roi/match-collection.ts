import { InputError } from "#shared/errors.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { lieOnPlanes } from "./lie-on-planes.ts";
import type { Reference, RoiCollection } from "./roi.ts";

/** What is asked of a collection: which images it belongs to. */
export type CollectionClaim = Pick<
  RoiCollection,
  "kind" | "path" | "name" | "frameOfReferenceUID" | "seriesInstanceUIDs" | "rois"
>;

/** A series as candidate for the reference of a collection. */
export interface MatchTarget
  extends Pick<Reference, "planes" | "seriesInstanceUID" | "frameOfReferenceUID"> {
  /** `series 5 "T2_TurboRARE_ax" (1.2.3)`: how messages call it. */
  readonly name: string;
  /** SOPInstanceUID of every image. */
  readonly sopInstanceUIDs: ReadonlySet<string>;
  /** More than one where the images state several; empty where they state none. */
  readonly frameOfReferenceUIDs: ReadonlySet<string>;
}

/** Whether the regions of a collection may be put on a series, and why. */
export interface CollectionMatch {
  /**
   * What ties the two: the collection names images of the series; or the series; or neither, but its coordinates mean the same
   * (frame of reference) and lie on the planes; or it names nothing; or the user's will. `none` when they do not belong together.
   */
  readonly by: "images" | "series" | "planes" | "nothing named" | "option" | "none";
  /** Images the collection names, and how many of them the series has. */
  readonly images: { readonly named: number; readonly present: number };
  readonly diagnostics: readonly Diagnostic[];
  /** Set when `by` is `none`: what to tell the user. */
  readonly refusal: InputError | undefined;
}

/**
 * Decides whether a collection belongs to a series.
 *
 * A collection that names images of the series, or the series, belongs to it. Outlines in millimetres and voxels of another series
 * belong to it when the frame of reference is the same and at least half of them lie on its planes: then the UIDs are stale, or the
 * images were copied, and no number changes. Otherwise only `allowOtherSeries` puts them there, by geometry. AIM has no
 * positions, so only images can tie it.
 */
export function matchCollection(
  collection: CollectionClaim,
  target: MatchTarget,
  allowOtherSeries: boolean,
): CollectionMatch {
  const named = namedImages(collection);
  const present = [...named].filter((uid) => target.sopInstanceUIDs.has(uid)).length;
  const images = { named: named.size, present };
  const accept = (
    by: CollectionMatch["by"],
    ...remarks: readonly Diagnostic[]
  ): CollectionMatch => ({ by, images, diagnostics: remarks, refusal: undefined });
  const refuse = (refusal: InputError): CollectionMatch => ({
    by: "none",
    images,
    diagnostics: [],
    refusal,
  });
  const frames = compareFrames(collection, target);
  if (present > 0) return accept("images", ...remarkOnFrames(frames, collection, target));
  if (collection.seriesInstanceUIDs.includes(target.seriesInstanceUID)) {
    return accept("series", ...remarkOnFrames(frames, collection, target));
  }
  if (collection.kind === "AIM") return refuse(otherImages(collection, target));
  const namesSeries = collection.seriesInstanceUIDs.length > 0;
  if (!namesSeries && frames !== "differ") return accept("nothing named");
  if (frames === "same" && lieOnPlanes(collection.rois, target.planes)) {
    const text = `${nameCollection(collection)} names series ${collection.seriesInstanceUIDs[0]}, which is not here; it has the frame of reference of ${target.name} and lies on its planes, so it is used.`;
    return accept("planes", remark("STALE_REFERENCE_IMAGES", "info", text, collection));
  }
  if (!allowOtherSeries) {
    return refuse(
      frames === "differ" ? otherFrame(collection, target) : otherSeries(collection, target),
    );
  }
  const text = `${nameCollection(collection)} was drawn on ${namesSeries ? `series ${collection.seriesInstanceUIDs[0]}` : "another frame of reference"} and is placed on ${target.name} by its coordinates, as --allow-other-series asks${frames === "differ" ? "; the two state different frames of reference, so nothing says that the positions agree" : ""}.`;
  return accept("option", remark("FOR_MISMATCH", "warning", text, collection));
}

/** SOPInstanceUIDs that contours of a collection name. */
export function namedImages({ rois }: Pick<RoiCollection, "rois">): ReadonlySet<string> {
  const uids = new Set<string>();
  for (const { shape } of rois) {
    if (shape.form !== "contours") continue;
    for (const { images } of shape.contours) {
      for (const { sopInstanceUID } of images) if (sopInstanceUID !== "") uids.add(sopInstanceUID);
    }
  }
  return uids;
}

/** `unknown` when one of the two states none: that is common and proves nothing. */
type FrameComparison = "same" | "differ" | "unknown";

function compareFrames(collection: CollectionClaim, target: MatchTarget): FrameComparison {
  const uid = collection.frameOfReferenceUID;
  if (uid === "" || target.frameOfReferenceUIDs.size === 0) return "unknown";
  return target.frameOfReferenceUIDs.has(uid) ? "same" : "differ";
}

function remarkOnFrames(
  frames: FrameComparison,
  collection: CollectionClaim,
  target: MatchTarget,
): readonly Diagnostic[] {
  if (frames !== "differ") return [];
  const text = `${nameCollection(collection)} names ${target.name}, but another frame of reference (${collection.frameOfReferenceUID}; the images: ${target.frameOfReferenceUID}).`;
  return [remark("FOR_MISMATCH", "warning", text, collection)];
}

function remark(
  code: Diagnostic["code"],
  severity: Diagnostic["severity"],
  text: string,
  { path }: CollectionClaim,
): Diagnostic {
  return { code, severity, text, collection: path };
}

function nameCollection({ kind, name, path }: CollectionClaim): string {
  return name === ""
    ? `The ${kind} collection ${path}`
    : `The ${kind} collection "${name}" (${path})`;
}

function otherImages(collection: CollectionClaim, target: MatchTarget): InputError {
  const series = collection.seriesInstanceUIDs[0];
  const from = series === undefined ? "images" : `images of series ${series}`;
  return new InputError(
    "E-REFERENCE-SERIES",
    `${nameCollection(collection)} refers to ${from}, none of which is in the reference folder (${target.name}).`,
    "Give the series it was drawn on with --reference: AIM has no positions in space, so it fits no other.",
  );
}

function otherSeries(collection: CollectionClaim, target: MatchTarget): InputError {
  return new InputError(
    "E-REFERENCE-SERIES",
    `${nameCollection(collection)} was drawn on series ${collection.seriesInstanceUIDs[0]}, but the reference folder holds ${target.name}.`,
    "Give the series it was drawn on with --reference, or --allow-other-series to place it by its coordinates.",
  );
}

function otherFrame(collection: CollectionClaim, target: MatchTarget): InputError {
  const series = collection.seriesInstanceUIDs[0];
  const and = series === undefined ? "" : ` and to series ${series}`;
  return new InputError(
    "E-REFERENCE-FRAME",
    `${nameCollection(collection)} belongs to frame of reference ${collection.frameOfReferenceUID}${and}, the reference folder to another (${target.frameOfReferenceUID}, ${target.name}): its coordinates have no meaning there.`,
    "Give the series it was drawn on with --reference, or --allow-other-series to place it by its coordinates all the same.",
  );
}
