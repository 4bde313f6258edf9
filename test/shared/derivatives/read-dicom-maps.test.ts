import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readDicomMaps } from "#shared/derivatives/read-dicom-maps.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { type ByteElement, encodeDicom } from "#test/phantom/dicom-bytes.ts";
import {
  type Changes,
  classicImage,
  columns,
  enhancedImage,
  rows,
  storedValue,
} from "#test/phantom/dicom-images.ts";

const pool = openPool(1, "");
afterAll(() => pool.close());

async function read(...images: readonly (readonly ByteElement[])[]) {
  const folder = mkdtempSync(join(tmpdir(), "dicom-maps-"));
  for (const [n, elements] of images.entries()) {
    writeFileSync(join(folder, `${n}.dcm`), encodeDicom(elements));
  }
  return readDicomMaps("maps", await listFiles(folder), pool);
}

/** RealWorldValueMappingSequence of a T2 map in a unit. */
function mapping(unit: string, slope: number, ...quantity: readonly string[]): ByteElement {
  const code = (value: string): ByteElement[] => [["00080100", "SH", value]];
  const item = (name: string, value: string): ByteElement[] => [
    ["0040A040", "CS", "CODE"],
    ["0040A043", "SQ", [code(name)]],
    ["0040A168", "SQ", [code(value)]],
  ];
  const concepts = quantity.map((value, at) => item(at === 0 ? "246205007" : "121401", value));
  return [
    "00409096",
    "SQ",
    [
      [
        ["00409210", "SH", "T2"],
        ["004008EA", "SQ", [code(unit)]],
        ["00409220", "SQ", concepts],
        ["00409224", "FD", 5],
        ["00409225", "FD", slope],
      ],
    ],
  ];
}

const t2 = (k: number, ...more: readonly ByteElement[]) => [
  ...classicImage(k, 0, { "00280120": ["US", storedValue(0, 0, k, 0)] }),
  mapping("ms", 0.25, "113065"),
  ...more,
];

test("unit, quantity and scale are those of the real world value mapping; padding is NaN", async () => {
  const { maps, diagnostics } = await read(t2(0), t2(1));
  expect(maps).toHaveLength(1);
  const map = maps[0]!;
  expect([map.name, map.quantity, map.unit, map.path]).toEqual(["T2map", "T2", "ms", "maps"]);
  expect(map.samples[rows * columns + 7]).toBe(storedValue(2, 1, 1, 0) * 0.25 + 5);
  expect([map.samples[0], map.samples[rows * columns]]).toEqual([Number.NaN, Number.NaN]);
  expect([map.planes.shape, map.frameOfReferenceUID]).toEqual([[columns, rows, 2], "1.2.3.6"]);
  expect(map.files.map(({ sopInstanceUID }) => sopInstanceUID)).toEqual([
    "1.2.3.4.1.1",
    "1.2.3.4.2.1",
  ]);
  expect(diagnostics).toEqual([]);
});

test("a standard error keeps its unit, and is no T2", async () => {
  const error = [...classicImage(0, 0), mapping("ms", 0.25, "113065", "386136009")];
  const { maps } = await read(error);
  expect([maps[0]!.quantity, maps[0]!.unit]).toEqual(["multi-echo", "ms"]);
});

test("rescaled values of CT are Hounsfield units; uneven planes are kept", async () => {
  const ct: Changes = {
    "00080060": ["CS", "CT"],
    "00281052": ["DS", "-1024"],
    "00281053": ["DS", "2"],
  };
  const { maps, diagnostics } = await read(...[0, 1, 5].map((k) => classicImage(k, 0, ct)));
  expect(maps[0]!.unit).toBe("HU");
  expect(maps[0]!.samples[3]).toBe(2 * storedValue(3, 0, 0, 0) - 1024);
  expect([maps[0]!.planes.grid, maps[0]!.planes.origins.length]).toEqual([undefined, 3]);
  expect(diagnostics).toMatchObject([{ code: "LARGE_SLICE_GAP", severity: "warning" }]);
});

test("floating-point pixels stay what they are", async () => {
  const values = Float32Array.from({ length: rows * columns }, (_, v) => 0.1 * v);
  values[4] = Number.NaN;
  const floats = classicImage(0, 0, {
    "7FE00010": undefined,
    "7FE00008": ["OF", new Uint8Array(values.buffer)],
    "00280100": ["US", 32],
    "00280101": undefined,
    "00280102": undefined,
    "00280103": undefined,
  });
  const { maps } = await read(floats);
  expect(maps[0]!.samples).toEqual(values);
  expect(maps[0]!.path).toBe("maps/0.dcm");
});

test("images of several echoes are no map", async () => {
  await expect(read(classicImage(0, 0), classicImage(0, 1))).rejects.toMatchObject({
    code: "E-DUPLICATE",
    message: expect.stringMatching(/Slice 1 .* 2 images/),
  });
  await expect(read(enhancedImage(2))).rejects.toMatchObject({ code: "E-DUPLICATE" });
});

test("where a series says it is a map the others are left out", async () => {
  const { maps, diagnostics } = await read(
    t2(0),
    classicImage(0, 1, { "0020000E": ["UI", "1.2.3.7"], "00200011": ["IS", "9"] }),
  );
  expect(maps.map(({ quantity }) => quantity)).toEqual(["T2"]);
  expect(diagnostics).toMatchObject([{ code: "SKIPPED_FILE", severity: "info" }]);
  expect(diagnostics[0]!.text).toContain("series 9");
});

test("a folder without images is refused", async () => {
  await expect(read()).rejects.toMatchObject({ code: "E-NO-DICOM" });
});
