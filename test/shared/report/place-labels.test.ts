import { describe, expect, test } from "vitest";
import { placeLabels } from "#shared/report/place-labels.ts";

const picture = { width: 200, height: 200 };
const square = (x: number, y: number, side: number) =>
  Float64Array.from([x, y, x + side, y, x + side, y + side, x, y + side]);
const label = (...rings: Float64Array[]) => ({ rings, width: 10, height: 14 });

describe("labels", () => {
  test("stand above and to the right of a region, by its largest outline", () => {
    const places = placeLabels([label(square(150, 150, 8), square(50, 60, 40))], picture);
    expect(places).toEqual([{ left: 93, top: 53 }]);
  });

  test("stay inside the picture", () => {
    const [place] = placeLabels([label(square(150, 2, 45))], picture);
    expect(place!.left).toBeLessThan(150);
    expect(place!.top).toBeGreaterThanOrEqual(1);
  });

  test("never overlap, and are left out where there is no room", () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      label(square(20 + ((n * 37) % 150), 20 + ((n * 53) % 150), 6)),
    );
    const places = placeLabels(many, picture);
    const drawn = places.filter((place) => place !== undefined);
    expect(drawn.length).toBeGreaterThan(40);
    expect(drawn.length).toBeLessThan(300);
    for (const [n, a] of drawn.entries()) {
      for (const b of drawn.slice(n + 1)) {
        expect(Math.abs(a.left - b.left) > 10 || Math.abs(a.top - b.top) > 14).toBe(true);
      }
    }
  });

  test("avoid the lines of other regions", () => {
    const [place] = placeLabels([label(square(50, 60, 40)), label(square(98, 57, 30))], picture);
    expect(place!.left).toBeLessThan(50);
  });

  test("of a region without an outline is none", () => {
    expect(placeLabels([label()], picture)).toEqual([undefined]);
  });
});
