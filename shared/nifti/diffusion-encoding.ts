import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import { unitDirection } from "#shared/volume/gradient-direction.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import { rotateVector, transpose } from "#shared/volume/rotation.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import type { DiffusionTable } from "./bval-bvec.ts";
import type { CandidateGroup } from "./candidates.ts";
import { fslFrame } from "./fsl-frame.ts";
import type { ResolvedAxis } from "./resolve-axis.ts";

/**
 * How each image of NIfTI files is weighted, in patient coordinates: given values, else those of the bval and bvec
 * files beside them.
 *
 * @throws InputError E-GRADIENT-LENGTH
 */
export function encodingOfFiles(
  { members }: CandidateGroup,
  { axis, volumes, order }: ResolvedAxis,
  grid: Grid,
  given: GivenDiffusion | undefined,
): DiffusionEncoding {
  const toPatient = transpose(fslFrame(grid, false));
  const tables = members.map(({ diffusion }) => diffusion);
  const ofFile = ({ member, volume }: (typeof volumes)[number]): Vector3 | undefined => {
    const table = tables[member];
    const vector = table?.directions?.[table.bValues.length === 1 ? 0 : volume];
    return vector === undefined ? undefined : rotateVector(toPatient, vector);
  };
  const vectors = given?.directions?.(grid);
  const stated = volumes.map((place, n) => (vectors ? vectors[order[n]!] : ofFile(place)));
  const hasVectors = vectors !== undefined || tables.some((table) => table?.directions);
  const nominal = given?.nominalBValues;
  const bMatrices = given?.bMatrices;
  return {
    bValues: axis.values,
    ...(nominal && { nominalBValues: order.map((at) => nominal[at]!) }),
    directions: stated.map((vector, n) =>
      unitDirection(vector, axis.values[n]!, `image ${order[n]! + 1}`),
    ),
    ...(bMatrices && { bMatrices: order.map((at) => bMatrices[at]!) }),
    directionSource: vectors || bMatrices ? given!.directionSource : hasVectors ? "bvec" : "none",
    acquisitionOrder: order,
  };
}

/**
 * A user's table as values given for a series: its vectors lie along the axes of the NIfTI file that is, or would be,
 * written of the series, by FSL's rule.
 */
export function givenTable(table: DiffusionTable, override: boolean): GivenDiffusion {
  const { bValues, directions } = table;
  return {
    bValues,
    ...(directions && {
      directions: (grid: Grid) => {
        // Files of four axes are never turned, whatever the acquisition.
        const toPatient = transpose(fslFrame(grid, false));
        return directions.map((vector) => rotateVector(toPatient, vector));
      },
    }),
    source: "user",
    directionSource: directions === undefined ? "none" : "user",
    override,
    warnings: [],
  };
}
