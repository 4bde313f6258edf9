import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { collectionPlans } from "#shared/phantom/session-collections.ts";
import type { DemoRun } from "#shared/report/index-content.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { compareRegions, type StatisticsRow, type TrueCollection } from "./compare-regions.ts";
import type { RegionJob } from "./region-jobs.ts";

/** Where a demo keeps its files. */
export interface DemoPlaces {
  readonly demo: string;
  /** Folder of the sample data. */
  readonly mouse: string;
  /** Folder of the session in it. */
  readonly session: string;
  /** Folder for the results of this run. */
  readonly output: string;
  readonly version: string;
  /** Results of a run that made maps, and the scan it ran on. */
  readonly runOf: (title: string) => { readonly output: string; readonly scan: number };
}

/**
 * Measures a collection on maps of earlier runs, and sets what was found against what is true.
 *
 * @param run - runs a program with options
 */
export function runRegionJob(
  job: RegionJob,
  places: DemoPlaces,
  run: (program: string, ...options: readonly string[]) => void,
): DemoRun {
  const { demo, mouse, session, output, version, runOf } = places;
  const collection = collectionPlans().find(({ label }) => label === job.collection);
  if (collection === undefined) throw new Error(`the session has no ${job.collection}`);
  const sources = job.maps.map((map) => ({ ...map, ...runOf(map.run) }));
  run(
    "mask-average",
    "--reference",
    join(session, "SCANS", String(collection.scan), "DICOM"),
    "--roi",
    join(session, "ASSESSORS", job.collection, job.resource),
    ...sources.flatMap((source) => ["--map", join(source.output, "maps")]),
    "--output",
    output,
  );
  const rows = readJson(join(output, "stats/roi_statistics.json")) as StatisticsRow[];
  const { collections } = readJson(join(mouse, "truth/regions.json")) as {
    collections: TrueCollection[];
  };
  const truth = collections.find(({ label }) => label === job.collection);
  if (truth === undefined) throw new Error(`regions.json has no ${job.collection}`);
  return {
    title: job.title,
    program: "mask-average",
    version,
    input: `${job.collection}: ${job.words}`,
    verdict: judge(rows),
    reportPath: relative(demo, join(output, "report/report.html")),
    preview: readOverlay(output, job),
    facts: [
      { label: "Regions", value: `${truth.regions.length}, ${job.resource}` },
      { label: "Drawn on", value: `scan ${collection.scan}` },
      { label: "Maps", value: job.maps.map((map) => map.run).join("; ") },
    ],
    comparisons: sources.flatMap(({ quantities, scan }) =>
      quantities.map((quantity) => compareRegions(rows, truth, scan, quantity)),
    ),
  };
}

/** The regions over the first map that is compared. */
function readOverlay(output: string, { maps }: RegionJob): Uint8Array {
  const folder = join(output, "stats/overlays");
  const map = maps[0]!.quantities[0]!.map;
  const name = readdirSync(folder).find((file) => file.endsWith(`-${map}.png`));
  if (name === undefined) throw new Error(`no overlay of ${map} in ${folder}`);
  return readFileSync(join(folder, name));
}

/** Regions that were not measured as a whole, by name. */
export function judge(rows: readonly StatisticsRow[]): Verdict {
  const lost = rows.filter(({ status }) => status !== "ok" && status !== "warning");
  const reasons = new Set(
    lost.map(({ roi_name, map, status }) => `${roi_name} on ${map}: ${status}`),
  );
  return { level: reasons.size === 0 ? "ok" : "check", reasons: [...reasons] };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
