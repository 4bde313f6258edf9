import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  chooseGreyScale,
  chooseMapScale,
  encodeOverlay,
  type OverlaySlice,
  planesWithRegions,
} from "#shared/report/overlay-image.ts";
import type { RegionShape } from "#shared/report/region-content.ts";
import { viewPlanes } from "#shared/report/slice-view.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";

function readPng(png: Uint8Array) {
  const buffer = Buffer.from(png);
  const width = buffer.readUInt32BE(16);
  const height = buffer.readUInt32BE(20);
  const start = buffer.indexOf("IDAT");
  const rows = inflateSync(buffer.subarray(start + 4, start + 4 + buffer.readUInt32BE(start - 4)));
  const at = (x: number, y: number) =>
    [...rows.subarray(y * (width * 3 + 1) + 1 + x * 3)].slice(0, 3);
  return { width, height, at, rows };
}

// 20 columns of 0.5 mm, 30 rows of 0.25 mm: 10 x 7.5 mm, black.
const planes = planesOfGrid({
  shape: [20, 30, 2],
  affineLps: [0.5, 0, 0, 0, 0, 0.25, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  origin: "dicom",
});
const samples = new Float32Array(20 * 30 * 2);
const labels = [{ position: 0, label: "7", name: "a", colour: [255, 0, 0] as const }];
const scale = chooseGreyScale({ label: "", unit: "1", planes, samples, displayRange: [0, 1] });
// Around voxels 6 to 9 and 8 to 19: along voxel edges.
const square = Float64Array.from([5.5, 7.5, 9.5, 7.5, 9.5, 19.5, 5.5, 19.5]);
const onPlane = (rings: readonly Float64Array[]): RegionShape => ({
  region: 0,
  outlines: [{ plane: 1, rings }],
});

function draw(shapes: readonly RegionShape[], over: Partial<OverlaySlice> = {}) {
  const slice = { image: { planes, samples, shapes }, plane: 1, scale, labels, ...over };
  return readPng(encodeOverlay(slice, 300));
}

/** Middle of the red of a row (or column), weighted, between two pixels. */
function centreOf(at: (n: number) => readonly number[], from: number, to: number): number {
  let [weight, sum] = [0, 0];
  for (let n = from; n < to; n++) {
    const red = at(n)[0]!;
    weight += red;
    sum += red * (n + 0.5);
  }
  return sum / weight;
}

describe("an overlay", () => {
  test("has the true proportions of the field of view, and whole pixels for each voxel", () => {
    const { width, height } = draw([]);
    // 7 pixels for 0.25 mm: 280 x 210.
    expect([width, height]).toEqual([280, 210]);
  });

  test("a square lands where it belongs, to half a pixel, for voxels that are not square", () => {
    const { at } = draw([onPlane([square])]);
    const level = (y: number) => (x: number) => at(x, y);
    const upright = (x: number) => (y: number) => at(x, y);
    // Edge 5.5 of 0.5 mm columns is 6 voxels of 14 pixels from the left.
    expect(centreOf(level(100), 70, 100)).toBeCloseTo(6 * 14, 0);
    expect(centreOf(level(100), 125, 155)).toBeCloseTo(10 * 14, 0);
    expect(centreOf(upright(110), 40, 70)).toBeCloseTo(8 * 7, 0);
    expect(centreOf(upright(110), 125, 155)).toBeCloseTo(20 * 7, 0);
    expect(at(110, 100)).toEqual([0, 0, 0]);
  });

  test("the border of voxels is drawn where there is no outline, at the same place", () => {
    const voxels: number[] = [];
    for (let j = 8; j < 20; j++) for (let i = 6; i < 10; i++) voxels.push(i + 20 * (j + 30));
    const shape = { region: 0, outlines: [], voxels: Uint32Array.from(voxels) };
    const [a, b] = [draw([onPlane([square])]), draw([shape])];
    expect(a.rows.equals(b.rows)).toBe(true);
    expect(planesWithRegions({ planes, samples, shapes: [shape] })).toEqual([1]);
  });

  test("a map with turned axes shows the region at the same place of the page", () => {
    const grid: Grid = {
      shape: [20, 30, 2],
      affineLps: [-0.5, 0, 0, 9.5, 0, -0.25, 0, 7.25, 0, 0, 1, 0, 0, 0, 0, 1],
      origin: "nifti",
    };
    const turned = planesOfGrid(grid);
    const ring = square.map((value, n) => (n % 2 === 0 ? 19 : 29) - value);
    const view = viewPlanes(turned, viewPlanes(planes));
    const image = { planes: turned, samples, shapes: [onPlane([ring])] };
    const { at } = draw([], { image, view });
    expect(centreOf((x) => at(x, 100), 70, 100)).toBeCloseTo(6 * 14, 0);
    expect(centreOf((y) => at(110, y), 40, 70)).toBeCloseTo(8 * 7, 0);
  });

  test("the label stands beside the region in its colour, on any ground", () => {
    const { at } = draw([onPlane([square])]);
    let coloured = 0;
    for (let y = 49; y < 63; y++)
      for (let x = 143; x < 153; x++) if (at(x, y)[0] === 255) coloured++;
    expect(coloured).toBeGreaterThan(20);
  });

  test("same content, same bytes; regions outside the picture or the list do no harm", () => {
    const wild = [
      onPlane([Float64Array.from([-1e9, 0, 1e9, 5, Number.NaN, 7]), new Float64Array(0)]),
      { region: 9, outlines: [{ plane: 1, rings: [square] }] },
      { region: 0, outlines: [{ plane: 99, rings: [square] }] },
    ];
    const make = () =>
      encodeOverlay({ image: { planes, samples, shapes: wild }, plane: 1, scale, labels });
    expect(make()).toEqual(make());
    expect(planesWithRegions({ planes, samples, shapes: wild })).toEqual([1]);
  });
});

describe("the colours of a map", () => {
  const map = {
    planes,
    samples: samples.map((_, n) => n % 50),
    unit: "ms",
    kind: "value",
  } as const;
  const named = { ...map, name: "T2", label: "T2", relation: [] };

  test("reach to the values of every region, but not to wild ones", () => {
    const { high } = chooseMapScale(named);
    expect(high).toBe(50);
    expect(chooseMapScale(named, [{ p75: 88 }, { p75: 2000 }, { p75: Number.NaN }]).high).toBe(100);
    expect(chooseMapScale({ ...named, displayRange: [0, 30] }, [{ p75: 88 }]).high).toBe(30);
  });

  test("of a reference without values are still a scale", () => {
    const empty = {
      label: "",
      unit: "1",
      planes,
      samples: new Float32Array(4).fill(Number.NaN),
    } as const;
    const { low, high } = chooseGreyScale(empty);
    expect(high).toBeGreaterThan(low);
  });
});
