import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { columns } from "#shared/stats/columns.ts";
import { describeColumns, encodeCsv, encodeJson, encodeTsv } from "#shared/stats/table.ts";
import { askPython, hasPydicom, inFolder } from "#test/shared/nifti/debian-tools.ts";
import { exampleRateRow, exampleRow, unmeasuredRow } from "./example-rows.ts";

const rows = [exampleRow, exampleRateRow, unmeasuredRow];
const comma = { separator: "comma" } as const;
const json = JSON.parse(encodeJson(rows)) as Record<string, unknown>[];
const column = (name: string) => columns.findIndex((entry) => entry.name === name);

describe("CSV", () => {
  test("has a header and a row for each region and map, lines that end with CR LF, and no byte order mark", () => {
    const lines = encodeCsv(rows, comma).split("\r\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^collection,roi_number,roi_name,/);
    expect(lines[4]).toBe("");
    expect(lines.slice(0, 4).map((line) => line.split(",").length)).toEqual(
      Array(4).fill(columns.length),
    );
  });

  test("keeps all digits of a number, negative ones are no formulas", () => {
    const cells = encodeCsv([exampleRow], comma).split("\r\n")[1]!.split(",");
    expect(Number(cells[column("sd")])).toBe(exampleRow.measurement!.firstOrder.sd);
    expect(cells[column("centroid_x_mm")]).toBe("-1.5");
    expect(cells[column("centroid_z_mm")]).toBe("1e-7");
    expect(cells[column("slices")]).toBe("1 2");
    expect(cells[column("diagnostics")]).toBe("SMALL_ROI DUPLICATE_NAME");
  });

  test("leaves cells empty where there is nothing, and shields names that are formulas", () => {
    const cells = encodeCsv([unmeasuredRow], comma).split("\r\n")[1]!.split(",");
    expect(cells[column("roi_name")]).toBe("'=1+1");
    expect([cells[column("mean")], cells[column("roi_uid")]]).toEqual(["", ""]);
  });

  test("for spreadsheets has semicolons, a byte order mark and, when asked, decimal commas", () => {
    const text = encodeCsv([exampleRow], { separator: "semicolon" });
    expect(text.startsWith("\ufeffcollection;roi_number;")).toBe(true);
    expect(text).toContain(";-1.5;2.25;1e-7;");
    const commas = encodeCsv([exampleRow], { separator: "semicolon", decimalMark: "," });
    expect(commas).toContain(";-1,5;2,25;1e-7;");
    expect(commas).toContain("AIM/kidneys.xml");
  });

  test("survives names with separators, quotes and line ends", () => {
    const roiName = 'edge, "tie"\r\n& <more>';
    expect(encodeCsv([{ ...exampleRow, roiName }], comma)).toContain(
      ',"edge, ""tie""\r\n& <more>",',
    );
  });
});

describe("TSV", () => {
  test("says n/a where there is nothing, and keeps names as they are", () => {
    const lines = encodeTsv(rows).split("\n");
    expect(lines).toHaveLength(5);
    const cells = lines[3]!.split("\t");
    expect(cells).toHaveLength(columns.length);
    expect(cells[column("roi_name")]).toBe("=1+1");
    expect([cells[column("mean")], cells[column("roi_uid")]]).toEqual(["n/a", "n/a"]);
  });
});

describe("JSON", () => {
  test("has the same columns; null where there is nothing, lists as lists", () => {
    expect(Object.keys(json[0]!)).toEqual(columns.map(({ name }) => name));
    expect(json[0]).toMatchObject({ n_voxels: 6, n_valid: 4, slices: [1, 2], unit: "ms" });
    expect(json[2]).toMatchObject({ roi_name: "=1+1", mean: null, diagnostics: ["EMPTY_ROI"] });
  });

  test("rates are a row of their own", () => {
    expect(json[1]).toMatchObject({ map: "R2map", unit: "1/s", n_valid: 4, mean_curve_fit: null });
    expect(json[1]!["mean"]).toBeCloseTo((20 + 50 + 25 + 1000 / 25.5) / 4, 12);
  });
});

describe("numbers that are none", () => {
  test("are missing in all forms", () => {
    const geometry = { ...exampleRow.geometry!, coverageInsideFovPct: Number.NaN };
    const row = { ...exampleRow, geometry };
    const at = column("coverage_inside_fov_pct");
    expect(encodeCsv([row], comma).split("\r\n")[1]!.split(",")[at]).toBe("");
    expect(encodeTsv([row]).split("\n")[1]!.split("\t")[at]).toBe("n/a");
    expect(JSON.parse(encodeJson([row]))[0].coverage_inside_fov_pct).toBeNull();
  });
});

test("every column is described, with its unit", () => {
  const described = describeColumns();
  expect(Object.keys(described)).toEqual(columns.map(({ name }) => name));
  expect(described["variance"]).toEqual({ Description: "Square of sd", Units: "unit of the map²" });
});

const readTables = `
import csv, json, sys
comma = list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))
semicolon = list(csv.reader(open(sys.argv[2], newline='', encoding='utf-8-sig'), delimiter=';'))
tab = list(csv.reader(open(sys.argv[3], newline='', encoding='utf-8'), delimiter='\\t'))
print(json.dumps([comma, semicolon, tab]))
`;

test.skipIf(!hasPydicom)("Python's csv module reads the same cells from all of them", async () => {
  const roiName = 'a\t"b";\r\n, tumör ';
  const odd = [...rows, { ...exampleRow, roiName }];
  const [commas, semicolons, tabs] = await inFolder((folder) => {
    const forms = [
      encodeCsv(odd, comma),
      encodeCsv(odd, { separator: "semicolon" }),
      encodeTsv(odd),
    ];
    const paths = forms.map((text, index) => {
      const path = join(folder, `${index}.txt`);
      writeFileSync(path, text);
      return path;
    });
    return askPython(readTables, paths) as string[][][];
  });
  expect(semicolons).toEqual(commas);
  expect(commas![4]![column("roi_name")]).toBe(roiName);
  expect(tabs![4]![column("roi_name")]).toBe(roiName);
  expect(tabs!.map((row) => row.length)).toEqual(Array(5).fill(columns.length));
  const numbers = commas![1]!.map(Number);
  expect(numbers[column("mean")]).toBe(json[0]!["mean"]);
  expect(numbers[column("entropy")]).toBe(json[0]!["entropy"]);
});
