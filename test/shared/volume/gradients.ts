import type { Vector3 } from "#shared/volume/grid.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";

/** `count` directions spread over the half sphere by the golden angle (Fibonacci lattice). */
export function spreadDirections(count: number): readonly Vector3[] {
  return Array.from({ length: count }, (_, n): Vector3 => {
    const z = (n + 0.5) / count;
    const radius = Math.sqrt(1 - z * z);
    const angle = n * Math.PI * (3 - Math.sqrt(5));
    return [radius * Math.cos(angle), radius * Math.sin(angle), z];
  });
}

/** An encoding of `b0` unweighted images, then every direction at each b-value; in order of acquisition. */
export function encodingOf(
  b0: number,
  bValues: readonly number[],
  directions: readonly (Vector3 | undefined)[],
): DiffusionEncoding {
  const weighted = bValues.flatMap((bValue) =>
    directions.map((direction) => ({ bValue, direction })),
  );
  const images = [
    ...Array.from({ length: b0 }, () => ({ bValue: 0, direction: undefined })),
    ...weighted,
  ];
  return {
    bValues: images.map(({ bValue }) => bValue),
    directions: images.map(({ direction }) => direction),
    directionSource: "simulation",
    acquisitionOrder: images.map((_, index) => index),
  };
}
