import { createHash } from "node:crypto";
import { digestFiles } from "#shared/dicom/digest-files.ts";
import type { Instance } from "#shared/dicom/frame.ts";
import { loadPlanes } from "#shared/dicom/load-planes.ts";
import { type PlacedImage, placeImages } from "#shared/dicom/place-images.ts";
import { readHeaders } from "#shared/dicom/read-headers.ts";
import { readMeaning, type ValueMeaning } from "#shared/dicom/real-world-mapping.ts";
import { type StackedPlanes, stackPlanes } from "#shared/dicom/stack-planes.ts";
import { readPublicAttributes } from "#shared/dicom/template.ts";
import { fromPlainError, InputError, isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { describeGaps } from "#shared/volume/slice-gaps.ts";
import { chooseMapUnit } from "./choose-map-unit.ts";
import { nameQuantity } from "./map-names.ts";
import type { MapToMeasure } from "./map-to-measure.ts";
import type { ReadMaps } from "./read-nifti-map.ts";

/** A series of images that may be a map. */
interface MapSeries {
  /** For messages: `maps (series 801 "T2")`. */
  readonly name: string;
  readonly instances: readonly Instance[];
  readonly images: readonly PlacedImage[];
}

/** Objects that hold regions or text, no values. */
const noValues = new Set(["RTSTRUCT", "RTPLAN", "SEG", "SR", "PR", "KO", "REG", "RWV", "DOC"]);

/**
 * The maps among DICOM files, one for each series with one image in each plane: derived maps, Parametric Maps, images of any
 * modality. Where some series are maps by their own word, the others are left out. Planes may be unevenly spaced.
 *
 * @param path - of the folder or file they are from, for messages
 * @throws InputError E-NO-DICOM when there are no images, and what is wrong with the only series: E-DUPLICATE, as stackPlanes and
 *   decodeFrames do
 */
export async function readDicomMaps(
  path: string,
  files: readonly FoundFile[],
  pool: Pool,
): Promise<ReadMaps> {
  const { instances, unreadable } = await readHeaders(files, pool);
  const all = groupSeries(
    path,
    instances.filter(({ modality }) => !noValues.has(modality)),
  );
  const broken = unreadable[0];
  if (all.length === 0) {
    if (broken !== undefined) throw fromPlainError(broken.error);
    throw new InputError(
      "E-NO-DICOM",
      `No DICOM images found under ${path}.`,
      "Give the folder of the map's images, or a NIfTI file.",
    );
  }
  const stated = all.filter(({ images }) => images.some(({ frame }) => frame?.mapSign));
  const chosen = stated.length > 0 ? stated : all;
  const maps: MapToMeasure[] = [];
  const diagnostics: Diagnostic[] = unreadable.map((file) => ({
    code: "DAMAGED_IMAGE",
    severity: "warning",
    text: `${file.path} cannot be read and is left out. ${file.error.message}`,
  }));
  let refused: unknown;
  for (const series of chosen) {
    try {
      const read = await readSeries(path, series, pool);
      maps.push(...read.maps);
      diagnostics.push(...read.diagnostics);
    } catch (error) {
      if (!isProgramError(error)) throw error;
      refused ??= error;
      const text = `${series.name} is left out: ${error.message}`;
      diagnostics.push({ code: "SKIPPED_FILE", severity: "error", text });
    }
  }
  if (maps.length === 0) throw refused;
  const others = all.filter((series) => !chosen.includes(series)).map(({ name }) => name);
  if (others.length > 0) {
    const text = `Left out, as they do not say that they are maps: ${others.slice(0, 5).join("; ")}${others.length > 5 ? "; ..." : ""}.`;
    diagnostics.push({ code: "SKIPPED_FILE", severity: "info", text });
  }
  return { maps: preferFloats(maps), diagnostics };
}

function groupSeries(path: string, instances: readonly Instance[]): readonly MapSeries[] {
  const groups = Map.groupBy(instances, ({ seriesInstanceUID }) => seriesInstanceUID);
  return [...groups.values()]
    .map((members) => {
      const { seriesNumber, seriesDescription } = members[0]!;
      const title = seriesDescription === "" ? "" : ` "${seriesDescription}"`;
      return {
        name: `${path} (series ${seriesNumber ?? "without number"}${title})`,
        instances: members,
        images: members.flatMap(placeImages),
      };
    })
    .filter(({ images }) => images.length > 0);
}

async function readSeries(path: string, series: MapSeries, pool: Pool): Promise<ReadMaps> {
  const broken = series.instances.find(({ problem }) => problem !== undefined)?.problem;
  if (broken !== undefined) throw fromPlainError(broken);
  const stacked = stackPlanes(series.images, series.name);
  const images = requireOneImage(stacked, series.name);
  const meanings = readMeanings(images);
  const first = meanings[0]!;
  const isFloat = images.every(({ instance }) => instance.pixels?.kind === "float32");
  const plain = isFloat && meanings.every(({ scale }, k) => isIdentity(scale ?? images[k]!.frame));
  const scales = new Map(images.map((image, k) => [image, meanings[k]!.scale ?? image.frame]));
  const { samples, damaged } = await loadPlanes<Float32Array | Float64Array>(
    images,
    (count) => (plain ? new Float32Array(count) : new Float64Array(count)),
    pool,
    (image) => scales.get(image),
  );
  if (damaged[0] !== undefined) throw damaged[0].error;
  const used = [...new Set(images.map(({ instance }) => instance))];
  const files = await digestFiles(used, pool);
  const quantity = first.quantity === undefined || first.isDerivation ? undefined : first.quantity;
  const stated = first.unit || defaultUnit(used[0]!, images[0]!);
  const unit = chooseMapUnit(series.name, stated, quantity, samples);
  const label = quantity === undefined ? describeSeries(used[0]!, first) : quantity;
  const map: MapToMeasure = {
    name: quantity === undefined ? label : nameQuantity(quantity),
    quantity: label,
    path: files.length === 1 ? joinPath(path, files[0]!.path) : path,
    sha256: files.length === 1 ? files[0]!.sha256 : digestAll(files.map(({ sha256 }) => sha256)),
    files,
    unit: unit.unit,
    planes: stacked.planes,
    samples,
    ...{ standardErrors: undefined, status: undefined, model: undefined, volume: undefined },
    zeroMeansNoValue: false,
    frameOfReferenceUID: used[0]!.frameOfReferenceUID,
  };
  return { maps: [map], diagnostics: [...remarkOnGaps(stacked, series.name), ...unit.diagnostics] };
}

function requireOneImage({ images }: StackedPlanes, name: string): readonly PlacedImage[] {
  const double = images.findIndex(({ length }) => length > 1);
  if (double < 0) return images.map((members) => members[0]!);
  throw new InputError(
    "E-DUPLICATE",
    `Slice ${double + 1} of ${name} has ${images[double]!.length} images; a map has one.`,
    "Give the map alone, not the images it was made from.",
  );
}

function readMeanings(images: readonly PlacedImage[]): readonly ValueMeaning[] {
  const datasets = new Map<Instance, DicomJson>();
  return images.map((image) => {
    const known = datasets.get(image.instance);
    const dataset = known ?? readPublicAttributes(image);
    datasets.set(image.instance, dataset);
    return readMeaning(dataset, image.frameNumber);
  });
}

function isIdentity(scale: { slope: number; intercept: number } | undefined): boolean {
  return scale === undefined || (scale.slope === 1 && scale.intercept === 0);
}

/** CT numbers are Hounsfield units unless the file says otherwise (PS3.3 C.8.2.1); signals have no unit. */
function defaultUnit({ modality }: Instance, { frame }: PlacedImage): string {
  if (modality === "CT") return "HU";
  return modality === "MR" && (frame?.mapSign ?? "") === "" ? "arbitrary" : "";
}

function describeSeries(instance: Instance, { label }: ValueMeaning): string {
  const text = instance.seriesDescription || label || instance.modality;
  return text.slice(0, 64) || "map";
}

function remarkOnGaps({ planes, steps }: StackedPlanes, name: string): readonly Diagnostic[] {
  const first = steps.gaps[0];
  if (first === undefined) return [];
  const text = `${name}: ${describeGaps(steps, planes.origins.length)} The planes are taken as they are.`;
  return [{ code: "LARGE_SLICE_GAP", severity: "warning", text, plane: first.after }];
}

/** Of one map as Parametric Map and as rounded integers, the first: the program that wrote both lost nothing in it. */
function preferFloats(maps: readonly MapToMeasure[]): readonly MapToMeasure[] {
  const floats = maps.filter(({ samples }) => samples instanceof Float32Array);
  return maps.filter(
    (map) =>
      floats.includes(map) ||
      !floats.some(
        (other) => other.name === map.name && other.planes.shape.join() === map.planes.shape.join(),
      ),
  );
}

function joinPath(path: string, file: string): string {
  return path === file || path.endsWith(`/${file}`) ? path : `${path}/${file}`;
}

function digestAll(digests: readonly string[]): string {
  return createHash("sha256")
    .update(`${[...digests].sort().join("\n")}\n`)
    .digest("hex");
}
