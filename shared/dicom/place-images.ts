import { isProgramError } from "#shared/errors.ts";
import { readItems, readNumber } from "./dataset.ts";
import type { Frame, Instance } from "./frame.ts";
import { type FramePlane, readFramePlane } from "./frame-plane.ts";
import { imageMatrix } from "./pixel-layout.ts";
import { readPublicAttributes } from "./template.ts";

/** One image with what is known of its place in space; its pixels may be of no use. */
export interface PlacedImage extends FramePlane {
  readonly instance: Instance;
  /** 1-based inside a multi-frame object; 0 for a single-frame one. */
  readonly frameNumber: number;
  readonly rows: number;
  readonly columns: number;
  /** Undefined when the pixels cannot be read (`instance.problem` says why). */
  readonly frame: Frame | undefined;
}

/** Most frames looked at in an object whose pixels cannot be used. */
const mostFrames = 65_536;

/**
 * The images of a file with their planes, for uses that need no pixels: of a file whose pixels are cut short, coloured or
 * compressed in an unknown way too. A file that does not even state a matrix has none.
 */
export function placeImages(instance: Instance): readonly PlacedImage[] {
  if (instance.frames.length > 0 && instance.pixels !== undefined) {
    const { rows, columns } = imageMatrix(instance.pixels);
    const usable = instance.problem === undefined;
    return instance.frames.map((frame) => ({
      ...planeOf(frame),
      ...{ instance, rows, columns, frameNumber: frame.number },
      frame: usable ? frame : undefined,
    }));
  }
  return instance.problem === undefined ? [] : placeDamaged(instance);
}

function planeOf(frame: Frame): FramePlane {
  const { position, orientation, pixelSpacing, sliceThickness, spacingBetweenSlices } = frame;
  return { position, orientation, pixelSpacing, sliceThickness, spacingBetweenSlices };
}

function placeDamaged(instance: Instance): readonly PlacedImage[] {
  try {
    const dataset = readPublicAttributes({ instance });
    const rows = readNumber(dataset, "Rows");
    const columns = readNumber(dataset, "Columns");
    if (rows === undefined || columns === undefined || rows < 1 || columns < 1) return [];
    const shared = readItems(dataset, "SharedFunctionalGroupsSequence").slice(0, 1);
    const groups = readItems(dataset, "PerFrameFunctionalGroupsSequence").slice(0, mostFrames);
    const common = { instance, rows, columns, frame: undefined };
    if (groups.length === 0) {
      if ((readNumber(dataset, "NumberOfFrames") ?? 1) !== 1) return [];
      return [{ ...readFramePlane(shared, dataset), ...common, frameNumber: 0 }];
    }
    return groups.map((group, index) => ({
      ...readFramePlane([group, ...shared], dataset),
      ...common,
      frameNumber: index + 1,
    }));
  } catch (error) {
    if (!isProgramError(error)) throw error;
    return [];
  }
}
