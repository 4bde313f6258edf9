import { UsageError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { NiftiFileHeader } from "#shared/nifti/read.ts";
import { readVolumes } from "#shared/nifti/read-volumes.ts";
import { openNifti } from "#shared/nifti/read-voxels.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { chooseMapUnit } from "./choose-map-unit.ts";
import { readCompanions } from "./map-companions.ts";
import { readMapSidecar, stemOf } from "./map-sidecar.ts";
import type { MapSamples, MapToMeasure } from "./map-to-measure.ts";
import { type PlaceWish, placeMap, turnSamples } from "./place-map.ts";
import { type RecognizedMap, recognizeMap } from "./recognize-map.ts";

/** How maps are read. */
export interface MapWish extends PlaceWish {
  /** Of files with several: the 1-based volume to measure, or all of them. */
  readonly volume: number | "all";
}

/** Maps and what is to be said of them. */
export interface ReadMaps {
  readonly maps: readonly MapToMeasure[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The map in a NIfTI file, one for each volume that is wanted, with its unit, standard errors and status.
 *
 * @throws InputError E-MAP-ORIENTATION as placeMap does, and as openNifti and readVoxels do; UsageError E-VOLUME when the file has no
 *   such volume
 */
export async function readNiftiMap(file: FoundFile, wish: MapWish): Promise<ReadMaps> {
  const recognized = recognizeMap(stemOf(file.path));
  const nifti = await openNifti(file);
  const { header } = nifti;
  const place = placeMap(header, file.path, wish);
  const wanted = chooseVolumes(header, file.path, wish);
  const { samples, sha256 } = await readVolumes(nifti, () => wanted);
  const sidecar = await readMapSidecar(file);
  const quantity = recognized.description === "" ? recognized.quantity : undefined;
  const diagnostics: Diagnostic[] = [
    ...place.diagnostics,
    ...sidecar.diagnostics,
    ...remarkOnVolumes(header, file.path, wish),
  ];
  const maps: MapToMeasure[] = [];
  for (const [at, volume] of wanted.entries()) {
    const values = turnSamples(samples[at]!, header.grid.shape, place.order);
    if (isOriginal(recognized, header))
      diagnostics.push(...dropSentinels(values, recognized, file.path));
    // Name and sidecar speak of the first volume: what the others hold is anybody's guess.
    const ofVolume = volume === 0 ? quantity : undefined;
    const unit = chooseMapUnit(file.path, volume === 0 ? sidecar.stated : "", ofVolume, values);
    diagnostics.push(...unit.diagnostics);
    const { order } = place;
    const companions = await readCompanions({
      ...{ file, recognized, grid: header.grid, order },
      unit: unit.unit,
    });
    diagnostics.push(...(at === 0 ? companions.diagnostics : []));
    const several = header.volumes > 1;
    maps.push({
      name:
        several && wish.volume === "all" ? `${recognized.name}_vol-${volume + 1}` : recognized.name,
      quantity: (volume === 0 ? recognized.quantity : undefined) ?? recognized.name,
      path: file.path,
      sha256,
      files: [{ path: file.path, sha256, sopInstanceUID: "" }],
      unit: unit.unit,
      planes: place.planes,
      samples: values,
      standardErrors: volume === 0 ? companions.standardErrors : undefined,
      status: companions.status,
      zeroMeansNoValue: sidecar.zeroMeansNoValue || recognized.legacy,
      model: sidecar.model,
      volume: several ? volume + 1 : undefined,
      frameOfReferenceUID: "",
    });
  }
  return { maps, diagnostics };
}

function chooseVolumes(
  { volumes }: NiftiFileHeader,
  path: string,
  { volume }: MapWish,
): readonly number[] {
  if (volumes === 1) return [0];
  if (volume === "all") return Array.from({ length: volumes }, (_, index) => index);
  if (volume <= volumes) return [volume - 1];
  throw new UsageError(
    "E-VOLUME",
    `--volume ${volume}: ${path} has ${volumes} volumes.`,
    "Choose one of them, or --all-volumes.",
  );
}

function remarkOnVolumes(
  { volumes }: NiftiFileHeader,
  path: string,
  { volume }: MapWish,
): readonly Diagnostic[] {
  if (volumes === 1 || volume === "all") return [];
  const text =
    volume === 1
      ? `${path} has ${volumes} volumes; the first is used. Choose another with --volume, or --all-volumes.`
      : `${path} has ${volumes} volumes; volume ${volume} is used.`;
  const severity = volume === 1 ? "warning" : "info";
  return [{ code: "VOLUME_CHOSEN", severity, text, value: volume }];
}

/** A map of the original XNAT-PIC, which wrote no orientation. */
function isOriginal({ legacy }: RecognizedMap, { oriented }: NiftiFileHeader): boolean {
  return legacy && !oriented;
}

/** What the original wrote for T2 where its fit failed (-1) or left the range (-2), and 1000 over it for R2. */
const sentinels: Readonly<Record<string, readonly number[]>> = {
  T2: [-1, -2],
  R2: [-1000, -500],
};

/** Makes the sentinels of the original NaN, in place. */
function dropSentinels(
  samples: MapSamples,
  { quantity = "" }: RecognizedMap,
  path: string,
): readonly Diagnostic[] {
  const marks = sentinels[quantity];
  if (marks === undefined) return [];
  let count = 0;
  for (let v = 0; v < samples.length; v++) {
    if (!marks.includes(samples[v]!)) continue;
    samples[v] = Number.NaN;
    count++;
  }
  if (count === 0) return [];
  const text = `${path}: ${count} voxels hold ${marks.join(" or ")}, which XNAT-PIC wrote where its fit failed; they have no value.`;
  return [{ code: "NO_VALUE", severity: "info", text, value: count }];
}
