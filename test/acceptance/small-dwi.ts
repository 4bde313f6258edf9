import type { Vector3 } from "#shared/volume/grid.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import { backgroundNoise, isObject, type SmallScan } from "./small-scan.ts";

/** One image of each slice of a small diffusion scan. */
export interface Weighting {
  /** s/mm². */
  readonly bValue: number;
  /** Patient coordinates (L, P, S); undefined for b = 0 and averages over directions. */
  readonly direction?: Vector3 | undefined;
}

/** Eigenvalues, mm²/s, along x, y and z of the patient. */
export const diffusivities = [1.4e-3, 0.9e-3, 0.6e-3] as const;

/** Diffusivity along a direction, or a third of the trace, mm²/s. */
export function diffusivityAlong(direction: Vector3 | undefined): number {
  if (direction === undefined) return (1.4e-3 + 0.9e-3 + 0.6e-3) / 3;
  return direction.reduce((sum, value, axis) => sum + value * value * diffusivities[axis]!, 0);
}

/** Every direction at every b-value after `b0` images without weighting. */
export function weightingsOf(
  b0: number,
  bValues: readonly number[],
  directions: readonly (Vector3 | undefined)[],
): readonly Weighting[] {
  return [
    ...Array.from({ length: b0 }, () => ({ bValue: 0 })),
    ...bValues.flatMap((bValue) => directions.map((direction) => ({ bValue, direction }))),
  ];
}

/** What the images of a small diffusion scan state, as public attributes; the echo time is one. */
export function statesWeighting(weightings: readonly Weighting[]) {
  return (_: number, e: number): Changes => {
    const { bValue, direction } = weightings[e]!;
    return {
      "00180081": ["DS", "30"],
      "00200012": ["IS", String(e + 1)],
      "00189075": [
        "CS",
        direction === undefined ? (bValue === 0 ? "NONE" : "ISOTROPIC") : "DIRECTIONAL",
      ],
      "00189087": ["FD", bValue],
      ...(direction === undefined ? {} : { "00189089": ["FD", direction] }),
    };
  };
}

/** A scan of one tensor (or, with `decay`, of any signal) in a bright rectangle, with noise around it. */
export function smallDwi(
  weightings: readonly Weighting[],
  decay: (bValue: number, direction: Vector3 | undefined) => number = (b, g) =>
    Math.exp(-b * diffusivityAlong(g)),
): Partial<SmallScan> {
  const [columns, rows] = [20, 12];
  return {
    ...{ columns, rows, slices: 2 },
    echoTimesMs: weightings.map(() => 30),
    value: (i, j, k, e) => {
      const { bValue, direction } = weightings[e]!;
      return isObject(i, j, columns, rows)
        ? Math.round((20_000 - 20 * i - 30 * j) * decay(bValue, direction))
        : backgroundNoise(i, j, k, e);
    },
    changes: statesWeighting(weightings),
  };
}
