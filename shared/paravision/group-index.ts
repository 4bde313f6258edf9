import type { FrameGroup } from "./frame-groups.ts";

/** Which of the groups of a reconstruction are meant. */
export type GroupChoice = (group: FrameGroup) => boolean;

/**
 * Index of a frame along the chosen groups taken together, the first of them fastest: 0 to countAlong - 1.
 *
 * @param frame - of the 2dseq, 0 first; its mixed-radix digits are the indices along each group, the first group fastest
 */
export function indexAlong(
  groups: readonly FrameGroup[],
  chosen: GroupChoice,
  frame: number,
): number {
  let rest = frame;
  let index = 0;
  let weight = 1;
  for (const group of groups) {
    if (chosen(group)) {
      index += weight * (rest % group.count);
      weight *= group.count;
    }
    rest = Math.floor(rest / group.count);
  }
  return index;
}

/** Index of a frame along one of the groups. */
export function indexInGroup(
  groups: readonly FrameGroup[],
  group: FrameGroup,
  frame: number,
): number {
  return indexAlong(groups, (other) => other === group, frame);
}

/** Combinations of the indices along the chosen groups; 1 when there is none. */
export function countAlong(groups: readonly FrameGroup[], chosen: GroupChoice): number {
  return groups.reduce((product, group) => (chosen(group) ? product * group.count : product), 1);
}
