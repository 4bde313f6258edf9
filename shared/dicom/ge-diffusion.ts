import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import type { PrivateDiffusion } from "./frame-diffusion.ts";
import { namePrivateTag, readPrivateNumber } from "./private-tags.ts";
import { axesOf } from "./slice-positions.ts";

/** Some software adds this to the b-value it stores (qmri-conventions 7.2). */
const bias = 1e9;

/**
 * b from the first value of (0043,1039), direction from (0019,10BB...10BD).
 *
 * Tensor scans of software before 29.1 give their images without gradient the b of the others and the direction
 * 0 0 0: there (0019,10E0), the number of directions, is above 0, and b is 0. In scans without directions
 * the same pair means an average over directions.
 *
 * @param phaseEncoding - InPlanePhaseEncodingDirection (0018,1312)
 * @param derived - ImageType begins with DERIVED
 */
export function readGeDiffusion(
  dataset: DicomJson,
  orientation: readonly number[] | undefined,
  phaseEncoding: string,
  derived: boolean,
): PrivateDiffusion {
  const stored = readPrivateNumber(dataset, "GeBValue");
  const x = readPrivateNumber(dataset, "GeDirectionX");
  const y = readPrivateNumber(dataset, "GeDirectionY");
  const z = readPrivateNumber(dataset, "GeDirectionZ");
  if (stored === undefined || x === undefined || y === undefined || z === undefined) return {};
  const source = namePrivateTag("GeBValue");
  const counted = (readPrivateNumber(dataset, "GeDirectionCount") ?? 0) > 0;
  const none = x === 0 && y === 0 && z === 0;
  const unweighted = none && counted && !derived;
  const value = unweighted ? 0 : stored >= bias ? stored % bias : stored;
  if (value < 0) return {};
  const direction = none ? undefined : turnScannerDirection([x, y, z], orientation, phaseEncoding);
  return {
    bValue: { value, source },
    direction,
    source: namePrivateTag("GeDirectionX"),
    isotropic: none && value > 0,
    turned: direction !== undefined && !isChecked(orientation!, phaseEncoding),
  };
}

/**
 * A direction along the frequency, phase and slice axes of an image, in patient coordinates; up to the sign of
 * the whole vector, which has no meaning. Undefined when the image does not say how it lies.
 *
 * Phase encoding along columns: -x row - y column + z normal (agrees with the bvec of the GE reference series to
 * 1e-6). Along rows the image is turned by a quarter: the frequency axis runs along columns.
 */
export function turnScannerDirection(
  [x, y, z]: Vector3,
  orientation: readonly number[] | undefined,
  phaseEncoding: string,
): Vector3 | undefined {
  if (orientation === undefined) return undefined;
  const { row, column, normal } = axesOf(orientation);
  const along = { COL: [-x, -y], COLUMN: [-x, -y], ROW: [-y, x] }[phaseEncoding];
  if (along === undefined) return undefined;
  const [alongRow, alongColumn] = along as [number, number];
  return [0, 1, 2].map(
    (axis) => alongRow * row[axis]! + alongColumn * column[axis]! + z * normal[axis]!,
  ) as unknown as Vector3;
}

/** The rule above was checked for slices that are more transversal than anything else, encoded along columns. */
export function isChecked(orientation: readonly number[], phaseEncoding: string): boolean {
  const { normal } = axesOf(orientation);
  const size = normal.map(Math.abs);
  return phaseEncoding.startsWith("COL") && size[2] === Math.max(...size);
}
