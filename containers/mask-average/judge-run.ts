import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import { InputError } from "#shared/errors.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { centreDistance, planesDistance } from "#shared/volume/planes-distance.ts";
import { isIncomplete, type Judgement } from "./judge-region.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import { nameRegion, type Region } from "./region.ts";
import type { Regions } from "./work.ts";

/** What the program thinks of a run, and what it could not do. */
export interface RunJudgement {
  readonly verdict: Verdict;
  /** One entry for each region that has no number, or one of a part of it: which, on which maps, why. */
  readonly partial: readonly string[];
}

/**
 * The verdict on a run.
 *
 * @throws InputError E-NO-REGION when no region has a number on any map: what was found is the message
 */
export function judgeRun(work: Regions): RunJudgement {
  const { regions, maps, measured, diagnostics, curves } = work;
  if (!measured.some(({ measurement }) => measurement.firstOrder.n > 0)) {
    throw nothingMeasured(regions, maps, measured);
  }
  const collections = new Set(regions.map(({ source }) => source)).size;
  const unread = diagnostics
    .filter(({ code, severity }) => code === "SKIPPED_FILE" && severity === "error")
    .map(({ text }) => text);
  const lostRegions = regions.flatMap((region) => {
    const lost = measured.filter((one) => one.region === region && isIncomplete(one.judgement));
    const byReason = Map.groupBy(lost, ({ judgement }) => JSON.stringify(judgement));
    return [...byReason.values()].map((ones) => {
      const names = ones.map(({ map }) => maps[map]!.name);
      const where = ones.length === maps.length ? "" : ` on ${names.join(", ")}`;
      return describeLoss(nameRegion(region, collections), where, ones[0]!.judgement);
    });
  });
  const partial = [...unread, ...lostRegions];
  const doubtful = curves.doubtful || diagnostics.some(({ severity }) => severity !== "info");
  const sound =
    measured.length - measured.filter(({ judgement }) => isIncomplete(judgement)).length;
  const counts = `${sound} of ${measured.length} measurements (${regions.length} regions on ${maps.length} ${maps.length === 1 ? "map" : "maps"}) are complete`;
  const warned = measured.some(({ judgement }) => judgement.status === "warning");
  const level = partial.length > 0 || warned || doubtful ? "check" : "ok";
  return { verdict: { level, reasons: [counts, ...partial] }, partial };
}

/** A reason that names the region says it all. */
function describeLoss(name: string, where: string, { status, reason }: Judgement): string {
  const why = reason.replace(/\.$/, "");
  return why.includes(name) ? `${why} (${status}${where})` : `${name} is ${status}${where}: ${why}`;
}

/** Reasons that a message spells out; of more it says the number. */
const mostReasons = 4;

function nothingMeasured(
  regions: readonly Region[],
  maps: readonly MapToMeasure[],
  measured: readonly MeasuredRegion[],
): InputError {
  const lost = measured.filter(({ judgement }) => judgement.status !== "no-area");
  if (lost.length > 0 && lost.every(({ judgement }) => judgement.status === "outside")) {
    const nearest = (measure: typeof planesDistance) =>
      Math.min(...lost.map(({ region, map }) => measure(planesOf(region), maps[map]!.planes)));
    const distance = nearest(planesDistance);
    if (distance > 0) {
      const names = maps.length === 1 ? `map ${maps[0]!.name}` : `${maps.length} maps`;
      return new InputError(
        "E-NO-REGION",
        `None of the ${regions.length} regions overlaps the ${names}: the images they lie on are ${round(distance)} mm away from it (${round(nearest(centreDistance))} mm from centre to centre), so the two do not share a frame of reference.`,
        "Give maps of the scan the regions were drawn on, or of one measured in the same position.",
      );
    }
  }
  if (
    regions.every(({ roi }) => roi.shape.form === "contours" && roi.shape.contours.length === 0)
  ) {
    const names = regions.slice(0, 10).map(({ roi }) => roi.name || String(roi.number));
    const more = regions.length > names.length ? ", ..." : "";
    return new InputError(
      "E-NO-REGION",
      `The collection names ${regions.length} regions (${names.join(", ")}${more}), but none has a contour: there is nothing to measure.`,
      "Draw the regions, or give another collection.",
    );
  }
  const reasons = [
    ...new Set(
      measured.map(({ region, judgement }) => `${nameRegion(region, 1)}: ${judgement.reason}`),
    ),
  ];
  const more = reasons.length > mostReasons ? ` (and ${reasons.length - mostReasons} more)` : "";
  return new InputError(
    "E-NO-REGION",
    `None of the ${regions.length} regions could be measured. ${reasons.slice(0, mostReasons).join(" ")}${more}`,
    "Look at the regions in the viewer they were drawn with, and at the maps.",
  );
}

function round(distance: number): number {
  return Number(distance.toPrecision(3));
}

function planesOf({ placed, roi }: Region) {
  if (placed !== undefined) return placed.reference.planes;
  if (roi.shape.form === "voxels") return roi.shape.planes;
  throw new Error("a region outside of a map that lies nowhere");
}
