import { describeProgram, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { unitEntry } from "#shared/units.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { RunJudgement } from "./judge-run.ts";
import type { Region } from "./region.ts";
import type { Regions } from "./work.ts";

/** Paths say where a run found its input, not what its result is: provenance names the files themselves. */
const inputPaths: ReadonlySet<string> = new Set(["reference", "roi", "map", "series"]);

/** The options that decide the result. */
export function decidingOptions(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !inputPaths.has(name)));
}

/** The numbers of a run for other programs: summary.json, and embedded in the report. */
export function summarizeRun(
  work: Regions,
  { verdict, partial }: RunJudgement,
  context: ProgramContext,
): Record<string, unknown> {
  const { collections, regions, maps, references, measured, curves } = work;
  return {
    program: describeProgram(context),
    title: "Region statistics",
    verdict: verdict.level,
    reasons: verdict.reasons,
    partial,
    options: resultOptions(decidingOptions(work.options), context.given),
    collections: collections.map(({ path, kind, name, uid, equipment, rois }) => ({
      ...{ path, kind, name, uid, equipment, regions: rois.length },
    })),
    references: references.series.map(({ identity, planes }) => ({
      seriesInstanceUID: identity.seriesInstanceUID,
      seriesNumber: identity.seriesNumber ?? null,
      seriesDescription: identity.seriesDescription,
      geometry: describePlanes(planes),
    })),
    maps: maps.map((map) => ({
      ...{ name: map.name, quantity: map.quantity, path: map.path, volume: map.volume ?? null },
      unit: unitEntry(map.unit).ucum,
      geometry: describePlanes(map.planes),
    })),
    regions: regions.map((region) => ({
      ...{ collection: region.collection.path, number: region.roi.number, name: region.roi.name },
      file: region.fileName,
      contourAreaMm2: region.placed?.outlines.contourAreaMm2 ?? null,
      netAreaMm2: region.placed?.outlines.netAreaMm2 ?? null,
      contours: region.placed?.outlines.contours ?? null,
      referenceVoxels: referenceVoxels(work, region) ?? null,
      measurements: measured
        .filter((one) => one.region === region)
        .map(({ map, judgement, measurement }) => ({
          map: maps[map]!.name,
          ...judgement,
          ...{ voxels: measurement.nVoxels, valid: measurement.firstOrder.n },
          ...{ mean: measurement.firstOrder.mean, sd: measurement.firstOrder.sd },
        })),
    })),
    meanCurves:
      curves.model === undefined
        ? null
        : {
            model: curves.model.choice.name,
            reason: curves.model.reason,
            regions: curves.fits.size,
          },
    rules: regionRules(work),
  };
}

/** Voxels of a region on the series it was drawn on; undefined where there is none. */
function referenceVoxels({ references, lay }: Regions, region: Region): number | undefined {
  const series = references.ofCollection[region.source]?.series;
  return series && lay(region, series.planes).voxels.length;
}

/** The rules by which outlines became voxels and voxels numbers, in words. */
export function regionRules({
  options,
}: Pick<Regions, "options">): Readonly<Record<string, string>> {
  return {
    "Voxel inside": "when its centre lies inside the outlines, by the even-odd rule",
    "Centre on an outline":
      options.edge === "half-open"
        ? "inside on the edge of the lower index, outside on that of the higher one"
        : "inside",
    "Outline inside another": options.nested === "hole" ? "a hole" : "no hole",
    "Outlines that overlap in part": "their union",
    "Regions on a map": "filled on the grid of the map itself; nothing is resampled",
    "Regions stored as voxels":
      "carried over where more than half of a voxel is covered; same grids are copied",
    Statistics:
      "population moments, percentiles by linear interpolation, values finite and sound only (IBSI definitions)",
  };
}

function describePlanes({ shape, rowStep, columnStep, origins, spacing }: PlaneStack) {
  return { shape, rowStep, columnStep, origins, spacingMm: spacing ?? null };
}
