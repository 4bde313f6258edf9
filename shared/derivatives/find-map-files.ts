import { statSync } from "node:fs";
import { basename } from "node:path";
import { UsageError } from "#shared/errors.ts";
import { type FoundFile, listFiles } from "#shared/files/list-files.ts";
import { readMapSidecar, stemOf } from "./map-sidecar.ts";
import { readMapUnit } from "./map-unit.ts";
import { type MapKind, recognizeMap } from "./recognize-map.ts";

/** What a path given as map holds. */
export interface FoundMaps {
  /** `maps`: the last part of the path, with which the paths of its files begin. */
  readonly name: string;
  readonly path: string;
  /** NIfTI files to measure. */
  readonly nifti: readonly FoundFile[];
  /** NIfTI files left out, by what they are. */
  readonly leftOut: ReadonlyMap<MapKind, readonly FoundFile[]>;
  /** Files that may be DICOM: only where there is no NIfTI map. */
  readonly others: readonly FoundFile[];
}

const niftiName = /\.nii(?:\.gz)?$/i;

/**
 * The maps below a path. A file is taken whatever it is; of a folder all quantitative maps, without standard errors, status, masks,
 * quality of fit, vectors, and images: where a name or a sidecar tells a map, files of which nothing is known are left out too.
 *
 * @throws UsageError E-MAP-FILE when there is nothing of this name, E-INPUT-FOLDER when a folder cannot be read
 */
export async function findMapFiles(path: string): Promise<FoundMaps> {
  const name = basename(path) || "maps";
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) {
    throw new UsageError(
      "E-MAP-FILE",
      `--map ${path}: there is no such file or folder.`,
      "Give a NIfTI file, a DICOM series, or a folder with them.",
    );
  }
  const none = { name, path, leftOut: new Map() };
  if (!kind.isDirectory()) {
    const file = { path: name, absolutePath: path };
    return niftiName.test(name)
      ? { ...none, nifti: [file], others: [] }
      : { ...none, nifti: [], others: [file] };
  }
  const files = (await listFiles(path, "--map")).map((file) => ({
    ...file,
    path: `${name}/${file.path}`,
  }));
  const images = files.filter((file) => niftiName.test(file.path));
  const sorted = await Promise.all(
    images.map(async (file) => ({ file, kind: await kindOf(file, images) })),
  );
  const kinds = new Map<MapKind, readonly FoundFile[]>();
  for (const { file, kind } of sorted) kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  const known = kinds.get("map") ?? [];
  const unknown = kinds.get("unknown") ?? [];
  const nifti = known.length > 0 ? known : unknown;
  const leftOut = new Map([...kinds].filter(([, members]) => members !== nifti));
  const others = files.filter((file) => !niftiName.test(file.path));
  return { name, path, nifti, leftOut, others: nifti.length > 0 ? [] : others };
}

async function kindOf(file: FoundFile, all: readonly FoundFile[]): Promise<MapKind> {
  const recognized = recognizeMap(stemOf(file.path));
  const folder = /^(.*\/)legacy\//.exec(file.path)?.[1];
  const isCopy =
    recognized.legacy &&
    folder !== undefined &&
    all.some(({ path }) => path.startsWith(folder) && recognizeMap(stemOf(path)).suffix !== "");
  if (isCopy) return "copy under a name of XNAT-PIC";
  if (recognized.kind !== "unknown") return recognized.kind;
  const unit = readMapUnit((await readMapSidecar(file)).stated);
  return unit === undefined || unit === "arbitrary" ? "unknown" : "map";
}
