import { dot } from "#shared/volume/vector.ts";
import { countFrames } from "./frame-groups.ts";
import { frameNumbers } from "./frame-values.ts";
import { indexInGroup } from "./group-index.ts";
import { numbersOf, structsOf } from "./jcamp.ts";
import { partitionStep, planeOf } from "./planes.ts";
import type { Remark } from "./raw-scan.ts";
import type { Visu } from "./visu.ts";

/** A run of parallel slices; a localiser has three of one slice each. */
export interface SlicePackage {
  /** 0 first. */
  readonly first: number;
  readonly count: number;
  /** Mean distance of neighbours along the normal, mm; undefined for one slice, or when they do not advance. */
  readonly spacingMm: number | undefined;
}

/** The slices of a reconstruction. */
export interface Slices {
  readonly count: number;
  readonly packages: readonly SlicePackage[];
  /** Slice of a frame, 0 first. */
  readonly of: (frame: number) => number;
  readonly remarks: readonly Remark[];
}

/** Less than any distance of slices, mm: what is left of rounding. */
const negligibleMm = 1e-6;
/** Distances of neighbours may differ by this part of them. */
const tolerance = 1e-3;

const known = new WeakMap<Visu, Slices>();

/** The slices of a reconstruction and their packages; frames without groups are slices. */
export function slicesOf(visu: Visu): Slices {
  const found = known.get(visu) ?? findSlices(visu);
  known.set(visu, found);
  return found;
}

/** Package of a frame. */
export function packageOf(visu: Visu, frame: number): SlicePackage {
  const { packages, of } = slicesOf(visu);
  const slice = of(frame);
  return packages.find(({ first, count }) => slice < first + count) ?? packages.at(-1)!;
}

function findSlices(visu: Visu): Slices {
  const { groups, frameCount } = visu;
  const group =
    groups.find(({ id }) => id === "FG_SLICE") ??
    frameNumbers(visu, "VisuCorePosition", 3)?.group ??
    groups[numbersOf(visu.file, "VisuCoreSlicePacksDef")?.[0] ?? -1];
  const count = group?.count ?? (groups.length === 0 ? frameCount : 1);
  const step = group === undefined ? 1 : countFrames(groups.slice(0, groups.indexOf(group)));
  const remarks: Remark[] = [];
  const packages = (describedRuns(visu, count) ?? parallelRuns(visu, count, step)).map((run) =>
    measureRun(visu, run, step, remarks),
  );
  const of = (frame: number): number => {
    if (group !== undefined) return indexInGroup(groups, group, frame);
    return groups.length === 0 ? frame : 0;
  };
  return { count, packages, of, remarks };
}

type Run = Pick<SlicePackage, "first" | "count">;

/** VisuCoreSlicePacksSlices: (first slice, number of slices) of each package. Missing in ParaVision 5.1. */
function describedRuns(visu: Visu, count: number): readonly Run[] | undefined {
  const structs = structsOf(visu.file, "VisuCoreSlicePacksSlices");
  if (structs === undefined) return undefined;
  let next = 0;
  const runs = structs.map(([first, own]): Run | undefined => {
    if (first !== next || typeof own !== "number" || own < 1) return undefined;
    next += own;
    return { first: next - own, count: own };
  });
  return next === count && !runs.includes(undefined) ? (runs as readonly Run[]) : undefined;
}

/** Neighbours with the same normal. */
function parallelRuns(visu: Visu, count: number, step: number): readonly Run[] {
  const runs: Run[] = [];
  let first = 0;
  for (let slice = 1; slice <= count; slice++) {
    const parallel =
      slice < count &&
      dot(planeOf(visu, slice * step).normal, planeOf(visu, first * step).normal) > 1 - tolerance;
    if (parallel) continue;
    runs.push({ first, count: slice - first });
    first = slice;
  }
  return runs;
}

/** Positions may run against the normal: the distance has no sign. */
function measureRun(visu: Visu, run: Run, step: number, remarks: Remark[]): SlicePackage {
  if (visu.size.length === 3) return { ...run, spacingMm: partitionStep(visu) };
  if (run.count < 2) return { ...run, spacingMm: undefined };
  const { normal } = planeOf(visu, run.first * step);
  const places = Array.from({ length: run.count }, (_, n) =>
    dot(planeOf(visu, (run.first + n) * step).position, normal),
  );
  const spacingMm = Math.abs(places.at(-1)! - places[0]!) / (run.count - 1);
  const where = `slices ${run.first + 1} to ${run.first + run.count}`;
  if (spacingMm < negligibleMm) {
    const text = `The positions of ${where} do not advance along their normal; their distance was left out.`;
    remarks.push({ code: "spacing-zero", text });
    return { ...run, spacingMm: undefined };
  }
  const steps = places.slice(1).map((place, n) => Math.abs(place - places[n]!));
  if (steps.some((one) => Math.abs(one - spacingMm) > tolerance * spacingMm)) {
    const least = steps.reduce((a, b) => Math.min(a, b));
    const most = steps.reduce((a, b) => Math.max(a, b));
    remarks.push({
      code: "spacing-uneven",
      text: `The distances of ${where} are ${least} to ${most} mm; their mean, ${spacingMm} mm, was written.`,
    });
  }
  return { ...run, spacingMm };
}
