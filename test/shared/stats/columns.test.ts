import { describe, expect, test } from "vitest";
import { columns } from "#shared/stats/columns.ts";
import { exampleRow, unmeasuredRow } from "./example-rows.ts";

const names = columns.map(({ name }) => name);
const cell = (name: string, row = exampleRow) =>
  columns.find((column) => column.name === name)!.cellOf(row);

describe("the columns", () => {
  test("are those agreed on, in that order, with others in between", () => {
    const agreed =
      `collection, roi_number, roi_name, roi_uid, source, map, unit, status, n_voxels, n_valid, n_excluded_nan,
      n_excluded_zero, n_excluded_range, n_excluded_status, coverage_inside_fov_pct, n_slices, slices, voxel_volume_mm3, volume_mm3,
      contour_area_mm2, contour_volume_mm3, centroid_x_mm, centroid_y_mm, centroid_z_mm, mean, sd, sd_sample, sem, median,
      variance, min, max, p5, p10, p25, p75, p90, p95, iqr, range, cov, qcod, skewness, excess_kurtosis, mad, rmad, medad, energy, rms,
      entropy, uniformity, weighted_mean, weighted_sd, mean_se, diagnostics`.split(/,\s+/);
    expect(names.filter((name) => agreed.includes(name))).toEqual(agreed);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[a-z][a-z0-9_]*$/.test(name))).toBe(true);
  });

  test("account for every voxel", () => {
    const numbers = ["nan", "zero", "range", "status", "no_rate"].map(
      (reason) => cell(`n_excluded_${reason}`) as number,
    );
    const excluded = numbers.reduce((a, b) => a + b);
    expect((cell("n_valid") as number) + excluded).toBe(cell("n_voxels"));
    expect(cell("excluded_status")).toEqual(["noise:1"]);
  });

  test("write a status without a name as its code", () => {
    expect(cell("excluded_status", { ...exampleRow, statusNames: undefined })).toEqual(["2:1"]);
  });

  test("of a region that could not be measured hold its identity and nothing else", () => {
    const filled = columns.filter(({ cellOf }) => cellOf(unmeasuredRow) !== null);
    expect(filled.map(({ name }) => name)).toEqual([
      "collection",
      "roi_number",
      "roi_name",
      "roi_uid",
      "source",
      "map",
      "unit",
      "status",
      "diagnostics",
    ]);
  });
});
