import { readNumber, readNumbers } from "#shared/dicom/dataset.ts";
import type { SegmentationMatrix } from "#shared/dicom/segmentation-pixels.ts";
import { axesOf } from "#shared/dicom/slice-positions.ts";
import { nameTag } from "#shared/dicom/tags.ts";
import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type FrameStack, usualSpacing } from "./frame-stack.ts";
import { type FrameGroups, findItem } from "./segment-frames.ts";

/** Positions nearer than this part of a pixel are the same: writers round them. */
const samePosition = 0.05;

/** A position farther from the scanner's centre, or a voxel larger than this, mm, is no measured one. */
const farthest = 1e6;

/**
 * The planes of all frames together, ascending along row direction x column direction, and the plane of each frame.
 *
 * @throws UnsupportedError E-SEG-GEOMETRY for an object without geometry, frames of several orientations, and tiles
 * @throws InputError E-SEG-GEOMETRY for a frame whose place is missing or senseless
 */
export function stackFrames(
  path: string,
  frames: readonly FrameGroups[],
  { columns, rows }: SegmentationMatrix,
): { readonly stack: FrameStack; readonly planeOfFrame: readonly number[] } {
  const places = frames.map(readPlace);
  if (
    places.every(({ position, orientation }) => position === undefined && orientation === undefined)
  ) {
    throw new UnsupportedError(
      "E-SEG-GEOMETRY",
      `${path} does not say where its frames lie (no ${nameTag("ImagePositionPatient")}): it was drawn on pictures without a place in space, such as radiographs.`,
      "Draw the segmentation on a series of slices.",
    );
  }
  places.forEach((place, index) => {
    checkPlace(path, index, place);
  });
  const first = places[0] as Place;
  places.forEach((place, index) => {
    if (sameDirections(place as Place, first)) return;
    throw new UnsupportedError(
      "E-SEG-GEOMETRY",
      `Frame ${index + 1} of ${path} has another orientation or pixel size than its first frame.`,
      "Store segments drawn on different planes in objects of their own.",
    );
  });
  const { row, column, normal } = axesOf(first.orientation);
  const [rowSpacing, columnSpacing] = first.pixelSpacing as readonly [number, number];
  const positions = places.map((place) => place.position as Vector3);
  const tolerance = samePosition * Math.min(rowSpacing, columnSpacing);
  const { origins, locations, planeOfFrame } = mergePlanes(path, positions, normal, tolerance);
  const measure = (value: number | undefined) =>
    value !== undefined && value > 0 && value < farthest ? value : undefined;
  const thickness = measure(first.thickness);
  const spacing =
    usualSpacing(locations, measure(first.spacing)) ??
    (locations.length === 1 ? thickness : undefined);
  const along = (direction: Vector3, length: number): Vector3 => [
    direction[0] * length,
    direction[1] * length,
    direction[2] * length,
  ];
  const stack: FrameStack = {
    matrix: [columns, rows],
    rowStep: along(row, columnSpacing),
    columnStep: along(column, rowSpacing),
    planeStep: spacing === undefined ? undefined : along(normal, spacing),
    origins,
    spacing,
    thickness,
    origin: "dicom",
  };
  return { stack, planeOfFrame };
}

interface Place {
  readonly position: Vector3;
  /** ImageOrientationPatient, 6 numbers. */
  readonly orientation: readonly number[];
  /** Between rows, between columns, mm. */
  readonly pixelSpacing: readonly number[];
  readonly thickness: number | undefined;
  readonly spacing: number | undefined;
}

type PartialPlace = { readonly [key in keyof Place]: Place[key] | undefined };

function readPlace(groups: FrameGroups): PartialPlace {
  const measures = findItem(groups, "PixelMeasuresSequence");
  const position = readNumbers(
    findItem(groups, "PlanePositionSequence"),
    "ImagePositionPatient",
    3,
  );
  return {
    position: position as Vector3 | undefined,
    orientation: readNumbers(
      findItem(groups, "PlaneOrientationSequence"),
      "ImageOrientationPatient",
      6,
    ),
    pixelSpacing: readNumbers(measures, "PixelSpacing", 2),
    thickness: readNumber(measures, "SliceThickness"),
    spacing: readNumber(measures, "SpacingBetweenSlices"),
  };
}

function checkPlace(path: string, index: number, place: PartialPlace): void {
  const { position, orientation, pixelSpacing } = place;
  const refuse = (what: string) =>
    new InputError(
      "E-SEG-GEOMETRY",
      `Frame ${index + 1} of ${path} ${what}.`,
      "Export the segmentation again.",
    );
  if (position === undefined) throw refuse(`has no ${nameTag("ImagePositionPatient")}`);
  if (orientation === undefined) throw refuse(`has no ${nameTag("ImageOrientationPatient")}`);
  if (pixelSpacing === undefined) throw refuse(`has no ${nameTag("PixelSpacing")}`);
  if (position.some((value) => Math.abs(value) > farthest)) {
    throw refuse(`lies at (${position.join(", ")}) mm`);
  }
  if (pixelSpacing.some((value) => value <= 1e-6 || value > farthest)) {
    throw refuse(`has a pixel size of ${pixelSpacing.join(" x ")} mm`);
  }
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number];
  const [rowLength, columnLength] = [Math.hypot(a, b, c), Math.hypot(d, e, f)];
  const upright = Math.abs(a * d + b * e + c * f) < 0.01;
  if (!(Math.abs(rowLength - 1) < 0.01 && Math.abs(columnLength - 1) < 0.01 && upright)) {
    throw refuse(
      `has directions that are no right angle of unit vectors (${orientation.join(", ")})`,
    );
  }
}

function sameDirections(place: Place, first: Place): boolean {
  const cosines = place.orientation.every((v, i) => Math.abs(v - first.orientation[i]!) < 1e-4);
  return (
    cosines && place.pixelSpacing.every((v, i) => Math.abs(v / first.pixelSpacing[i]! - 1) < 1e-4)
  );
}

/** Frames at one position share a plane. */
function mergePlanes(
  path: string,
  positions: readonly Vector3[],
  normal: Vector3,
  tolerance: number,
): {
  readonly origins: readonly Vector3[];
  /** Along the normal, mm. */
  readonly locations: readonly number[];
  readonly planeOfFrame: readonly number[];
} {
  const along = (p: Vector3) => p[0] * normal[0] + p[1] * normal[1] + p[2] * normal[2];
  const ordered = positions
    .map((position, frame) => ({ position, frame, location: along(position) }))
    .sort((a, b) => a.location - b.location || a.frame - b.frame);
  const origins: Vector3[] = [];
  const locations: number[] = [];
  const planeOfFrame = new Array<number>(positions.length).fill(0);
  for (const { position, frame, location } of ordered) {
    const last = origins.at(-1);
    if (last === undefined || location - locations.at(-1)! > tolerance) {
      origins.push(position);
      locations.push(location);
    } else {
      const away = Math.hypot(...position.map((value, axis) => value - last[axis]!));
      if (away > tolerance) {
        throw new UnsupportedError(
          "E-SEG-GEOMETRY",
          `Frame ${frame + 1} of ${path} lies ${Number(away.toFixed(3))} mm beside another frame of the same plane: tiles of a plane are not read.`,
          "Store each plane as one frame.",
        );
      }
    }
    planeOfFrame[frame] = origins.length - 1;
  }
  return { origins, locations, planeOfFrame };
}
