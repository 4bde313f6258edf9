import fc from "fast-check";

// Random outlines for property tests, in pixels of a plane of about 20 x 20.

const coordinate = fc.double({ min: -4, max: 24, noNaN: true });
/** Whole and half pixels: centres and corners of pixels on the outline, the cases where rules differ. */
const gridCoordinate = fc.integer({ min: -6, max: 46 }).map((n) => n / 2);

function outlineOf(value: fc.Arbitrary<number>, most: number): fc.Arbitrary<Float64Array> {
  return fc
    .array(fc.tuple(value, value), { minLength: 3, maxLength: most })
    .map((points) => Float64Array.from(points.flat()));
}

/** Outlines that cross themselves as they like. */
export const anyOutline = fc.oneof(outlineOf(coordinate, 12), outlineOf(gridCoordinate, 12));

/** Outlines with corners on centres and borders of pixels. */
export const gridOutline = outlineOf(gridCoordinate, 8);

/** Outlines around a point that do not cross themselves. */
export const starOutline = fc
  .tuple(
    fc.double({ min: 2, max: 18, noNaN: true }),
    fc.double({ min: 2, max: 18, noNaN: true }),
    fc.array(fc.double({ min: 0.5, max: 12, noNaN: true }), { minLength: 3, maxLength: 24 }),
  )
  .map(([x, y, radii]) =>
    Float64Array.from(
      radii.flatMap((radius, n) => {
        const angle = (2 * Math.PI * n) / radii.length;
        return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
      }),
    ),
  );
