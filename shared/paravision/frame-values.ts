import { countFrames, type FrameGroup } from "./frame-groups.ts";
import type { JcampValue } from "./jcamp.ts";
import type { Remark } from "./raw-scan.ts";
import type { Visu } from "./visu.ts";

/** A parameter of visu_pars as the frames have it. */
export interface FrameValues {
  /** Values of a frame of the 2dseq, 0 first: as many as the width asked for. */
  readonly of: (frame: number) => readonly JcampValue[];
  /** Whether two frames have different values. */
  readonly varies: boolean;
  /** The group whose elements have a value each; undefined when all frames share one, or each has its own. */
  readonly group?: FrameGroup;
  /** For Findings.source: `VisuAcqEchoTime (FG_ECHO)`. */
  readonly source: string;
}

/** The same of a parameter that is all numbers. */
export interface FrameNumbers extends FrameValues {
  readonly of: (frame: number) => readonly number[];
}

interface Known {
  /** By name and width: these are asked for of every image. */
  readonly values: Map<string, Map<number, Resolved>>;
  readonly remarks: Map<string, Remark>;
}

interface Resolved {
  readonly values: FrameValues | undefined;
  readonly areNumbers: boolean;
}

const known = new WeakMap<Visu, Known>();

/**
 * The values of a parameter frame by frame.
 *
 * A parameter that VisuGroupDepVals names has one value for each element of its group; any other has one for all frames or
 * one for each. VisuCoreTransposition and VisuAcqImagePhaseEncDir are described per slice and not named there (measured on
 * ParaVision 5.1 and 6.0.1). As a last resort a number of values that only one group has is taken for that group's, with a
 * remark (frameRemarks).
 *
 * @param width - numbers of one value: 9 of VisuCoreOrientation, 3 of VisuCorePosition
 * @returns undefined when the parameter is missing, or has another number of values (with a remark)
 */
export function frameValues(visu: Visu, name: string, width = 1): FrameValues | undefined {
  return recallValues(visu, name, width).values;
}

/** frameValues of a parameter that is all numbers; undefined also when one of its values is none. */
export function frameNumbers(visu: Visu, name: string, width = 1): FrameNumbers | undefined {
  const { values, areNumbers } = recallValues(visu, name, width);
  return areNumbers ? (values as FrameNumbers | undefined) : undefined;
}

/** What was noticed of the parameters that were asked for so far. */
export function frameRemarks(visu: Visu): readonly Remark[] {
  return [...recallVisu(visu).remarks.values()];
}

function recallValues(visu: Visu, name: string, width: number): Resolved {
  const { values, remarks } = recallVisu(visu);
  let widths = values.get(name);
  if (widths === undefined) {
    widths = new Map();
    values.set(name, widths);
  }
  let resolved = widths.get(width);
  if (resolved === undefined) {
    const found = resolveValues(visu, name, width);
    if (found?.remark !== undefined) remarks.set(name, found.remark);
    const all = visu.file.get(name)?.values ?? [];
    const areNumbers = all.every((value) => typeof value === "number");
    resolved = { values: found?.values, areNumbers };
    widths.set(width, resolved);
  }
  return resolved;
}

function recallVisu(visu: Visu): Known {
  let one = known.get(visu);
  if (one === undefined) {
    one = { values: new Map(), remarks: new Map() };
    known.set(visu, one);
  }
  return one;
}

/** Described per slice, and never named in VisuGroupDepVals. */
const perSlice: ReadonlySet<string> = new Set(["VisuCoreTransposition", "VisuAcqImagePhaseEncDir"]);

function resolveValues(
  visu: Visu,
  name: string,
  width: number,
): { readonly values?: FrameValues; readonly remark?: Remark } | undefined {
  const values = visu.file.get(name)?.values;
  if (values === undefined || values.length === 0) return undefined;
  const rows = splitRows(values, width);
  const named = visu.groups.flatMap((group) =>
    group.dependents.flatMap(({ name: own, start }) => (own === name ? [{ group, start }] : [])),
  );
  const [only] = named;
  // A longer list is none of the group's: FAIR names TR so and yet has one for each frame.
  if (named.length === 1 && only !== undefined && rows.length === only.start + only.group.count) {
    return { values: alongGroup(visu, name, only.group, rows.slice(only.start)) };
  }
  if (rows.length === 1) {
    return { values: { of: () => rows[0]!, varies: false, source: name } };
  }
  const slices = visu.groups.find(({ id }) => id === "FG_SLICE");
  if (perSlice.has(name) && rows.length === slices?.count) {
    return { values: alongGroup(visu, name, slices, rows) };
  }
  if (rows.length === visu.frameCount) {
    return { values: { of: (frame) => rows[frame]!, varies: differ(rows), source: name } };
  }
  const found = rows.length === 0 ? `${values.length} values` : `${rows.length} values`;
  const alike = visu.groups.filter(({ count }) => count === rows.length);
  if (alike.length === 1) {
    return {
      values: alongGroup(visu, name, alike[0]!, rows),
      remark: {
        code: "count-by-last-resort",
        text: `${name} has ${found}, as many as ${alike[0]!.id} has elements, but is not named as its dependent; it was taken for that group's.`,
      },
    };
  }
  return {
    remark: {
      code: "count-mismatch",
      text: `${name} has ${found}${width === 1 ? "" : ` (${width} numbers each)`}, which fits neither ${visu.frameCount} frames nor ${describeGroups(visu.groups)}; it was left out.`,
    },
  };
}

/** Values of one frame or element each; empty when they do not come out even. */
function splitRows(
  values: readonly JcampValue[],
  width: number,
): readonly (readonly JcampValue[])[] {
  if (values.length % width !== 0) return [];
  return Array.from({ length: values.length / width }, (_, n) =>
    values.slice(width * n, width * n + width),
  );
}

function alongGroup(
  visu: Visu,
  name: string,
  group: FrameGroup,
  rows: readonly (readonly JcampValue[])[],
): FrameValues {
  const own = rows.slice(0, group.count);
  const faster = countFrames(visu.groups.slice(0, visu.groups.indexOf(group)));
  return {
    of: (frame) => own[Math.floor(frame / faster) % group.count]!,
    ...{ varies: differ(own), group, source: `${name} (${group.id})` },
  };
}

function differ(rows: readonly (readonly JcampValue[])[]): boolean {
  const first = JSON.stringify(rows[0]);
  return rows.some((row) => JSON.stringify(row) !== first);
}

function describeGroups(groups: readonly FrameGroup[]): string {
  if (groups.length === 0) return "any group, there is none";
  return `the groups ${groups.map(({ id, count }) => `${id} of ${count}`).join(", ")}`;
}
