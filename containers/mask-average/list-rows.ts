import { nameRateMap } from "#shared/stats/rates.ts";
import type { RegionRow } from "#shared/stats/region-row.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import type { Region } from "./region.ts";
import type { Regions } from "./work.ts";

/** The rows of the table. */
export interface RegionRows {
  readonly all: readonly RegionRow[];
  readonly ofRegion: (region: Region) => readonly RegionRow[];
}

/** The rows of the table: each region on each map, and after it on the rates of that map. */
export function listRows(work: RowSources): RegionRows {
  const groups = work.measured.map((one) => ({ region: one.region, rows: rowsOf(one, work) }));
  const byRegion = Map.groupBy(groups, ({ region }) => region);
  return {
    all: groups.flatMap(({ rows }) => rows),
    ofRegion: (region) => (byRegion.get(region) ?? []).flatMap(({ rows }) => rows),
  };
}

type RowSources = Pick<Regions, "measured" | "maps" | "curves">;

function rowsOf(one: MeasuredRegion, work: RowSources): readonly RegionRow[] {
  const { maps, curves } = work;
  const map = maps[one.map]!;
  const { collection, roi } = one.region;
  const codes = [...new Set(one.diagnostics.map(({ code }) => code))];
  const row: RegionRow = {
    collection: collection.path,
    roiNumber: roi.number,
    roiName: roi.name,
    roiUid: roi.uid,
    source: collection.kind,
    map: map.name,
    mapVolume: map.volume,
    unit: map.unit,
    status: one.judgement.status,
    geometry: one.geometry,
    measurement: one.measurement,
    statusNames: map.status?.names,
    meanCurve: curves.valueOn(one.region, map),
    diagnostics: codes,
  };
  if (one.rates === undefined) return [row];
  const { meanCurve: _, ...others } = row;
  const name = nameRateMap(map.name) ?? `1/${map.name}`;
  return [row, { ...others, map: name, unit: "1/s", measurement: one.rates }];
}
