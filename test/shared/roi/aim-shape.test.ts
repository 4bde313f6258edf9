import { describe, expect, test } from "vitest";
import { markupType, readShape } from "#shared/roi/aim-shape.ts";
import { childElements, readXml } from "#shared/roi/xml.ts";
import { type AimMarkup, writeAim } from "#test/phantom/aim-text.ts";

function shapeOf(markup: AimMarkup) {
  const text = writeAim({ annotations: [{ markups: [markup] }] });
  const piece = text.slice(
    text.indexOf("<MarkupEntity"),
    text.indexOf("</markupEntityCollection>"),
  );
  const { root, open } = readXml("f.xml", Buffer.from(`<r>${piece}</r>`), "MarkupEntity");
  return readShape(open(childElements(root)[0]!));
}

const pairs = (values: Float64Array) =>
  Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
const triangle = [
  [2, 3],
  [6, 3],
  [6, 8],
] as const;
const asIndex = [
  [1.5, 2.5],
  [5.5, 2.5],
  [5.5, 7.5],
];

/** Pixel centres inside by the even-odd rule, low edge in, high edge out. */
function countInside(points: Float64Array, size: number): number {
  const outline = pairs(points) as [number, number][];
  let count = 0;
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      let inside = false;
      outline.forEach(([x1, y1], n) => {
        const [x2, y2] = outline[(n + 1) % outline.length]!;
        if (y1 <= j !== y2 <= j && i < x1 + ((j - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
      });
      if (inside) count++;
    }
  }
  return count;
}

describe("shapes of AIM", () => {
  test("a polyline counts from the corner of the image, an index from the centre of a pixel", () => {
    const { contour, bad } = shapeOf({ points: triangle, image: "1.2.9", frame: 4 });
    expect(pairs(contour.points)).toEqual(asIndex);
    expect(bad).toEqual([]);
    expect(contour).toMatchObject({
      kind: "closed",
      type: "TwoDimensionPolyline",
      space: "image",
      images: [{ sopInstanceUID: "1.2.9", frameNumber: 4 }],
      exclude: false,
    });
  });

  test("a first point that is not repeated is kept", () => {
    expect(pairs(shapeOf({ points: triangle, repeatFirst: false }).contour.points)).toEqual(
      asIndex,
    );
  });

  test("points are put in the order of their index where each has its own", () => {
    const points = [triangle[2], triangle[0], triangle[1]];
    const sorted = shapeOf({ points, order: [2, 0, 1], repeatFirst: false });
    expect(pairs(sorted.contour.points)).toEqual(asIndex);
    const unsorted = shapeOf({ points, order: [0, 0, 1], repeatFirst: false });
    expect(pairs(unsorted.contour.points)).toEqual([asIndex[2], asIndex[0], asIndex[1]]);
  });

  test("includeFlag false takes an area away", () => {
    expect(shapeOf({ points: triangle, include: false }).contour.exclude).toBe(true);
  });

  test("coordinates that are none make a broken contour and are told", () => {
    const { contour, bad } = shapeOf({
      points: [
        ["NaN", 1],
        [2, "abc"],
        [1e7, 3],
      ],
    });
    expect(contour).toMatchObject({ kind: "broken", points: new Float64Array(0) });
    expect(bad).toEqual(["NaN", "abc", "10000000", "NaN"]);
  });

  test.each(["TwoDimensionMultiPoint", "TwoDimensionPoint"])("%s has no area", (type) => {
    const { contour } = shapeOf({ type, points: triangle, repeatFirst: false });
    expect(contour).toMatchObject({ kind: "point", type });
  });

  test("other forms are named, not read", () => {
    const { contour } = shapeOf({ type: "aim:TwoDimensionSpline", points: triangle });
    expect(contour).toMatchObject({ kind: "unsupported", type: "TwoDimensionSpline" });
  });

  test("a circle is its polygon: every pixel centre is on the side of the curve", () => {
    for (const [cx, cy, r] of [
      [120.3, 80.7, 14],
      [60.25, 50.5, 5.2],
      [40, 40, 0.4],
    ] as const) {
      const edge = [cx + r * 0.6, cy + r * 0.8] as const;
      const points = [[cx, cy], edge] as const;
      const { contour } = shapeOf({ type: "TwoDimensionCircle", points, repeatFirst: false });
      let expected = 0;
      for (let j = 0; j < 140; j++) {
        for (let i = 0; i < 140; i++) if (Math.hypot(i + 0.5 - cx, j + 0.5 - cy) < r) expected++;
      }
      expect(countInside(contour.points, 140)).toBe(expected);
    }
  });

  test("an ellipse has the area of pi times its half axes, upright or not", () => {
    for (const angle of [0, 0.3, 1.2]) {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const end = (a: number, b: number): [number, number] => [
        50 + a * cos - b * sin,
        60 + a * sin + b * cos,
      ];
      const points = [end(-15, 0), end(15, 0), end(0, -10), end(0, 10)];
      const { contour } = shapeOf({ type: "TwoDimensionEllipse", points, repeatFirst: false });
      const outline = pairs(contour.points) as [number, number][];
      const area = outline.reduce((sum, [x1, y1], n) => {
        const [x2, y2] = outline[(n + 1) % outline.length]!;
        return sum + (x1 * y2 - x2 * y1) / 2;
      }, 0);
      expect(Math.abs(area) / (Math.PI * 150)).toBeCloseTo(1, 5);
    }
  });

  test.each([
    ["TwoDimensionCircle", [[1, 2]]],
    [
      "TwoDimensionEllipse",
      [
        [0, 0],
        [10, 0],
        [50, 50],
        [60, 70],
      ],
    ],
  ] as const)("a %s with other points than its own is not read", (type, points) => {
    expect(shapeOf({ type, points, repeatFirst: false }).contour.kind).toBe("unsupported");
  });

  test("a huge circle stays small in memory", () => {
    const { contour } = shapeOf({
      type: "TwoDimensionCircle",
      points: [
        [0, 0],
        [900_000, 0],
      ],
      repeatFirst: false,
    });
    expect(contour.points.length).toBeLessThan(10_000);
    const nothing = shapeOf({
      type: "TwoDimensionCircle",
      points: [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      repeatFirst: false,
    });
    expect(nothing.contour.points.every(Number.isFinite)).toBe(true);
  });

  test("the type of a markup has no prefix", () => {
    expect(
      markupType({ name: "m", attributes: { "xsi:type": "ns2:TwoDimensionCircle" }, children: [] }),
    ).toBe("TwoDimensionCircle");
  });
});
