import { InputError, isProgramError, type ProgramError } from "#shared/errors.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { type FoundMaps, findMapFiles } from "./find-map-files.ts";
import { stemOf } from "./map-sidecar.ts";
import type { MapToMeasure } from "./map-to-measure.ts";
import { readDicomMaps } from "./read-dicom-maps.ts";
import { type MapWish, type ReadMaps, readNiftiMap } from "./read-nifti-map.ts";

export type { MapModel, MapSamples, MapStatus, MapToMeasure } from "./map-to-measure.ts";

/** How maps are read. */
export interface MapOptions {
  /** Of files with several volumes: the 1-based one to measure, or all of them. */
  readonly volume: number | "all";
  /** A map without orientation covers the field of view of the reference. */
  readonly assumeSameFov: boolean;
  /** Planes of the series the regions were drawn on, where there is one. */
  readonly reference: PlaneStack | undefined;
}

/**
 * The maps below some paths: NIfTI files, folders of maps of these or other programs, DICOM series. A map that cannot be read is
 * left out with a diagnostic (severity `error`) as long as there is another one.
 *
 * @param paths - as the user gave them
 * @throws UsageError E-MAP-FILE, E-INPUT-FOLDER, E-VOLUME; InputError E-NO-MAPS, or what is wrong with the first map when none can be
 *   read (readNiftiMap, readDicomMaps)
 */
export async function readMaps(
  paths: readonly string[],
  options: MapOptions,
  pool: Pool,
): Promise<ReadMaps> {
  const found = await Promise.all([...new Set(paths)].map(findMapFiles));
  const maps: MapToMeasure[] = [];
  const diagnostics: Diagnostic[] = [];
  const refusals: ProgramError[] = [];
  const read = new Set<string>();
  const take = async (path: string, work: () => Promise<ReadMaps>): Promise<void> => {
    try {
      const result = await work();
      maps.push(...result.maps);
      diagnostics.push(...result.diagnostics);
    } catch (error) {
      if (!isProgramError(error) || error.tag === "usage") throw error;
      refusals.push(error);
      const text = `${path} is not measured: ${error.message}`;
      diagnostics.push({ code: "SKIPPED_FILE", severity: "error", text });
    }
  };
  for (const place of found) {
    const wish: MapWish = options;
    for (const file of place.nifti) {
      // A file below two of the paths is measured once.
      if (read.has(file.absolutePath)) continue;
      read.add(file.absolutePath);
      await take(file.path, () => readNiftiMap(file, wish));
    }
    diagnostics.push(...remarkOnLeftOut(place));
    if (place.others.length === 0) continue;
    // A folder of text files, pictures and archives is no failed map.
    await take(place.name, () => readDicomMaps(place.name, place.others, pool));
  }
  if (maps.length > 0) return { maps: makeDistinct(maps), diagnostics };
  const [refused] = refusals;
  if (refused !== undefined && (refused.code !== "E-NO-DICOM" || isGivenFile(found))) throw refused;
  throw noMaps(found);
}

function isGivenFile(found: readonly FoundMaps[]): boolean {
  return found.some(({ others, path }) => others.length === 1 && others[0]!.absolutePath === path);
}

/** One sentence on all files of a folder that are not measured. */
function remarkOnLeftOut({ name, leftOut }: FoundMaps): readonly Diagnostic[] {
  const parts = [...leftOut].map(([kind, files]) => {
    const first = files[0]!.path.slice(name.length + 1);
    return `${files.length} × ${kind} (${first}${files.length > 1 ? ", ..." : ""})`;
  });
  if (parts.length === 0) return [];
  const text = `Not measured in ${name}: ${parts.join("; ")}. Name a file with --map to measure it all the same.`;
  return [{ code: "SKIPPED_FILE", severity: "info", text }];
}

/** Maps of one name are told apart by the stems of their files, then by their paths, then by number. */
function makeDistinct(maps: readonly MapToMeasure[]): readonly MapToMeasure[] {
  const longer = [
    ({ name }: MapToMeasure) => name,
    ({ name, path, volume }: MapToMeasure) =>
      volume === undefined || !name.endsWith(`_vol-${volume}`)
        ? stemOf(path)
        : `${stemOf(path)}_vol-${volume}`,
    ({ name, path }: MapToMeasure) => `${path.slice(0, path.lastIndexOf("/") + 1)}${name}`,
  ];
  let names = maps.map(longer[0]!);
  for (const next of longer.slice(1)) {
    const counts = countNames(names);
    names = names.map((name, at) => (counts.get(name)! > 1 ? next(maps[at]!) : name));
  }
  const seen = new Map<string, number>();
  return maps.map((map, at) => {
    const name = names[at]!;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { ...map, name: count === 1 ? name : `${name} (${count})` };
  });
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function noMaps(found: readonly FoundMaps[]): InputError {
  const places = found.map(({ path }) => path).join(", ");
  const kinds = found.flatMap(({ leftOut }) => [...leftOut]);
  const list = kinds.map(([kind, files]) => `${files.length} × ${kind}`);
  const others = found.reduce((sum, { others: files }) => sum + files.length, 0);
  if (others > 0) list.push(`${others} other ${others === 1 ? "file" : "files"}`);
  const hint = "Give NIfTI maps or a DICOM series with --map.";
  return new InputError(
    "E-NO-MAPS",
    `No maps found under ${places}${list.length === 0 ? ": nothing is there" : `, only ${list.join(", ")}`}.`,
    list.length > 0
      ? hint
      : `${hint} If this happens in XNAT, ask its administrator to check the path translation of the Container Service.`,
  );
}
