import { indexInGroup } from "./group-index.ts";
import { wordsOf } from "./jcamp.ts";
import type { Visu } from "./visu.ts";

/** Which part of the complex signal an image shows, PS3.3 C.8.13.3.1.1. */
export type ComplexComponent = "MAGNITUDE" | "PHASE" | "REAL" | "IMAGINARY" | "MIXED";

const components: Readonly<Record<string, ComplexComponent>> = {
  MAGNITUDE_IMAGE: "MAGNITUDE",
  PHASE_IMAGE: "PHASE",
  REAL_IMAGE: "REAL",
  IMAGINARY_IMAGE: "IMAGINARY",
  COMPLEX_IMAGE: "MIXED",
};

/**
 * What a frame of the 2dseq shows, in the words of VisuCoreFrameType.
 *
 * The parameter has one value for all frames (PV5.1 writes it without brackets), one for each, or one for each element of
 * FG_COMPLEX or of another group. Complex reconstructions store all real frames, then all imaginary ones.
 *
 * @param frame - 0 first
 * @returns MAGNITUDE_IMAGE when the parameter is missing
 */
export function frameTypeOf(visu: Visu, frame: number): string {
  const words = wordsOf(visu.file, "VisuCoreFrameType") ?? [];
  const complex = visu.groups.find(({ id, count }) => id === "FG_COMPLEX" && count === 2);
  const part = complex && indexInGroup(visu.groups, complex, frame);
  const stated = wordOfFrame(words, visu, frame);
  if (stated === "COMPLEX_IMAGE" && part !== undefined) {
    return part === 0 ? "REAL_IMAGE" : "IMAGINARY_IMAGE";
  }
  return stated;
}

function wordOfFrame(words: readonly string[], visu: Visu, frame: number): string {
  if (words.length <= 1) return words[0] ?? "MAGNITUDE_IMAGE";
  if (words.length === visu.frameCount) return words[frame]!;
  const sized = visu.groups.filter(({ count }) => count === words.length);
  const group =
    sized.find(({ dependents }) => dependents.some(({ name }) => name === "VisuCoreFrameType")) ??
    sized.find(({ id }) => id === "FG_COMPLEX") ??
    sized[0];
  if (group === undefined) return words[0]!;
  return words[indexInGroup(visu.groups, group, frame)]!;
}

/** The frame types of a reconstruction, each once, in the order of their frames: each becomes a series. */
export function frameTypesOf(visu: Visu): readonly string[] {
  const words = wordsOf(visu.file, "VisuCoreFrameType") ?? [];
  if (words.length <= 1 && words[0] !== "COMPLEX_IMAGE") return [words[0] ?? "MAGNITUDE_IMAGE"];
  const found = new Set<string>();
  for (let frame = 0; frame < visu.frameCount; frame++) found.add(frameTypeOf(visu, frame));
  return [...found];
}

/** ComplexImageComponent and value 4 of ImageType for a word of VisuCoreFrameType; MAGNITUDE for one that is not known. */
export function complexComponent(frameType: string): ComplexComponent {
  return components[frameType] ?? "MAGNITUDE";
}
