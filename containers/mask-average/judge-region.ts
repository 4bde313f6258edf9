import { formatShare } from "#shared/report/format.ts";
import type { RegionStatus } from "#shared/report/region-content.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { ExcludedVoxels } from "./list-exclusions.ts";

/** A status and why; no reason for `ok`. */
export interface Judgement {
  readonly status: RegionStatus;
  readonly reason: string;
}

/** Below this a mean says little, and one voxel more or less changes it (project rule; regions of mice are tiny). */
export const fewVoxels = 10;

/**
 * Shares of an area nearer to all of it than this are all of it: outlines reach over the last voxel by the rounding of
 * affines stored in 32 bits.
 */
const wholeShare = 1 - 1e-4;

/**
 * The status of a region on one grid, from what was found about it.
 *
 * @param found.hasArea - whether any outline or voxel of it encloses an area where it was drawn
 * @param found.voxels - voxels inside, and how many of them have a value (all of them where nothing is measured)
 * @param found.insideShare - share of its area in the field of view of the grid
 */
export function judgeRegion(found: {
  readonly hasArea: boolean;
  readonly voxels: number;
  readonly valid: number;
  /** Why voxels do not count. */
  readonly excluded: readonly ExcludedVoxels[];
  readonly insideShare: number;
  readonly diagnostics: readonly Diagnostic[];
}): Judgement {
  const { hasArea, voxels, valid, excluded, insideShare, diagnostics } = found;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const said = (list: readonly Diagnostic[]) => list.map(({ text }) => text).join(" ");
  if (!hasArea) {
    const lost = errors.filter(({ code }) => !withoutArea.has(code));
    if (lost.length > 0) {
      const isOutside = lost.every(({ code }) => code === "OUT_OF_FOV");
      return { status: isOutside ? "outside" : "failed", reason: said(lost) };
    }
    const why = diagnostics.filter(({ code }) => withoutArea.has(code));
    return { status: "no-area", reason: said(why) || "It encloses no area." };
  }
  if (!(insideShare > 0)) {
    const why = diagnostics.filter(({ code }) => code === "OUT_OF_FOV" || code === "GRID_DIFFERS");
    return { status: "outside", reason: said(why) || "It lies outside the map." };
  }
  if (voxels === 0) {
    // On another grid it may also lie between the slices.
    const grid = said(diagnostics.filter(({ code }) => code === "GRID_DIFFERS"));
    const why = grid === "" ? ": too small for this grid." : ` of this grid. ${grid}`;
    return {
      status: "sub-voxel",
      reason: `It has an area, and holds the centre of no voxel${why}`,
    };
  }
  if (valid === 0) {
    const reasons = excluded.map(({ reason, count }) => `${count} ${reason}`);
    return {
      status: "failed",
      reason: `None of its ${voxels} voxels has a value that counts: ${reasons.join("; ")}.`,
    };
  }
  const cut = insideShare < wholeShare;
  if (cut || errors.length > 0) {
    const share = cut ? [`${formatShare(insideShare, 1)} of its area lies inside the map.`] : [];
    return { status: "partial", reason: [...share, said(errors)].join(" ").trim() };
  }
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  const small =
    voxels < fewVoxels ? [`It has ${voxels === 1 ? "1 voxel" : `${voxels} voxels`} only.`] : [];
  if (warnings.length > 0 || small.length > 0) {
    return { status: "warning", reason: [...small, said(warnings)].join(" ").trim() };
  }
  return { status: "ok", reason: "" };
}

/** What makes a region one without an area, rather than one that was lost. */
const withoutArea: ReadonlySet<string> = new Set(["NO_AREA_CONTOUR", "EMPTY_ROI"]);

/** True for a region whose number is missing or stands for a part of it. */
export function isIncomplete({ status }: Judgement): boolean {
  return status !== "ok" && status !== "warning";
}
