import type { FrameGroup } from "./frame-groups.ts";
import { frameValues } from "./frame-values.ts";
import { indexInGroup } from "./group-index.ts";
import type { Visu } from "./visu.ts";

/**
 * What a parameter of texts (VisuFGElemComment, VisuFGElemId, VisuCoreDataUnits) says of a frame: one text of each group that
 * depends on it, or that of the frame. Empty texts are left out.
 */
export function elementTexts(visu: Visu, name: string, frame: number): readonly string[] {
  const own = visu.groups.flatMap((group) => textOfGroup(visu, name, group, frame) ?? []);
  const texts = own.length > 0 ? own : (frameValues(visu, name)?.of(frame) ?? []);
  return texts.map((text) => String(text).trim()).filter((text) => text !== "");
}

/** The text of one group's element; undefined when the group does not depend on the parameter. */
export function textOfGroup(
  visu: Visu,
  name: string,
  group: FrameGroup,
  frame: number,
): string | undefined {
  const dependent = group.dependents.find((one) => one.name === name);
  if (dependent === undefined) return undefined;
  const index = indexInGroup(visu.groups, group, frame);
  const text = visu.file.get(name)?.values[dependent.start + index];
  return typeof text === "string" ? text : undefined;
}
