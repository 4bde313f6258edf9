import { parseDecimal } from "./decimal.ts";
import type { Contour } from "./roi.ts";
import { attribute, childElements, elementsAt, localName, type XmlElement } from "./xml.ts";

/** Outermost coordinate that is believed, pixels; no image is as wide. */
const farthest = 1e6;

/** Vertices of a circle or an ellipse apart from those on rows and columns: an area smaller by 3e-6 of it. */
const evenVertices = 1440;

/** Half axis up to which a curve gets a vertex wherever it crosses a row or column of pixel centres, pixels. */
const longestHalfAxis = 4096;

/** How far the middles of the two axes of an ellipse may lie apart, pixels: their ends may have been rounded. */
const middleTolerance = 0.75;

/** What became of a markup: its outline, and the coordinates that are none, as the file writes them. */
export interface AimShape {
  readonly contour: Contour;
  readonly bad: readonly string[];
}

/** Class of a markup: `TwoDimensionPolyline`, from xsi:type without its prefix. */
export function markupType(markup: XmlElement): string {
  return localName(attribute(markup, "type"));
}

/**
 * The outline of a markup, in the index space of its image: AIM counts from the outer corner of the first pixel, an index
 * from its centre, hence x - 0.5, y - 0.5.
 *
 * A polyline is closed, with or without its first point repeated at the end. Circles (centre, point on the circle) and
 * ellipses (ends of one axis, ends of the other), both in pixels, become polygons with a vertex wherever the curve crosses
 * a row or column of pixel centres, so that their mask on the image is that of the curve itself.
 */
export function readShape(markup: XmlElement): AimShape {
  const type = markupType(markup);
  const { points, bad } = readPoints(markup);
  const made = bad.length > 0 ? brokenForm : makeForm(type, points);
  const sopInstanceUID = attribute(childElements(markup, "imageReferenceUid")[0], "root").trim();
  const frame = Number(attribute(childElements(markup, "referencedFrameNumber")[0], "value"));
  const frameNumber = Number.isInteger(frame) && frame > 0 ? frame : undefined;
  const include = attribute(childElements(markup, "includeFlag")[0], "value").trim();
  return {
    contour: {
      ...made,
      type,
      space: "image",
      images: sopInstanceUID === "" ? [] : [{ sopInstanceUID, frameNumber }],
      exclude: include.toLowerCase() === "false",
    },
    bad,
  };
}

type Form = Pick<Contour, "kind" | "points">;
type Point = readonly [x: number, y: number];

const brokenForm: Form = { kind: "broken", points: new Float64Array(0) };

function makeForm(type: string, points: readonly Point[]): Form {
  switch (type) {
    case "TwoDimensionPolyline":
      return { kind: "closed", points: flat(points) };
    case "TwoDimensionPoint":
    case "TwoDimensionMultiPoint":
      return { kind: "point", points: flat(points) };
    case "TwoDimensionCircle": {
      const [centre, edge] = points;
      if (points.length !== 2 || centre === undefined || edge === undefined) break;
      const radius = Math.hypot(edge[0] - centre[0], edge[1] - centre[1]);
      return { kind: "closed", points: trace(centre, [radius, 0], [0, radius]) };
    }
    case "TwoDimensionEllipse": {
      const [a, b, c, d] = points;
      if (points.length !== 4 || !a || !b || !c || !d) break;
      const [first, second] = [middle(a, b), middle(c, d)];
      if (Math.hypot(first[0] - second[0], first[1] - second[1]) > middleTolerance) break;
      return { kind: "closed", points: trace(middle(first, second), half(a, b), half(c, d)) };
    }
  }
  return { kind: "unsupported", points: flat(points) };
}

const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
const half = (a: Point, b: Point): Point => [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2];

/**
 * The ellipse with centre c and conjugate half axes a and b, c + a cos t + b sin t. Perpendicular axes are a case of them,
 * and stay conjugate where pixels are not square.
 */
function trace(c: Point, a: Point, b: Point): Float64Array {
  const crossings = [...crossingsOf(c, a, b, 0), ...crossingsOf(c, a, b, 1)];
  const even = Array.from({ length: evenVertices }, (_, i): Vertex => {
    const t = (2 * Math.PI * i) / evenVertices;
    return { t, point: pointAt(c, a, b, t) };
  });
  const vertices = [...crossings, ...even].sort((p, q) => p.t - q.t);
  return flat(vertices.map(({ point }) => point));
}

interface Vertex {
  readonly t: number;
  readonly point: Point;
}

function pointAt(c: Point, a: Point, b: Point, t: number): Point {
  const [cos, sin] = [Math.cos(t), Math.sin(t)];
  return [c[0] + a[0] * cos + b[0] * sin, c[1] + a[1] * cos + b[1] * sin];
}

/** Where the curve has a whole number as coordinate: c + r cos(t - phase) = n. */
function crossingsOf(c: Point, a: Point, b: Point, axis: 0 | 1): readonly Vertex[] {
  const radius = Math.hypot(a[axis], b[axis]);
  if (!(radius > 0 && radius <= longestHalfAxis)) return [];
  const phase = Math.atan2(b[axis], a[axis]);
  const vertices: Vertex[] = [];
  for (let n = Math.ceil(c[axis] - radius); n <= c[axis] + radius; n++) {
    const angle = Math.acos(Math.min(1, Math.max(-1, (n - c[axis]) / radius)));
    for (const raw of angle === 0 ? [phase] : [phase - angle, phase + angle]) {
      const t = raw - 2 * Math.PI * Math.floor(raw / (2 * Math.PI));
      const [x, y] = pointAt(c, a, b, t);
      vertices.push({ t, point: axis === 0 ? [n, y] : [x, n] });
    }
  }
  return vertices;
}

function flat(points: readonly Point[]): Float64Array {
  const values = new Float64Array(2 * points.length);
  points.forEach(([x, y], i) => {
    values[2 * i] = x;
    values[2 * i + 1] = y;
  });
  return values;
}

interface IndexedPoint {
  readonly order: number;
  readonly point: Point;
}

/** Index coordinates of a markup in their order, and the texts that are none. */
function readPoints(markup: XmlElement): {
  readonly points: readonly Point[];
  readonly bad: readonly string[];
} {
  const bad: string[] = [];
  const read = (element: XmlElement, name: "x" | "y"): number => {
    const child = childElements(element, name)[0];
    const text = attribute(child, "value");
    const value = parseDecimal(text);
    if (value !== undefined && Math.abs(value) <= farthest) return value - 0.5;
    bad.push(child === undefined ? `no ${name}` : text);
    return 0;
  };
  const points = elementsAt(
    markup,
    "twoDimensionSpatialCoordinateCollection",
    "TwoDimensionSpatialCoordinate",
  ).map((element): IndexedPoint => {
    const order = attribute(childElements(element, "coordinateIndex")[0], "value").trim();
    return {
      order: order === "" ? Number.NaN : Number(order),
      point: [read(element, "x"), read(element, "y")],
    };
  });
  return { points: inOrder(openEnd(points)).map(({ point }) => point), bad };
}

/** Without a last point that repeats the first one. */
function openEnd(points: readonly IndexedPoint[]): readonly IndexedPoint[] {
  const [first, last] = [points[0]?.point, points.at(-1)?.point];
  if (points.length < 2 || first === undefined || last === undefined) return points;
  return first[0] === last[0] && first[1] === last[1] ? points.slice(0, -1) : points;
}

/** By coordinateIndex where each stands once; else in the order of the file. */
function inOrder(points: readonly IndexedPoint[]): readonly IndexedPoint[] {
  const orders = new Set(points.map(({ order }) => order));
  if (orders.size !== points.length || ![...orders].every(Number.isInteger)) return points;
  return [...points].sort((a, b) => a.order - b.order);
}
