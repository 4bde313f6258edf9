import { isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { statusCode } from "#shared/fit/status.ts";
import type { AxisOrder } from "#shared/nifti/axis-order.ts";
import { isSameGrid } from "#shared/nifti/match-grid.ts";
import { type NiftiVolumes, readVolumes } from "#shared/nifti/read-volumes.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { type Unit, unitEntry, unitFactor } from "#shared/units.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { findBeside, readMapSidecar } from "./map-sidecar.ts";
import type { MapSamples, MapStatus } from "./map-to-measure.ts";
import { readMapUnit } from "./map-unit.ts";
import { turnSamples } from "./place-map.ts";
import type { RecognizedMap } from "./recognize-map.ts";
import { statusNames } from "./status-table.ts";

/** A map whose companions are looked for. */
export interface MapWithPlace {
  readonly file: FoundFile;
  readonly recognized: RecognizedMap;
  readonly grid: Grid;
  readonly order: AxisOrder | undefined;
  readonly unit: Unit;
}

/** What lies beside a map of this project: its standard errors and the status of the fit. */
export interface MapCompanions {
  readonly standardErrors: MapSamples | undefined;
  readonly status: MapStatus | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the standard error map and the status map beside a map, by their names (docs/outputs.md). Those that cannot be read, or lie on
 * other voxels, are passed over with a warning.
 */
export async function readCompanions(map: MapWithPlace): Promise<MapCompanions> {
  const { prefix, description, suffix } = map.recognized;
  if (suffix === "" || map.recognized.legacy) {
    return { standardErrors: undefined, status: undefined, diagnostics: [] };
  }
  const diagnostics: Diagnostic[] = [];
  const errors = await readOnGrid(`${prefix}desc-stderr${description}_${suffix}`, map, diagnostics);
  const status = await readOnGrid(`${prefix}desc-status_dseg`, map, diagnostics);
  return {
    standardErrors: errors && (await inUnit(errors, map, diagnostics)),
    status: status && (await describeStatus(status)),
    diagnostics,
  };
}

interface Companion {
  readonly file: FoundFile;
  readonly samples: MapSamples;
}

async function readOnGrid(
  stem: string,
  { file, grid, order }: MapWithPlace,
  diagnostics: Diagnostic[],
): Promise<Companion | undefined> {
  const found = findBeside(file, stem, [".nii.gz", ".nii"]);
  if (found === undefined) return undefined;
  let read: NiftiVolumes;
  try {
    read = await readVolumes(found, () => [0]);
  } catch (error) {
    if (!isProgramError(error)) throw error;
    const text = `${found.path} is passed over: ${error.message}`;
    diagnostics.push({ code: "SKIPPED_FILE", severity: "warning", text });
    return undefined;
  }
  const { header, samples } = read;
  if (header.volumes !== 1 || !isSameGrid(header.grid, grid)) {
    const text = `${found.path} lies on other voxels than ${file.path} and is passed over.`;
    diagnostics.push({ code: "GRID_DIFFERS", severity: "warning", text });
    return undefined;
  }
  return { file: found, samples: turnSamples(samples[0]!, grid.shape, order) };
}

async function inUnit(
  { file, samples }: Companion,
  { unit }: MapWithPlace,
  diagnostics: Diagnostic[],
): Promise<MapSamples | undefined> {
  const { stated } = await readMapSidecar(file);
  const own = readMapUnit(stated) ?? unit;
  if (own === unit) return samples;
  if (unitEntry(own).kind === unitEntry(unit).kind) {
    const factor = unitFactor(own, unit);
    return Float64Array.from(samples, (value) => value * factor);
  }
  const text = `${file.path} is in ${unitEntry(own).label}, its map in ${unitEntry(unit).label}: these standard errors are passed over.`;
  diagnostics.push({ code: "DOUBTFUL_UNIT", severity: "warning", text });
  return undefined;
}

async function describeStatus({ file, samples }: Companion): Promise<MapStatus> {
  const { fields } = await readMapSidecar(file);
  const labels = fields["Labels"];
  const stated =
    typeof labels === "object" && labels !== null
      ? Object.entries(labels).filter(
          (entry): entry is [string, string] =>
            /^\d{1,3}$/.test(entry[0]) && typeof entry[1] === "string",
        )
      : [];
  const names = stated.length === 0 ? statusNames() : Object.fromEntries(stated);
  return {
    path: file.path,
    codes: Uint8Array.from(samples),
    names: names as Readonly<Record<number, string>>,
    sound: [statusCode.ok, statusCode["not-identifiable"]],
  };
}
