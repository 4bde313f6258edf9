import { frameTypeOf, frameTypesOf } from "./frame-type.ts";
import { indexInGroup } from "./group-index.ts";
import { inversionModes } from "./inversion-modes.ts";
import { elementGroup } from "./map-unit.ts";
import type { SeriesPart } from "./series-plan.ts";
import type { Visu } from "./visu.ts";

/** One series of a reconstruction, and its frames of the 2dseq in their order. */
export interface SeriesFrames {
  readonly part: SeriesPart;
  /** Place among the series of the reconstruction, 0 first; undefined when it is the only one. */
  readonly place?: number;
  readonly frames: readonly number[];
}

const splits = new WeakMap<Visu, readonly SeriesFrames[]>();

/**
 * The series a reconstruction becomes: one for each element of FG_ISA or FG_DTI, one for each inversion mode of FAIR, whose
 * images recover with times of their own, one for each frame type of complex data, else one.
 */
export function splitSeries(visu: Visu): readonly SeriesFrames[] {
  const known = splits.get(visu);
  if (known !== undefined) return known;
  const { groups, frameCount } = visu;
  const elements = elementGroup(visu);
  const modes = inversionModes(visu);
  const types = frameTypesOf(visu);
  const parts = new Map<string, { part: SeriesPart; frames: number[] }>();
  for (let frame = 0; frame < frameCount; frame++) {
    const element = elements && indexInGroup(groups, elements, frame);
    const inversionMode = modes && indexInGroup(groups, modes, frame);
    const frameType = types.length > 1 ? frameTypeOf(visu, frame) : undefined;
    const key = `${element} ${inversionMode} ${frameType}`;
    const part = parts.get(key);
    if (part !== undefined) part.frames.push(frame);
    else {
      const found: SeriesPart = {
        ...(element === undefined ? {} : { element }),
        ...(inversionMode === undefined ? {} : { inversionMode }),
        ...(frameType === undefined ? {} : { frameType }),
      };
      parts.set(key, { part: found, frames: [frame] });
    }
  }
  const sorted = [...parts.values()].sort(
    ({ part: a }, { part: b }) =>
      (a.element ?? 0) - (b.element ?? 0) || (a.inversionMode ?? 0) - (b.inversionMode ?? 0),
  );
  const whole = sorted.length === 1 && sorted[0]!.part.element === undefined;
  const split = sorted.map((one, place) => (whole ? one : { ...one, place }));
  splits.set(visu, split);
  return split;
}

/** The series of a reconstruction that a part is; undefined when it is none of them. */
export function seriesOfPart(visu: Visu, part: SeriesPart): SeriesFrames | undefined {
  return splitSeries(visu).find(
    ({ part: { element, inversionMode, frameType } }) =>
      element === part.element &&
      inversionMode === part.inversionMode &&
      frameType === part.frameType,
  );
}
