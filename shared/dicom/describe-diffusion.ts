import { type GivenDiffusion, requireAgreement } from "#shared/volume/given-diffusion.ts";
import { isMatrixOf, leastWeighting, unitDirection } from "#shared/volume/gradient-direction.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { DiffusionEncoding, Warning } from "#shared/volume/series-volume.ts";
import { acquisitionPlaces } from "./acquisition-order.ts";
import { directionOf } from "./diffusion-levels.ts";
import { type Image, nameImage } from "./frame.ts";

/** Rows of a stack in the order of their b-values, with what is known of each. */
export interface DescribedRows {
  /** Shape [n, nz]. */
  readonly rows: readonly (readonly Image[])[];
  readonly diffusion: DiffusionEncoding;
  /** Of the b-values. */
  readonly source: string;
  readonly warnings: readonly Warning[];
}

/**
 * Puts the rows of a stack into ascending order of b, equal ones in the order of acquisition, and describes their
 * encoding; given values go before those of the images.
 *
 * @param rows - shape [n, nz]
 * @throws UsageError, InputError E-B-COUNT; InputError E-B-MISMATCH, E-GRADIENT-LENGTH
 */
export function describeDiffusion(
  rows: readonly (readonly Image[])[],
  grid: Grid,
  source: string,
  given: GivenDiffusion | undefined,
): DescribedRows {
  const slices = rows[0]!.map((_, k) => rows.map((row) => row[k]!));
  const places = acquisitionPlaces(slices, true)?.[0] ?? rows.map((_, n) => n);
  const inHeader = rows.map(([image]) => image!.frame.contrasts.DiffusionBValue?.value);
  if (given !== undefined) {
    const acquired = new Array<number | undefined>(rows.length);
    places.forEach((place, n) => {
      acquired[place] = inHeader[n];
    });
    requireAgreement(given, acquired);
  }
  const bValues = rows.map((_, n) => given?.bValues[places[n]!] ?? inHeader[n]!);
  const order = rows.map((_, n) => n);
  order.sort((a, b) => bValues[a]! - bValues[b]! || places[a]! - places[b]!);
  const axes = given === undefined ? undefined : givenAxes(given, grid, places);
  const { directions, directionSource, ...stated } = axes ?? headerAxes(rows);
  const doubt = stated.bMatrices?.findIndex(
    (matrix, n) => bValues[n]! >= leastWeighting && !isMatrixOf(matrix, bValues[n]!, directions[n]),
  );
  const bMatrices = (doubt ?? -1) < 0 ? stated.bMatrices : undefined;
  const nominal = given?.nominalBValues;
  return {
    rows: order.map((n) => rows[n]!),
    source: given?.source ?? source,
    diffusion: {
      bValues: order.map((n) => bValues[n]!),
      ...(nominal && { nominalBValues: order.map((n) => nominal[places[n]!]!) }),
      directions: order.map((n) => directions[n]),
      ...(bMatrices && { bMatrices: order.map((n) => bMatrices[n]!) }),
      directionSource,
      acquisitionOrder: order.map((n) => places[n]!),
    },
    warnings: bMatrices === stated.bMatrices ? [] : [remarkMatrix(rows[doubt!]![0]!)],
  };
}

function remarkMatrix(image: Image): Warning {
  return {
    code: "W-B-MATRIX",
    text: `The b-matrix of ${nameImage(image)} does not go with its b-value and direction: b-matrices are not used.`,
  };
}

type Axes = Pick<DiffusionEncoding, "directions" | "bMatrices" | "directionSource">;

/** Directions and b-matrices of the headers, in the order of the rows. */
function headerAxes(rows: readonly (readonly Image[])[]): Axes {
  const images = rows.map((row) => row[0]!);
  const found = images.map(({ frame }) => frame.diffusion?.bMatrix);
  const weighted = images.map(
    ({ frame }) => (frame.contrasts.DiffusionBValue?.value ?? 0) >= leastWeighting,
  );
  const complete =
    weighted.includes(true) && weighted.every((is, n) => !is || found[n] !== undefined);
  return {
    directions: images.map(directionOf),
    ...(complete && { bMatrices: found.map((matrix) => matrix ?? [0, 0, 0, 0, 0, 0]) }),
    directionSource:
      images.find(({ frame }) => (frame.diffusion?.source ?? "") !== "")?.frame.diffusion?.source ??
      "none",
  };
}

/** Given directions in the order of the rows; undefined when only b-values were given. */
function givenAxes(given: GivenDiffusion, grid: Grid, places: readonly number[]): Axes | undefined {
  const vectors = given.directions?.(grid);
  const { bMatrices } = given;
  if (vectors === undefined && bMatrices === undefined) return undefined;
  return {
    directions: places.map((place) =>
      unitDirection(vectors?.[place], given.bValues[place]!, `image ${place + 1}`),
    ),
    ...(bMatrices && { bMatrices: places.map((place) => bMatrices[place]!) }),
    directionSource: given.directionSource,
  };
}
