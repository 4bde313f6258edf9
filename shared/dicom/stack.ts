import { InputError } from "#shared/errors.ts";
import { unitEntry } from "#shared/units.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { ContrastAxis, DiffusionEncoding, Warning } from "#shared/volume/series-volume.ts";
import { type ContrastLevels, type ContrastWish, readLevels } from "./contrast-axis.ts";
import { describeDiffusion } from "./describe-diffusion.ts";
import { givenLevels, measurementLevels } from "./diffusion-levels.ts";
import { type Image, nameImage } from "./frame.ts";
import { checkLegacy, isLegacy, legacyOrder } from "./legacy.ts";
import { imageMatrix } from "./pixel-layout.ts";
import { requireSamePlanes } from "./same-planes.ts";
import { axesOf, fitAffine, groupSlices, type Slice } from "./slice-positions.ts";

/** Images in their places: which one is slice k of contrast c. */
export interface Stack {
  readonly grid: Grid;
  readonly axis: ContrastAxis;
  /** For diffusion-weighted series. */
  readonly diffusion?: DiffusionEncoding;
  /** Shape [n, nz]. */
  readonly images: readonly (readonly Image[])[];
  readonly warnings: readonly Warning[];
}

/** How images are to be put in their places. */
export interface StackWish extends ContrastWish {
  /** b-values and directions that do not stand in the images. */
  readonly given?: GivenDiffusion;
  readonly acceptLegacyGeometry?: boolean;
}

/**
 * The images of one series ordered by slice position and contrast value, never by name or number.
 *
 * @throws InputError E-GEOMETRY, E-MATRIX, E-ORIENTATION, E-MISSING-TE, E-TE-CONSTANT, E-FEW, E-TE-MISMATCH,
 *   E-RECTANGLE, E-DUPLICATE, E-SLICE-GAP, E-FRAME-OF-REFERENCE, E-LEGACY-ORDER, E-LEGACY-GEOMETRY
 */
export function stackImages(images: readonly Image[], wish: StackWish): Stack {
  const warnings: Warning[] = [];
  requireSamePlanes(images);
  const legacy = isLegacy(images);
  if (legacy) warnings.push(...checkLegacy(images, wish.acceptLegacyGeometry === true));
  else requireOneFrameOfReference(images);
  const first = images[0]!;
  const axes = axesOf(first.frame.orientation!);
  const slices = groupSlices(images, axes);
  const contrast = levelsOf(images, slices, wish);
  const cells = fillCells(images, slices, contrast);
  requireRectangle(cells, slices, contrast, wish, legacy);
  const repeats = requireRepeats(cells, slices, contrast, wish);
  const affineLps = fitAffine(slices, axes, first.frame.pixelSpacing!, warnings);
  const { rows, columns } = imageMatrix(first.instance.pixels!);
  const order = repeats.flatMap((count, level) =>
    Array.from({ length: count }, (_, repeat) => [level, repeat] as const),
  );
  const grid: Grid = { shape: [columns, rows, slices.length], affineLps, origin: "dicom" };
  const placed = order.map(([level, repeat]) => cells.map((row) => row[level]![repeat]!));
  const axis = { keyword: wish.contrast, unit: contrastTerms(wish.contrast).unit };
  if (wish.contrast === "DiffusionBValue") {
    const described = describeDiffusion(placed, grid, contrast.source, wish.given);
    const { diffusion, source } = described;
    requireEnough(diffusion.bValues, wish);
    return {
      grid,
      axis: { ...axis, values: diffusion.bValues, source },
      diffusion,
      images: described.rows,
      warnings: [...warnings, ...described.warnings],
    };
  }
  const values = order.map(([level]) => contrast.values[level]!);
  return { grid, axis: { ...axis, values, source: contrast.source }, images: placed, warnings };
}

function levelsOf(
  images: readonly Image[],
  slices: readonly Slice[],
  wish: StackWish,
): ContrastLevels {
  if (wish.contrast !== "DiffusionBValue") return readLevels(images, wish);
  const { given } = wish;
  const complete = images.every(({ frame }) => frame.contrasts.DiffusionBValue !== undefined);
  if (given !== undefined && !complete) return givenLevels(images, slices, given);
  // For what it refuses: images without a value, too few values. Given ones are counted later.
  if (given === undefined) readLevels(images, wish);
  return measurementLevels(images);
}

/** Given values may be fewer than those of the images. */
function requireEnough(bValues: readonly number[], { atLeast }: StackWish): void {
  const distinct = new Set(bValues).size;
  if (distinct >= Math.max(atLeast, 2)) return;
  throw new InputError(
    distinct === 1 ? `E-${contrastTerms("DiffusionBValue").code}-CONSTANT` : "E-FEW",
    `The series has ${distinct} different b-value${distinct === 1 ? "" : "s"}; at least ${Math.max(atLeast, 2)} are needed.`,
    "Choose a scan with more of them, or correct --bvals.",
  );
}

/** Images of each slice and contrast level, shape [nz, levels]. */
type Cells = readonly (readonly (readonly Image[])[])[];

function fillCells(
  images: readonly Image[],
  slices: readonly Slice[],
  contrast: ContrastLevels,
): Cells {
  const levelOf = new Map(images.map((image, i) => [image, contrast.levels[i]!]));
  return slices.map((slice) => {
    const row: Image[][] = contrast.values.map(() => []);
    for (const image of slice.images) row[levelOf.get(image)!]!.push(image);
    return row;
  });
}

function requireRectangle(
  cells: Cells,
  slices: readonly Slice[],
  contrast: ContrastLevels,
  wish: ContrastWish,
  legacy: boolean,
): void {
  const terms = contrastTerms(wish.contrast);
  const { label } = unitEntry(terms.unit);
  const incomplete = cells.filter((row) => row.some((cell) => cell.length === 0));
  cells.forEach((row, k) => {
    const missing = contrast.values.filter((_, level) => row[level]!.length === 0);
    if (missing.length === 0) return;
    const place = `slice ${k + 1} of ${slices.length} (position ${Number(slices[k]!.location.toFixed(3))} mm)`;
    const others =
      incomplete.length > 1 ? ` ${incomplete.length - 1} more slices are incomplete.` : "";
    const found = `${place} has ${row.length - missing.length} of ${row.length} ${terms.noun} (missing ${terms.symbol} ${missing.join(", ")} ${label}).${others}`;
    if (legacy) throw legacyOrder(found);
    throw new InputError(
      "E-RECTANGLE",
      `The series is not complete: ${found}`,
      "Is the transfer complete? Send the scan again.",
    );
  });
}

/**
 * How often every contrast level was measured, the same in each slice; repeated measurements are put in order.
 *
 * Repetitions must be told apart, in every slice alike, by direction, temporal position, acquisition number
 * or acquisition time. Those of diffusion series may also differ in the instance number alone, as the b = 0 images of
 * GE do: which of them comes first changes nothing.
 */
function requireRepeats(
  cells: Cells,
  slices: readonly Slice[],
  contrast: ContrastLevels,
  wish: ContrastWish,
): readonly number[] {
  return contrast.values.map((value, level) => {
    const column = cells.map((row) => row[level]!);
    const count = column[0]!.length;
    if (column.every((cell) => cell.length === 1)) return 1;
    const keys = wish.contrast === "DiffusionBValue" ? diffusionKeys : repetitionKeys;
    const key = column.every((cell) => cell.length === count)
      ? keys.find((candidate) => tellsApart(column, candidate))
      : undefined;
    if (key === undefined) throw duplicate(column, slices.length, value, wish);
    for (const cell of column) (cell as Image[]).sort((a, b) => compare(a, b, key));
    return count;
  });
}

function duplicate(
  column: readonly (readonly Image[])[],
  slices: number,
  value: number,
  wish: ContrastWish,
): InputError {
  const terms = contrastTerms(wish.contrast);
  const k = column.findIndex((cell) => cell.length > 1);
  const cell = column[k]!;
  return new InputError(
    "E-DUPLICATE",
    `Slice ${k + 1} of ${slices}, ${terms.symbol} ${value} ${unitEntry(terms.unit).label} occurs ${cell.length} times (${nameImage(cell[0]!)}, ${nameImage(cell[1]!)}).`,
    "Remove the copies, or choose one series.",
  );
}

/** What may tell repetitions apart, in order of preference. */
interface RepetitionKey {
  readonly of: (frame: Image["frame"]) => string | number | undefined;
  /** Differs from slice to slice: only being distinct counts. */
  readonly ofSlice: boolean;
}

const repetitionKeys: readonly RepetitionKey[] = [0, 1, 2, 3].map((at) => ({
  of: (frame) => frame.repetition[at],
  // The last one is the time of acquisition.
  ofSlice: at === 3,
}));

const diffusionKeys: readonly RepetitionKey[] = [
  ...repetitionKeys,
  { of: (frame) => frame.acquisitionOrder.at(-1), ofSlice: true },
];

function tellsApart(cells: readonly (readonly Image[])[], key: RepetitionKey): boolean {
  const keysOf = (cell: readonly Image[]) => new Set(cell.map(({ frame }) => key.of(frame) ?? ""));
  const first = keysOf(cells[0]!);
  if (first.has("") || first.size !== cells[0]!.length) return false;
  return cells.every((cell) => {
    const keys = keysOf(cell);
    return (
      keys.size === cell.length &&
      !keys.has("") &&
      (key.ofSlice || [...keys].every((value) => first.has(value)))
    );
  });
}

function compare(a: Image, b: Image, key: RepetitionKey): number {
  const [u, v] = [key.of(a.frame) ?? "", key.of(b.frame) ?? ""];
  return u < v ? -1 : u > v ? 1 : 0;
}

function requireOneFrameOfReference(images: readonly Image[]): void {
  const uids = new Set(images.map(({ instance }) => instance.frameOfReferenceUID));
  if (uids.size === 1) return;
  throw new InputError(
    "E-FRAME-OF-REFERENCE",
    `The images refer to ${uids.size} different frames of reference: their positions cannot be compared.`,
    "Choose one acquisition.",
  );
}
