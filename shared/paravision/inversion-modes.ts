import { textOfGroup } from "./element-text.ts";
import type { FrameGroup } from "./frame-groups.ts";
import { frameValues } from "./frame-values.ts";
import { countAlong } from "./group-index.ts";
import { plainText } from "./map-quantity.ts";
import type { SeriesPart } from "./series-plan.ts";
import type { Visu } from "./visu.ts";

/**
 * The group of FAIR's inversion modes: of the slice, and of everything. Blood that flows in makes tissue recover faster after
 * the first than after the second, so that images of both have no T1 in common.
 */
export function inversionModes(visu: Visu): FrameGroup | undefined {
  return visu.groups.find(({ id, count }) => id === "FG_IRMODE" && count > 1);
}

/** What a series of one inversion mode is called, in plain ASCII; empty for other series. */
export function describeInversionMode(visu: Visu, { inversionMode }: SeriesPart): string {
  const modes = inversionModes(visu);
  if (modes === undefined || inversionMode === undefined) return "";
  const faster = visu.groups.slice(0, visu.groups.indexOf(modes));
  const frame = inversionMode * countAlong(faster, () => true);
  const texts = ["VisuFGElemComment", "VisuFGElemId"].map((name) =>
    plainText(textOfMode(visu, name, modes, frame)),
  );
  return texts.find((text) => text !== "") ?? `inversion mode ${inversionMode + 1}`;
}

function textOfMode(visu: Visu, name: string, modes: FrameGroup, frame: number): string {
  const stated = textOfGroup(visu, name, modes, frame);
  if (stated !== undefined) return stated;
  const values = frameValues(visu, name);
  return values?.group === modes ? String(values.of(frame)[0] ?? "") : "";
}
