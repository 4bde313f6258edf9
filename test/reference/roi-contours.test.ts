import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { allocateStored, openNifti, readVoxels } from "#shared/nifti/read-voxels.ts";
import { placeRoi } from "#shared/roi/place-roi.ts";
import type { PlacedRoi, RoiOnGrid } from "#shared/roi/placed-roi.ts";
import type { Contour, Reference, Roi, VoxelShape } from "#shared/roi/roi.ts";
import { contoursOnPlanes, voxelsOnPlanes } from "#shared/roi/roi-on-planes.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type PlaneStack, planesOfGrid } from "#shared/volume/plane-stack.ts";

// Outlines of the reference data (index coordinates of the reference series) against the masks and weighted sums that come
// with them. The data lie outside the repository; without them these tests are skipped.

const base =
  process.env["XNAT_PIC_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const folder = join(base, "roi", "preclinical-synthetic");

interface Weighted {
  readonly sum_of_weights: number;
  readonly n_touched: number;
  readonly mean: number;
}

interface MapResult {
  readonly exact_area_weighted?: Weighted | null;
  readonly from_reference_mask?: {
    readonly coverage_weighted: Weighted;
    readonly gt_half: { readonly n: number };
  };
}

interface ExpectedRoi {
  readonly number: number;
  readonly name: string;
  readonly contours_index: readonly {
    readonly slice: number;
    readonly type: string;
    readonly points: readonly (readonly [number, number])[];
  }[];
  readonly contour_area?: Record<string, number> | null;
  readonly reference_grid?: { readonly n_voxels: number };
  readonly maps?: Record<string, MapResult> & {
    readonly "axial special maps"?: Record<string, { readonly fraction_inside?: number }>;
  };
}

interface Variant {
  readonly rows: number;
  readonly columns: number;
  readonly n_slices: number;
  readonly slice_thickness_mm: number;
  readonly affine_index_to_ras: readonly (readonly number[])[];
}

interface Expected {
  readonly variants: Record<string, Variant>;
  readonly rois: readonly ExpectedRoi[];
}

const hasData = existsSync(join(folder, "expected.json"));
const expected = hasData
  ? (JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected)
  : { variants: {}, rois: [] };
const variants = ["axial", "coronal", "oblique", "multiecho"] as const;

function planesOf(variant: string): PlaneStack {
  const { columns, rows, n_slices, slice_thickness_mm, affine_index_to_ras } =
    expected.variants[variant]!;
  const affineLps = affine_index_to_ras.flatMap((row, n) => row.map((v) => (n < 2 ? 0 - v : v)));
  const shape: Vector3 = [columns, rows, n_slices];
  return planesOfGrid({ shape, affineLps, origin: "dicom" }, slice_thickness_mm);
}

function referenceOf(planes: PlaneStack): Reference {
  const images = planes.origins.map((_, k) => [
    { sopClassUID: "1", sopInstanceUID: `1.${k}`, path: "", frameNumber: 0 },
  ]);
  const texts = { studyInstanceUID: "", seriesInstanceUID: "", seriesDescription: "" };
  return { planes, images, ...texts, frameOfReferenceUID: "", diagnostics: [] };
}

/** A region as the RTSTRUCT (millimetres) or the AIM file (pixels) of the data set holds it. */
function roiOf(roi: ExpectedRoi, planes: PlaneStack, space: Contour["space"]): Roi {
  const contours = roi.contours_index.map(({ slice, type, points }): Contour => {
    const kinds: Record<string, Contour["kind"]> = {
      CLOSED_PLANAR: "closed",
      CLOSEDPLANAR_XOR: "xor",
      POINT: "point",
      OPEN_PLANAR: "open",
    };
    const flat = points.flatMap(([x, y]) =>
      space === "image"
        ? [x, y]
        : [0, 1, 2].map((n) =>
            // Decimal strings of the files keep about this many digits.
            Number(
              (
                planes.origins[slice]![n]! +
                x * planes.rowStep[n]! +
                y * planes.columnStep[n]!
              ).toFixed(9),
            ),
          ),
    );
    return {
      ...{ kind: kinds[type]!, type, space, points: Float64Array.from(flat), exclude: false },
      images: [{ sopInstanceUID: `1.${slice}`, frameNumber: 1 }],
    };
  });
  const { number, name } = roi;
  return { number, name, uid: "", colour: undefined, shape: { form: "contours", contours } };
}

async function readNifti(path: string) {
  const nifti = await openNifti({ path: basename(path), absolutePath: path });
  const { grid, datatype, slope, intercept, volumes } = nifti.header;
  const stored = allocateStored(datatype, grid.shape[0] * grid.shape[1] * grid.shape[2] * volumes);
  await readVoxels(nifti, stored, [...Array(volumes).keys()]);
  return {
    planes: planesOfGrid(grid),
    values: Float64Array.from(stored, (v) => v * slope + intercept),
  };
}

const isInside = (values: Float64Array) =>
  Uint32Array.from([...values.keys()].filter((n) => values[n] !== 0));
const place = (roi: ExpectedRoi, planes: PlaneStack, space: Contour["space"]): PlacedRoi =>
  placeRoi(roiOf(roi, planes, space), referenceOf(planes), { nested: "hole" });
const rasterize = (placed: PlacedRoi, planes: PlaneStack, target: PlaneStack): RoiOnGrid =>
  contoursOnPlanes(placed, planes, target, { edge: "half-open" });

/** Sum of shares, touched voxels and weighted mean of a region on a map. */
function weigh({ touched, shares }: RoiOnGrid, values: Float64Array): Weighted {
  let [sum, mean] = [0, 0];
  for (const [n, share] of shares.entries()) {
    sum += share;
    mean += share * values[touched[n]!]!;
  }
  return { sum_of_weights: sum, n_touched: touched.length, mean: mean / sum };
}

function expectWeighted(found: Weighted, wanted: Weighted): void {
  expect(found.n_touched).toBe(wanted.n_touched);
  const near = (a: number, b: number) =>
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * Math.abs(b));
  near(found.sum_of_weights, wanted.sum_of_weights);
  near(found.mean, wanted.mean);
}

describe.skipIf(!hasData)("regions of the synthetic preclinical set", () => {
  describe.each(variants)("%s", (variant) => {
    const planes = hasData ? planesOf(variant) : undefined;
    const grids = ["reference-grid", "t2map_samegrid", "t2map_128x96", "rotated_15deg_96x96"];

    test.each(["patient", "image"] as const)(
      "outlines in %s coordinates give the masks, on every grid",
      async (space) => {
        let compared = 0;
        for (const roi of expected.rois) {
          const placed = place(roi, planes!, space);
          for (const grid of grids) {
            const name = `roi-${String(roi.number).padStart(2, "0")}.nii.gz`;
            const path = join(folder, variant, "expected", grid, name);
            if (!existsSync(path)) continue;
            const mask = await readNifti(path);
            const found = rasterize(placed, planes!, mask.planes);
            expect(found.voxels, `${roi.name} on ${grid}`).toEqual(isInside(mask.values));
            expect(found.diagnostics).toEqual([]);
            compared++;
          }
        }
        expect(compared).toBeGreaterThanOrEqual(variant === "axial" ? 60 : 47);
      },
    );

    test("counts and areas are those expected, without a mask too", () => {
      for (const roi of expected.rois) {
        const placed = place(roi, planes!, "patient");
        const found = rasterize(placed, planes!, planes!);
        expect(found.voxels.length, roi.name).toBe(roi.reference_grid?.n_voxels ?? 0);
        if (!roi.contour_area) continue;
        const area = roi.contour_area;
        const near = (a: number, b: number) =>
          expect(Math.abs(a - b)).toBeLessThan(1e-9 * b + 2e-9);
        near(placed.netAreaMm2, area["net_region_mm2"]!);
        near(placed.contourAreaMm2, area["sum_of_polygons_mm2"]!);
        const fraction = area["fraction_inside_image"] ?? 1;
        expect(found.insideShare).toBeCloseTo(fraction, 7);
        expect(placed.contours.used).toBe(placed.contours.total);
      }
    });

    test.each(["t2map_samegrid", "t2map_128x96"])(
      "covered shares on %s are exact",
      async (name) => {
        const map = await readNifti(join(folder, variant, "map", `${name}.nii.gz`));
        for (const roi of expected.rois) {
          const wanted = roi.maps?.[name]?.exact_area_weighted;
          const found = rasterize(place(roi, planes!, "patient"), planes!, map.planes);
          if (wanted) expectWeighted(weigh(found, map.values), wanted);
          else expect(found.touched).toHaveLength(0);
        }
      },
    );

    test("a mask on the reference grid covers a coarser map as expected", async () => {
      const map = await readNifti(join(folder, variant, "map", "t2map_128x96.nii.gz"));
      const [nx, ny, nz] = planes!.shape;
      for (const roi of expected.rois) {
        const wanted = roi.maps?.["t2map_128x96"]?.from_reference_mask;
        if (!wanted) continue;
        const { voxels } = rasterize(place(roi, planes!, "image"), planes!, planes!);
        const shares = new Uint8Array(nx * ny * nz);
        for (const voxel of voxels) shares[voxel] = 1;
        const shape: VoxelShape = { form: "voxels", planes: planes!, shares, fractional: false };
        const found = voxelsOnPlanes(shape, map.planes, { threshold: 0.5 });
        expectWeighted(weigh(found, map.values), wanted.coverage_weighted);
        expect(found.voxels).toHaveLength(wanted.gt_half.n);
        expect(found.insideShare).toBe(1);
        const same = await readNifti(join(folder, variant, "map", "t2map_samegrid.nii.gz"));
        expect(voxelsOnPlanes(shape, same.planes, { threshold: 0.5 }).voxels).toHaveLength(
          voxels.length,
        );
      }
    });
  });

  test("on four of six slices the rest is outside, and which is said", async () => {
    const planes = planesOf("axial");
    const map = await readNifti(join(folder, "axial/map/special/four_of_six_slices.nii.gz"));
    for (const roi of expected.rois) {
      const wanted = roi.maps?.["axial special maps"]?.["four_of_six_slices"] as
        | { fraction_inside?: number; n_voxels_inside_map?: number; slices_outside_map?: number[] }
        | undefined;
      if (wanted?.n_voxels_inside_map === undefined) continue;
      const found = rasterize(place(roi, planes, "patient"), planes, map.planes);
      expect(found.voxels, roi.name).toHaveLength(wanted.n_voxels_inside_map);
      expect(found.planesOutside).toEqual(wanted.slices_outside_map);
    }
  });

  test("every trap is remarked on", () => {
    const planes = planesOf("axial");
    const codes = expected.rois.map((roi) =>
      [...new Set(place(roi, planes, "patient").diagnostics.map(({ code }) => code))].join(" "),
    );
    expect(Object.fromEntries(codes.flatMap((c, n) => (c === "" ? [] : [[n + 1, c]])))).toEqual({
      7: "NESTED_CLOSED_PLANAR_INTERPRETED",
      8: "XOR_CONTOURS",
      10: "OUT_OF_FOV",
      11: "NO_AREA_CONTOUR",
      12: "NO_AREA_CONTOUR",
      13: "DUPLICATE_CONTOUR",
      16: "OVERLAPPING_CONTOURS",
      17: "SELF_INTERSECTING",
      19: "PIXEL_CENTER_EDGES",
      20: "EMPTY_ROI",
    });
  });

  test("with inclusive edges the region of the tie has 30 voxels", () => {
    const planes = planesOf("oblique");
    const tie = place(expected.rois[18]!, planes, "patient");
    expect(contoursOnPlanes(tie, planes, planes, { edge: "inclusive" }).voxels).toHaveLength(30);
  });
});
