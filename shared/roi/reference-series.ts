import type { PlacedImage } from "#shared/dicom/place-images.ts";
import { hasPlane } from "#shared/dicom/require-parallel.ts";
import { type StackedPlanes, stackPlanes } from "#shared/dicom/stack-planes.ts";
import { InputError } from "#shared/errors.ts";
import { describeGaps } from "#shared/volume/slice-gaps.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { MatchTarget } from "./match-collection.ts";
import type { ReferenceImage } from "./roi.ts";

/** The images of one series of the reference folder. */
export interface SeriesImages {
  readonly seriesInstanceUID: string;
  readonly images: readonly PlacedImage[];
}

/** A series whose planes are known. */
export interface PlacedSeries extends StackedPlanes, Omit<MatchTarget, "planes"> {
  readonly diagnostics: readonly Diagnostic[];
}

/** `series 5 "T2_TurboRARE_ax" (1.2.3)` */
export function nameSeries({ seriesInstanceUID, images }: SeriesImages): string {
  const { seriesNumber, seriesDescription } = images[0]!.instance;
  const number = seriesNumber === undefined ? "series" : `series ${seriesNumber}`;
  const title = seriesDescription === "" ? "" : ` "${seriesDescription}"`;
  return `${number}${title} (${seriesInstanceUID || "without UID"})`;
}

/**
 * The planes of a series and what is to be said of them.
 *
 * @throws InputError E-GEOMETRY, E-MATRIX, E-ORIENTATION, E-DUPLICATE
 */
export function placeSeries(series: SeriesImages): PlacedSeries {
  const subject = "The reference folder";
  const unique = dropRepeated(series.images);
  const placed = unique.filter(hasPlane);
  // Without any plane the message counts all images.
  const stacked = stackPlanes(placed.length === 0 ? unique : placed, subject);
  const uids = new Set(placed.map(({ instance }) => instance.frameOfReferenceUID));
  uids.delete("");
  const [first = ""] = uids;
  const name = nameSeries(series);
  return {
    ...stacked,
    images: stacked.images.map((images) => images.toSorted(compareImages)),
    name,
    seriesInstanceUID: series.seriesInstanceUID,
    sopInstanceUIDs: new Set(placed.map(({ instance }) => instance.sopInstanceUID)),
    frameOfReferenceUID: first,
    frameOfReferenceUIDs: uids,
    diagnostics: [
      ...remarkOnGaps(stacked),
      ...remarkOnFrames(name, uids),
      ...remarkOnUnplaced(unique.length - placed.length, unique),
      ...remarkOnDamage(placed),
    ],
  };
}

/** Order of the images of a plane: that of their files is chance, and must not decide what is written. */
function compareImages(one: PlacedImage, other: PlacedImage): number {
  const [a, b] = [one.instance.sopInstanceUID, other.instance.sopInstanceUID];
  if (a !== b) return a < b ? -1 : 1;
  return one.frameNumber - other.frameNumber;
}

/** How the images of a plane are named by the regions that refer to them. */
export function referenceImage({ instance, frameNumber }: PlacedImage): ReferenceImage {
  const { sopClassUID, sopInstanceUID, path } = instance;
  return { sopClassUID, sopInstanceUID, frameNumber, path };
}

/** Files with one SOPInstanceUID and one place are copies. */
function dropRepeated(images: readonly PlacedImage[]): readonly PlacedImage[] {
  const first = new Map<string, PlacedImage>();
  return images.filter((image) => {
    const { sopInstanceUID, path } = image.instance;
    if (sopInstanceUID === "") return true;
    const key = `${sopInstanceUID} ${image.frameNumber} ${image.frame?.tile ?? ""}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, image);
      return true;
    }
    if (String(other.position) === String(image.position)) return false;
    throw new InputError(
      "E-DUPLICATE",
      `${other.instance.path} and ${path} carry the same SOPInstanceUID (0008,0018), but lie at different places.`,
      "Remove the one that is wrong.",
    );
  });
}

function remarkOnGaps({ planes, steps }: StackedPlanes): readonly Diagnostic[] {
  const first = steps.gaps[0];
  if (first === undefined) return [];
  const text = `${describeGaps(steps, planes.origins.length)} The planes are taken as they are; contours where none lies are not measured.`;
  const value = Math.max(...steps.gaps.map(({ distance }) => distance));
  return [{ code: "LARGE_SLICE_GAP", severity: "warning", text, plane: first.after, value }];
}

function remarkOnFrames(name: string, uids: ReadonlySet<string>): readonly Diagnostic[] {
  if (uids.size < 2) return [];
  const text = `The images of ${name} state ${uids.size} frames of reference; their positions are taken as comparable.`;
  return [{ code: "FOR_MISMATCH", severity: "warning", text, value: uids.size }];
}

function remarkOnUnplaced(count: number, images: readonly PlacedImage[]): readonly Diagnostic[] {
  if (count === 0) return [];
  const first = images.find((image) => !hasPlane(image))!;
  const text = `${count} of ${images.length} images of the reference series do not say where they lie and are left out (first: ${first.instance.path}).`;
  return [{ code: "SKIPPED_FILE", severity: "warning", text, value: count }];
}

function remarkOnDamage(images: readonly PlacedImage[]): readonly Diagnostic[] {
  const damaged = new Set(
    images.flatMap(({ instance }) => (instance.problem === undefined ? [] : [instance])),
  );
  return [...damaged].map(({ path, problem }) => ({
    code: "DAMAGED_IMAGE",
    severity: "warning",
    text: `The pixels of ${path} cannot be used, its geometry can: regions are measured, but that slice cannot be drawn. ${problem!.message}`,
  }));
}
