import { describe, expect, test } from "vitest";
import { voxelCentre } from "#shared/volume/grid.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { axes, type Changes, classicImage, spacing } from "#test/phantom/dicom-images.ts";
import { type CsaContent, encodeCsa } from "#test/phantom/diffusion-images.ts";
import { encodeRle } from "#test/phantom/rle.ts";
import { readContent, refusal } from "./dicom-folder.ts";

// Five slices of 4 x 3 pixels in a mosaic of 3 x 3 tiles: the last four stay empty.
const [slices, across, columns, rows] = [5, 3, 4, 3];
/** mm: first voxel of the first slice, and from slice to slice (the thickness is 1.2 mm). */
const first = [-3, 7, 11] as const;
const step = 1.5;

const stored = (i: number, j: number, k: number, e: number): number =>
  1000 * (e + 1) + 100 * k + 10 * j + i;

function mosaicPixels(e: number): Buffer {
  const bytes = Buffer.alloc(across * columns * across * rows * 2);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const row = Math.floor(k / across) * rows + j;
        const column = (k % across) * columns + i;
        bytes.writeUInt16LE(stored(i, j, k, e), 2 * (row * across * columns + column));
      }
    }
  }
  return bytes;
}

/** Where the scanner says the mosaic begins: its tiles' corner moved back by half of what the mosaic is larger. */
const corner = first.map(
  (value, axis) =>
    value -
    ((across - 1) * columns * spacing[0] * axes[0][axis]!) / 2 -
    ((across - 1) * rows * spacing[1] * axes[1][axis]!) / 2,
);
const normal = axes[2];

const csaOf = (content: CsaContent): Changes => ({
  "00290010": ["LO", "SIEMENS CSA HEADER"],
  "00291010": ["OB", encodeCsa(content)],
});
const group19: Changes = {
  "00190010": ["LO", "SIEMENS MR HEADER"],
  "0019100A": ["US", slices],
};
const full = { ...group19, ...csaOf({ SliceNormalVector: normal }) };

function mosaics(changes: Changes, options: FileOptions = {}): Record<string, Uint8Array> {
  return Object.fromEntries(
    [0, 1].map((e) => [
      `M${e}.dcm`,
      encodeDicom(
        classicImage(0, e, {
          "00080008": ["CS", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC"],
          "00080018": ["UI", `1.2.3.${e + 1}`],
          "00180088": ["DS", String(step)],
          "00200032": ["DS", corner.map((value) => value.toFixed(9)).join("\\")],
          "00280010": ["US", across * rows],
          "00280011": ["US", across * columns],
          "7FE00010": ["OW", mosaicPixels(e)],
          ...changes,
        }),
        options,
      ),
    ]),
  );
}

function expectSlices(series: SeriesVolume, reversed: boolean): void {
  const { grid } = series;
  expect(grid.shape).toEqual([columns, rows, slices]);
  const start = voxelCentre(grid, [0, 0, reversed ? slices - 1 : 0]);
  const last = voxelCentre(grid, [0, 0, reversed ? 0 : slices - 1]);
  const along = reversed ? -step : step;
  start.forEach((value, axis) => {
    expect(value).toBeCloseTo(first[axis]!, 6);
    expect(last[axis]! - value).toBeCloseTo((slices - 1) * along * normal[axis]!, 6);
  });
  let v = 0;
  for (const e of [0, 1]) {
    for (let k = 0; k < slices; k++) {
      for (let j = 0; j < rows; j++) {
        for (let i = 0; i < columns; i++, v++) {
          expect(series.stored[v]).toBe(stored(i, j, reversed ? slices - 1 - k : k, e));
        }
      }
    }
  }
}

describe("a Siemens mosaic", () => {
  test("is taken apart into its slices, each in its place", async () => {
    const series = await readContent(mosaics(full));
    expectSlices(series, false);
    expect(series.axis.values).toEqual([8, 16]);
    expect(series.warnings).toEqual([]);
    // Both files hold every slice.
    expect(series.identity.sliceSources.map((sources) => sources.length)).toEqual([2, 2, 2, 2, 2]);
    expect(series.identity.sliceSources[3]![0]!.frameNumbers).toEqual([]);
  });

  test("whose slices run against row x column, as its CSA header says, keeps them in their places", async () => {
    const against = csaOf({ SliceNormalVector: normal.map((value) => -value) });
    expectSlices(await readContent(mosaics({ ...group19, ...against })), true);
  });

  test("without group 0019 has the number of slices in its CSA header", async () => {
    const csa = csaOf({ NumberOfImagesInMosaic: [slices], SliceNormalVector: normal });
    expectSlices(await readContent(mosaics(csa)), false);
  });

  test("without CSA header is read along row x column, with a warning", async () => {
    const series = await readContent(mosaics(group19));
    expectSlices(series, false);
    expect(series.warnings.map(({ code }) => code)).toEqual(["W-MOSAIC-ORDER"]);
  });

  test("may be compressed", async () => {
    const files = Object.fromEntries(
      [0, 1].map((e) => {
        const fragments = { table: [], fragments: [encodeRle(mosaicPixels(e))] };
        const options = { transferSyntaxUID: "1.2.840.10008.1.2.5" };
        return [
          `M${e}.dcm`,
          mosaics({ ...full, "7FE00010": ["OB", fragments] }, options)[`M${e}.dcm`]!,
        ];
      }),
    );
    expectSlices(await readContent(files), false);
  });

  test.each<[string, Changes, RegExp]>([
    ["that does not say how many slices it has", {}, /nothing says how many/],
    [
      "whose slices do not fit its matrix",
      { ...full, "0019100A": ["US", 20] },
      /20 slices do not fit 12 x 9 pixels/,
    ],
    [
      "without a distance between slices",
      { ...full, "00180088": undefined },
      /SpacingBetweenSlices/,
    ],
    [
      "with a normal in the plane of its slices",
      { ...group19, ...csaOf({ SliceNormalVector: axes[1] }) },
      /slice normal/,
    ],
  ])("%s is refused", async (_, changes, message) => {
    expect(await refusal(mosaics(changes))).toMatchObject({
      tag: "unsupported",
      code: "E-MOSAIC",
      message: expect.stringMatching(message),
    });
  });

  test("without a position is refused like any image without one", async () => {
    const error = await refusal(mosaics({ ...full, "00200032": undefined }));
    expect(error.code).toBe("E-GEOMETRY");
  });
});
