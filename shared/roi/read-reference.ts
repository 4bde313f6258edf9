import { digestFiles } from "#shared/dicom/digest-files.ts";
import type { Instance } from "#shared/dicom/frame.ts";
import { loadPlanes } from "#shared/dicom/load-planes.ts";
import { type PlacedImage, placeImages } from "#shared/dicom/place-images.ts";
import { readHeaders, type Unreadable } from "#shared/dicom/read-headers.ts";
import { makeTemplate, readPublicAttributes } from "#shared/dicom/template.ts";
import { InputError } from "#shared/errors.ts";
import { listFiles } from "#shared/files/list-files.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { DicomJson, SeriesIdentity } from "#shared/volume/series-volume.ts";
import { chooseReference } from "./choose-reference.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { pickDrawn } from "./drawn-images.ts";
import type { CollectionClaim, CollectionMatch } from "./match-collection.ts";
import { type PlacedSeries, referenceImage, type SeriesImages } from "./reference-series.ts";
import type { Reference } from "./roi.ts";

/** Which series of a folder is wanted. */
export interface ReferenceWish {
  /** What is to be put on the series: images, series and frame of reference they name decide. */
  readonly collections: readonly CollectionClaim[];
  /** Place collections of other series by their coordinates. */
  readonly allowOtherSeries: boolean;
}

/** The pixels regions are drawn over. */
export interface ReferencePixels {
  /** Signal (slope applied), one image of each plane, shape [planes, rows, columns]; NaN in padding and where pixels are damaged. */
  readonly samples: Float32Array;
  /** DAMAGED_IMAGE for planes whose pixels turned out unreadable, with the plane; those known before stand in the reference. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The series regions were drawn on, with what derived objects repeat of it. */
export interface ReferenceSeries extends Reference {
  readonly modality: string;
  /** Files, labels and template for records and derived objects; `template` is always there. */
  readonly identity: SeriesIdentity & { readonly template: DicomJson };
  /** How each collection of the wish is tied to the series, in order; those with a refusal cannot be put on it. */
  readonly matches: readonly CollectionMatch[];
  /** Reads the image of each plane that is drawn: of several the first echo, lowest b-value, longest TI and TR. */
  readonly loadImage: () => Promise<ReferencePixels>;
}

/** Objects with pixels, or with references to images, that are no images. */
const noImages = new Set([
  "RTSTRUCT",
  "RTPLAN",
  "RTDOSE",
  "SEG",
  "SR",
  "PR",
  "KO",
  "REG",
  "RWV",
  "DOC",
]);
const segmentation = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.66\.[47]$/;

/**
 * The planes and images of the DICOM series regions were drawn on. Only the geometry has to be sound: frame of
 * reference, instance numbers, slices and pixels may be missing, slices unevenly spaced, several images lie in one plane.
 *
 * @throws UsageError E-INPUT-FOLDER; InputError E-REFERENCE-IMAGES when the folder holds no images, and as chooseReference does;
 *   E-UNREADABLE when a file goes away
 */
export async function readReference(
  folder: string,
  wish: ReferenceWish,
  pool: Pool,
): Promise<ReferenceSeries> {
  const files = await listFiles(folder, "--reference");
  const { instances, others, unreadable } = await readHeaders(files, pool);
  const all = groupSeries(instances.filter(isImage));
  if (all.length === 0) {
    throw nothingFound(folder, instances, [...others, ...unreadable.map(({ path }) => path)]);
  }
  const { series, matches, diagnostics } = chooseReference(
    all,
    wish.collections,
    wish.allowOtherSeries,
  );
  const images = series.images.map((members) => members.map(referenceImage));
  const used = [...new Set(series.images.flat().map(({ instance }) => instance))];
  const first = used[0]!;
  return {
    planes: series.planes,
    images,
    modality: first.modality,
    studyInstanceUID: first.studyInstanceUID,
    seriesInstanceUID: first.seriesInstanceUID,
    seriesDescription: first.seriesDescription,
    frameOfReferenceUID: series.frameOfReferenceUID,
    identity: await identify(series, used, pool),
    matches,
    diagnostics: [...diagnostics, ...series.diagnostics, ...unreadable.map(remarkOnUnreadable)],
    loadImage: () => loadImage(series, pool),
  };
}

function isImage({ sopClassUID, modality }: Instance): boolean {
  return !noImages.has(modality) && !segmentation.test(sopClassUID);
}

function groupSeries(instances: readonly Instance[]): readonly SeriesImages[] {
  const placed = instances.map((instance) => ({ instance, images: placeImages(instance) }));
  const groups = Map.groupBy(placed, ({ instance }) => instance.seriesInstanceUID);
  return [...groups]
    .map(([seriesInstanceUID, members]) => ({
      seriesInstanceUID,
      images: members.flatMap(({ images }) => images),
    }))
    .filter(({ images }) => images.length > 0)
    .sort(
      (a, b) => numberOf(a) - numberOf(b) || (a.seriesInstanceUID < b.seriesInstanceUID ? -1 : 1),
    );
}

function numberOf({ images }: SeriesImages): number {
  return images[0]!.instance.seriesNumber ?? Number.MAX_SAFE_INTEGER;
}

async function identify(
  series: PlacedSeries,
  used: readonly Instance[],
  pool: Pool,
): Promise<ReferenceSeries["identity"]> {
  const image = series.images[0]![0]!;
  const { instance } = image;
  return {
    kind: "dicom",
    modality: instance.modality,
    studyInstanceUID: instance.studyInstanceUID,
    seriesInstanceUID: instance.seriesInstanceUID,
    frameOfReferenceUID: series.frameOfReferenceUID,
    seriesNumber: instance.seriesNumber,
    seriesDescription: instance.seriesDescription,
    patientID: instance.patientID,
    studyID: instance.studyID,
    files: await digestFiles(used, pool),
    sliceSources: series.images.map(listSources),
    template: makeTemplate(readPublicAttributes(image), image.frame?.contrasts ?? {}),
  };
}

function listSources(images: readonly PlacedImage[]): SeriesIdentity["sliceSources"][number] {
  const groups = Map.groupBy(images, ({ instance }) => instance);
  return [...groups].map(([{ sopClassUID, sopInstanceUID }, members]) => ({
    sopClassUID,
    sopInstanceUID,
    frameNumbers: members.map(({ frameNumber }) => frameNumber).filter((number) => number > 0),
  }));
}

async function loadImage(series: PlacedSeries, pool: Pool): Promise<ReferencePixels> {
  const drawn = pickDrawn(series.images);
  const loaded = await loadPlanes(drawn, (count) => new Float32Array(count), pool);
  const diagnostics = loaded.damaged
    .filter(({ plane }) => drawn[plane]!.instance.problem === undefined)
    .map(({ plane, error }): Diagnostic => {
      const text = `The pixels of ${drawn[plane]!.instance.path} cannot be read: slice ${plane + 1} cannot be drawn. ${error.message}`;
      return { code: "DAMAGED_IMAGE", severity: "warning", text, plane };
    });
  return { samples: loaded.samples, diagnostics };
}

function remarkOnUnreadable({ path, error }: Unreadable): Diagnostic {
  const text = `${path} cannot be read and is left out. ${error.message}`;
  return { code: "DAMAGED_IMAGE", severity: "warning", text };
}

function nothingFound(
  folder: string,
  instances: readonly Instance[],
  others: readonly string[],
): InputError {
  const refuse = (found: string, hint: string) => new InputError("E-REFERENCE-IMAGES", found, hint);
  const hint = "Give the folder of the series the regions were drawn on with --reference.";
  if (instances.length > 0) {
    const kinds = Map.groupBy(instances, ({ modality }) => modality || "unknown");
    const list = [...kinds]
      .slice(0, 5)
      .map(([kind, { length }]) => `${length} ${kind} ${length === 1 ? "object" : "objects"}`);
    return refuse(`The reference folder ${folder} holds no images, only ${list.join(", ")}.`, hint);
  }
  if (others.length === 0) {
    return refuse(
      `The reference folder ${folder} is empty.`,
      `${hint} If this happens in XNAT, ask its administrator to check the path translation of the Container Service.`,
    );
  }
  const endings = Map.groupBy(others, (path) => /\.[^./]+$/.exec(path)?.[0] ?? "no ending");
  const list = [...endings].slice(0, 5).map(([ending, { length }]) => `${length} × ${ending}`);
  return refuse(
    `The reference folder ${folder} holds no DICOM images, only other files (${list.join(", ")}).`,
    hint,
  );
}
