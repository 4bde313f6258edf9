import { readMaps } from "#shared/derivatives/read-maps.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import { findCollections } from "#shared/roi/find-collections.ts";
import type { command } from "./command.ts";
import { compareDrawings } from "./compare-drawings.ts";
import { fitMeanCurves } from "./fit-mean-curves.ts";
import { gatherDiagnostics } from "./gather-diagnostics.ts";
import { judgeRun } from "./judge-run.ts";
import { regionLayer } from "./lay-regions.ts";
import { measureRegions } from "./measure-regions.ts";
import { placeRegions } from "./place-regions.ts";
import { readReferences } from "./read-references.ts";
import { remarkOnFrames, remarkOnOverlaps } from "./remark-on-regions.ts";
import { requireOrientation } from "./require-orientation.ts";
import { requireRange } from "./require-range.ts";
import { writeRegions } from "./write-regions.ts";

/** Statistics of parameter maps inside regions: collections, reference and maps in; tables, masks, DICOM and report out. */
export const maskAverage: Pipeline<typeof command> = async (options, context) => {
  const { log, pool } = context;
  requireRange(options);

  // The regions as they were stored; of one drawing in two files the original.
  const found = await findCollections(options.roi, { contours: options.contours });
  requireOrientation(found.collections);
  log.info(
    { collections: found.collections.length, regions: count(found.collections) },
    "regions read",
  );

  // The series they were drawn on, and the maps to measure.
  const references = await readReferences(found.collections, options, context);
  const maps = await readMaps(
    options.map,
    {
      volume: options["all-volumes"] ? "all" : options.volume,
      assumeSameFov: options["assume-same-fov"],
      reference: references.series[0]?.planes,
    },
    pool,
  );
  log.info({ maps: maps.maps.map(({ name }) => name) }, "maps read");

  // Where each region lies: placed on its series, laid on the grid of each map, never resampled.
  const regions = placeRegions(found.collections, references, maps.maps[0]?.planes, options);
  const lay = regionLayer(options);

  // The numbers of every region on every map, and the fit of its mean signal.
  const measured = measureRegions(regions, maps.maps, references, lay, options);
  const curves = await fitMeanCurves(regions, maps.maps, lay, options, context);
  log.info({ regions: regions.length, measured: measured.length }, "regions measured");

  const image = await references.series[0]?.loadImage();
  const drawings = compareDrawings(found, references);
  const diagnostics = gatherDiagnostics({
    ...{ found, references, regions, measured, drawings },
    maps: [...maps.diagnostics, ...remarkOnFrames(maps.maps, references)],
    overlaps: remarkOnOverlaps(regions, maps.maps[0], lay),
    image: image?.diagnostics ?? [],
  });
  const { collections } = found;
  const work = {
    ...{ options, collections, references, maps: maps.maps, regions },
    ...{ measured, curves, lay, image, diagnostics },
  };
  return writeRegions(work, judgeRun(work), context);
};

function count(collections: readonly { readonly rois: readonly unknown[] }[]): number {
  return collections.reduce((sum, { rois }) => sum + rois.length, 0);
}
