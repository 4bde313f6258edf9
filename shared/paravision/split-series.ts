import { frameTypeOf, frameTypesOf } from "./frame-type.ts";
import { indexAlong } from "./group-index.ts";
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
 * The series a reconstruction becomes: one for each element of FG_ISA or FG_DTI, one for each frame type of complex data,
 * else one.
 */
export function splitSeries(visu: Visu): readonly SeriesFrames[] {
  const known = splits.get(visu);
  if (known !== undefined) return known;
  const { groups, frameCount } = visu;
  const elements = elementGroup(visu);
  const types = frameTypesOf(visu);
  const parts = new Map<string, { part: SeriesPart; frames: number[] }>();
  for (let frame = 0; frame < frameCount; frame++) {
    const element = elements && indexAlong(groups, (group) => group === elements, frame);
    const frameType = types.length > 1 ? frameTypeOf(visu, frame) : undefined;
    const key = `${element} ${frameType}`;
    const part = parts.get(key);
    if (part !== undefined) part.frames.push(frame);
    else {
      const found: SeriesPart = {
        ...(element === undefined ? {} : { element }),
        ...(frameType === undefined ? {} : { frameType }),
      };
      parts.set(key, { part: found, frames: [frame] });
    }
  }
  const sorted = [...parts.values()].sort((a, b) => (a.part.element ?? 0) - (b.part.element ?? 0));
  const whole = sorted.length === 1 && sorted[0]!.part.element === undefined;
  const split = sorted.map((one, place) => (whole ? one : { ...one, place }));
  splits.set(visu, split);
  return split;
}

/** Place of a part among the series of its reconstruction, 0 first; undefined when it is the only one. */
export function placeOfPart(visu: Visu, part: SeriesPart): number | undefined {
  return splitSeries(visu).find(
    ({ part: { element, frameType } }) => element === part.element && frameType === part.frameType,
  )?.place;
}
