import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Vector3 } from "#shared/volume/grid.ts";
import { runInMemory } from "#test/containers/mask-average/run-in-memory.ts";
import { findRegionDataset } from "./dataset.ts";
import { compareVoxels, type Image, maskBytes, readImageBytes } from "./region-runs.ts";
import { type StatedRegion, syntheticFolder, syntheticRegions } from "./synthetic-regions.ts";

// Masks of the program against those plastimatch makes of the same RTSTRUCT, here and now.

const hasPlastimatch =
  spawnSync("plastimatch", ["--version"], { stdio: "ignore" }).error === undefined;
const oblique = findRegionDataset("rtutils-oblique");

/** Folder of masks of an RTSTRUCT, a file for each name of a region. */
function rasterize(rtstruct: string, images: string, xor: boolean): string {
  const out = join(mkdtempSync(join(tmpdir(), "plastimatch-")), "out");
  execFileSync(
    "plastimatch",
    [
      ...["convert", "--input", rtstruct, "--referenced-ct", images],
      ...(xor ? ["--xor-contours"] : []),
      ...["--output-prefix", out, "--prefix-format", "nrrd"],
    ],
    { stdio: "ignore", timeout: 30_000 },
  );
  return out;
}

/** A NRRD file of bytes in patient coordinates (L, P, S), packed. */
function readNrrd(path: string): Image {
  const bytes = readFileSync(path);
  const end = bytes.indexOf("\n\n");
  const fields = new Map(
    bytes
      .toString("latin1", 0, end)
      .split("\n")
      .flatMap((line) => {
        const [, name, value] = /^([a-z ]+): (.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value!] as const];
      }),
  );
  expect(
    ["type", "space", "encoding"].map((name) => fields.get(name)),
    path,
  ).toEqual(["unsigned char", "left-posterior-superior", "gzip"]);
  const numbers = (name: string) =>
    Array.from(fields.get(name)!.matchAll(/[-+\d.e]+/g), ([text]) => Number(text));
  const [rx, ry, rz, cx, cy, cz, sx, sy, sz] = numbers("space directions") as [
    ...[number, number, number, number, number, number, number, number, number],
  ];
  const [ox, oy, oz] = numbers("space origin") as [number, number, number];
  const affineLps = [rx, cx, sx, ox, ry, cy, sy, oy, rz, cz, sz, oz, 0, 0, 0, 1] as const;
  const shape = numbers("sizes") as unknown as Vector3;
  return {
    grid: { shape, affineLps, origin: "nifti" },
    values: gunzipSync(bytes.subarray(end + 2)),
  };
}

interface CrossChecked extends StatedRegion {
  readonly cross_check: Readonly<Record<string, Readonly<Record<"xor" | "or", unknown>>>>;
}

/** Regions of which the data set says that plastimatch agrees; of a name used twice it writes one file only. */
function agreeing(variant: string, mode: "xor" | "or"): readonly StatedRegion[] {
  return (syntheticRegions as readonly CrossChecked[]).filter(({ name, cross_check }) => {
    const once = syntheticRegions.filter((other) => other.name === name).length === 1;
    const check = cross_check[`plastimatch 1.9.4 ${variant}`]?.[mode] as { different?: number };
    return once && check.different === 0;
  });
}

describe.skipIf(!hasPlastimatch || syntheticFolder === undefined)("plastimatch", () => {
  test.each(["axial", "coronal", "oblique"])("preclinical-synthetic, %s", async (variant) => {
    const folder = join(syntheticFolder!, variant);
    const [images, rtstruct] = [join(folder, "dicom"), join(folder, "rtstruct/explicit-le.dcm")];
    const run = await runInMemory(
      ...["--reference", images, "--roi", rtstruct, "--output=unused", "--dicom=none"],
      ...["--map", join(folder, "map/t2map_samegrid.nii.gz")],
    );
    for (const mode of ["xor", "or"] as const) {
      const out = rasterize(rtstruct, images, mode === "xor");
      const regions = agreeing(variant, mode);
      expect(regions).toHaveLength(mode === "xor" ? 12 : 13);
      for (const { number, name } of regions) {
        const theirs = readNrrd(join(out, `${name}.nrrd`));
        const own = maskBytes(run, "reference", number);
        const different =
          own === undefined
            ? Array.from(theirs.values).filter((value) => value !== 0).length
            : compareVoxels(readImageBytes(own, name), theirs);
        expect(different, `${name} (${mode})`).toBe(0);
      }
    }
  });

  test.skipIf(oblique === undefined)("rtutils-oblique", async () => {
    const [images, rtstruct] = [join(oblique!, "dicom"), join(oblique!, "rtstruct/rtstruct.dcm")];
    const run = await runInMemory(
      ...["--reference", images, "--roi", rtstruct, "--output=unused", "--dicom=none"],
      ...["--map", join(oblique!, "map/image.nii.gz")],
    );
    const out = rasterize(rtstruct, images, true);
    for (const [number, name] of [
      [1, "liver"],
      [2, "L shape"],
      [7, "ring"],
      [9, "right edge"],
    ] as const) {
      expect(existsSync(join(out, `${name}.nrrd`))).toBe(true);
      const own = readImageBytes(maskBytes(run, "reference", number)!, name);
      expect(compareVoxels(own, readNrrd(join(out, `${name}.nrrd`))), name).toBe(0);
    }
  });
});
