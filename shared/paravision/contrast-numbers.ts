import type { FrameGroup } from "./frame-groups.ts";
import { frameNumbers } from "./frame-values.ts";
import { indexAlong } from "./group-index.ts";
import { numbersOf } from "./jcamp.ts";
import type { RawScan } from "./raw-scan.ts";

/** A number of each frame, and where it was read. */
export interface ContrastNumbers {
  /** Of a frame of the 2dseq, 0 first. */
  readonly at: (frame: number) => number;
  /** Whether two frames have different numbers. */
  readonly varies: boolean;
  /** For Findings.source: `VisuAcqEchoTime (FG_ECHO) of 5/pdata/1/visu_pars`. */
  readonly from: string;
}

/**
 * A number of each frame, of the first parameter that has any that fit the frames; undefined when none has.
 *
 * The parameters of `method` know nothing of frame groups: theirs must be one value, or as many as there are frames or elements
 * of one group. A group whose elements have a value each, as visu_pars says, gets none from one value for all: echoes of the same
 * echo time would be made up.
 *
 * @param inMethod - in order of preference, after that of visu_pars
 * @param accept - numbers that can be measured ones
 */
export function contrastNumbers(
  scan: RawScan,
  inVisu: string,
  inMethod: readonly string[] = [],
  accept: (value: number) => boolean = () => true,
): ContrastNumbers | undefined {
  const { visu, method, findings } = scan;
  const own = visu.groups.find(
    ({ count, dependents }) => count > 1 && dependents.some(({ name }) => name === inVisu),
  );
  const usable = (name: string, path: string, numbers: readonly number[]): boolean => {
    const odd = numbers.find((value) => !accept(value));
    if (odd !== undefined) {
      findings.remark("value-unusable", `${name} of ${path} is ${odd}; it was left out.`);
      return false;
    }
    if (own === undefined || numbers.length > 1) return true;
    const needed = `${inVisu} has one for each of the ${own.count} elements of ${own.id}`;
    findings.remark(
      "count-mismatch",
      `${name} of ${path} has one value, ${needed}; it was left out.`,
    );
    return false;
  };
  const found = frameNumbers(visu, inVisu);
  if (found !== undefined && usable(inVisu, visu.file.path, numbersOf(visu.file, inVisu) ?? [])) {
    return {
      at: (frame) => found.of(frame)[0]!,
      varies: found.varies,
      from: `${found.source} of ${visu.file.path}`,
    };
  }
  for (const name of inMethod) {
    const numbers = numbersOf(method, name);
    if (method === undefined || numbers === undefined || numbers.length === 0) continue;
    if (!usable(name, method.path, numbers)) continue;
    const at = spread(scan, numbers);
    findings.missing(inVisu, `${name} of ${method.path}`);
    if (at !== undefined) {
      const varies = numbers.some((value) => value !== numbers[0]);
      return { at, varies, from: `${name} of ${method.path}` };
    }
  }
  return undefined;
}

/** Numbers of a list without a group: of all frames, of each, or of the elements of the only group of that size. */
function spread(
  { visu: { groups, frameCount } }: RawScan,
  numbers: readonly number[],
): ((frame: number) => number) | undefined {
  if (numbers.every((value) => value === numbers[0])) return () => numbers[0]!;
  if (numbers.length === frameCount) return (frame) => numbers[frame]!;
  const sized = groups.filter(({ id, count }) => count === numbers.length && id !== "FG_SLICE");
  if (sized.length !== 1) return undefined;
  return (frame) => numbers[indexAlong(groups, (group) => group === sized[0], frame)]!;
}

/** True when a number differs between frames that differ along this group only. */
export function variesAlong(
  { visu: { groups, frameCount } }: RawScan,
  { at, varies }: ContrastNumbers,
  group: FrameGroup,
): boolean {
  if (!varies || group.count === 1) return false;
  const step = groups
    .slice(0, groups.indexOf(group))
    .reduce((product, { count }) => product * count, 1);
  for (let frame = 0; frame < frameCount; frame++) {
    const index = Math.floor(frame / step) % group.count;
    if (index > 0 && at(frame) !== at(frame - step * index)) return true;
  }
  return false;
}
