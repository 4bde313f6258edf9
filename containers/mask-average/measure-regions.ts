import type { OptionsOf } from "#command-json/define-command.ts";
import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { chooseBinWidth } from "#shared/stats/bin-width.ts";
import {
  type MeasuredMap,
  type Measurement,
  measureRates,
  measureRegion,
} from "#shared/stats/measure-region.ts";
import { convertToRates, nameRateMap } from "#shared/stats/rates.ts";
import type { RegionGeometry } from "#shared/stats/region-row.ts";
import { unitEntry } from "#shared/units.ts";
import type { command } from "./command.ts";
import { describeGeometry } from "./describe-geometry.ts";
import { type Judgement, judgeRegion } from "./judge-region.ts";
import type { LayRegion } from "./lay-regions.ts";
import { listExclusions } from "./list-exclusions.ts";
import type { References } from "./read-references.ts";
import type { Region } from "./region.ts";

type Options = Pick<
  OptionsOf<typeof command>,
  "zeros" | "status" | "lowest" | "highest" | "rates" | "bin-width"
>;

/** A region on a map. */
export interface MeasuredRegion {
  readonly region: Region;
  /** Position of the map in the run. */
  readonly map: number;
  /** Share of its area inside the field of view of the map, 0 to 1; NaN without an area. */
  readonly insideShare: number;
  readonly geometry: RegionGeometry;
  readonly measurement: Measurement;
  /** Of a map of relaxation times: the rates of its voxels. */
  readonly rates: Measurement | undefined;
  /** Of the region on this map; and with those of the region itself. */
  readonly onMap: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
  readonly judgement: Judgement;
}

/**
 * Every region on every map, map by map. Voxels are not kept: of all regions on all maps they would fill the memory.
 */
export function measureRegions(
  regions: readonly Region[],
  maps: readonly MapToMeasure[],
  { ofCollection }: References,
  lay: LayRegion,
  options: Options,
): readonly MeasuredRegion[] {
  return maps.flatMap((map, position) => {
    const measured = describeMap(map, options);
    const rateWidth = hasRates(map, maps, options)
      ? chooseBinWidth(convertToRates(map.samples, map.unit))
      : undefined;
    return regions.map((region): MeasuredRegion => {
      const onGrid = lay(region, map.planes);
      const measurement = measureRegion(onGrid, measured);
      const rates = rateWidth === undefined ? undefined : measureRates(onGrid, measured, rateWidth);
      const diagnostics = [...region.diagnostics, ...onGrid.diagnostics];
      const judgement = judgeRegion({
        hasArea: hasArea(region),
        voxels: onGrid.voxels.length,
        valid: measurement.firstOrder.n,
        excluded: listExclusions(measurement.exclusions, map),
        insideShare: onGrid.insideShare,
        diagnostics,
      });
      const drawn = ofCollection[region.source]?.series?.planes;
      return {
        ...{ region, map: position, measurement, rates, judgement },
        insideShare: onGrid.insideShare,
        geometry: describeGeometry(region, onGrid, map.planes, drawn),
        ...{ onMap: onGrid.diagnostics, diagnostics },
      };
    });
  });
}

/** True where a region encloses anything where it was drawn. */
export function hasArea({ placed, roi: { shape } }: Region): boolean {
  if (placed !== undefined) return placed.outlines.netAreaMm2 > 0;
  return shape.form === "voxels" && shape.shares.some((share) => share > 0);
}

/** Relaxation times have rates, which are measured once: from the map of rates where there is one. */
function hasRates(
  { name, quantity, unit }: MapToMeasure,
  maps: readonly MapToMeasure[],
  { rates }: Options,
): boolean {
  const rateMap = nameRateMap(name);
  if (maps.some((other) => other.name === rateMap)) return false;
  return rates === "auto" && unitEntry(unit).kind === "time" && /^T(1|2|2star)$/.test(quantity);
}

function describeMap(map: MapToMeasure, options: Options): MeasuredMap {
  const exclude = options.zeros === "exclude" || (options.zeros === "auto" && map.zeroMeansNoValue);
  return {
    samples: map.samples,
    unit: map.unit,
    status: map.status?.codes,
    standardErrors: map.standardErrors,
    policy: {
      zeros: exclude ? "exclude" : "keep",
      status: options.status,
      sound: map.status?.sound,
      lowest: options.lowest,
      highest: options.highest,
    },
    binWidth: options["bin-width"] ?? chooseBinWidth(map.samples),
  };
}
