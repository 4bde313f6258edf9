import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { voxelSize } from "#shared/volume/grid.ts";
import { classicImage, positionOf } from "#test/phantom/dicom-images.ts";
import { hasDcm2niix, hasNibabel, inFolder } from "#test/shared/nifti/debian-tools.ts";
import { classicFolder, readContent, readFolder, refusal, withFolder } from "./dicom-folder.ts";
import { largestDifference, matchVoxels, qmri, readTwins } from "./nifti-twin.ts";

/** Compares a folder, voxel by voxel in space, with what dcm2niix makes of it. */
function compareWithDcm2niix(folder: string): Promise<number> {
  return inFolder(async (out) => {
    const args = ["-z", "n", "-b", "y", "-f", "%s_%e", "-o", out, folder];
    const { status, stdout } = spawnSync("dcm2niix", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stdout);
    const series = await readFolder(folder);
    const names = readdirSync(out).filter((entry) => entry.endsWith(".nii"));
    const twins = await readTwins(names.map((name) => join(out, name)));
    names.forEach((name, at) => {
      const sidecar = readFileSync(join(out, name.replace(/nii$/, "json")), "utf8");
      const { EchoTime } = JSON.parse(sidecar) as { EchoTime: number };
      const echo = series.axis.values.findIndex((te) => Math.abs(te - EchoTime * 1000) < 1e-3);
      const twin = twins[at]!;
      expect(twin.shape.slice(0, 3)).toEqual([...series.grid.shape]);
      const places = matchVoxels(series, twin);
      expect(largestDifference(series, echo, twin, 0, places)).toBeLessThan(1e-3);
      expectSameSize(voxelSize(series.grid), twin.affine);
    });
    expect(names).toHaveLength(series.axis.values.length);
    return names.length;
  });
}

function expectSameSize(size: readonly number[], affine: readonly number[]): void {
  const theirs = [0, 1, 2].map((c) => Math.hypot(affine[c]!, affine[c + 4]!, affine[c + 8]!));
  size.forEach((value, axis) => {
    expect(value).toBeCloseTo(theirs[axis]!, 4);
  });
}

describe.skipIf(!hasDcm2niix || !hasNibabel)("voxels stand where dcm2niix puts them", () => {
  test
    .skipIf(!existsSync(qmri))
    .each([
      ["qmri-uq-phantom/dicom/t2_sese"],
      ["t2map-prostate/dicom/prostate_t2"],
      ["qmrust-playground/dicom/mono_t2"],
      ["synthetic-phantom-dicom/dicom/t2star"],
    ])("%s", async (path) => {
    expect(await compareWithDcm2niix(join(qmri, path))).toBeGreaterThan(2);
  });

  test("an oblique stack with gaps, neither its pixels nor its matrix square", () =>
    withFolder(classicFolder(4), async (folder) => {
      expect(await compareWithDcm2niix(folder)).toBe(3);
    }));

  test("a single slice thinner than its spacing", () =>
    withFolder(classicFolder(1), async (folder) => {
      expect(await compareWithDcm2niix(folder)).toBe(3);
    }));

  test("a single slice without spacing", () => {
    const content = classicFolder(1, {}, (k, e) => classicImage(k, e, { "00180088": undefined }));
    return withFolder(content, async (folder) => {
      expect(await compareWithDcm2niix(folder)).toBe(3);
    });
  });
});

/** A folder whose slice k stands where `place` says, in units of the spacing. */
function placedAt(places: readonly number[]): Record<string, Uint8Array> {
  return classicFolder(places.length, {}, (k, e) =>
    classicImage(k, e, {
      "00200032": [
        "DS",
        positionOf(places[k]!)
          .map((value) => value.toFixed(9))
          .join("\\"),
      ],
    }),
  );
}

describe("slices that are not where they should be", () => {
  test("slices stored from the far end are put in order", async () => {
    const [forward, backward] = [
      await readContent(placedAt([0, 1, 2])),
      await readContent(placedAt([2, 1, 0])),
    ];
    for (let at = 0; at < 12; at++) {
      expect(backward.grid.affineLps[at]).toBeCloseTo(forward.grid.affineLps[at]!, 9);
    }
    expect(backward.identity.sliceSources[0]?.[0]?.sopInstanceUID).toBe("1.2.3.4.3.1");
  });

  test("a missing slice is refused, its position named", async () => {
    const error = await refusal(placedAt([0, 1, 3, 4]));
    expect(error).toMatchObject({ tag: "input", code: "E-SLICE-GAP" });
    const [x, , z] = positionOf(2);
    const location = -Math.sin(0.4) * x! + Math.cos(0.4) * z!;
    expect(error.message).toContain(
      `a slice is missing at position ${Number(location.toFixed(4))}`,
    );
  });

  test("a small unevenness is evened out with a remark", async () => {
    const series = await readContent(placedAt([0, 1.003, 2, 3]));
    expect(series.warnings).toMatchObject([{ code: "W-SLICE-SPACING" }]);
    expect(voxelSize(series.grid)[2]).toBeCloseTo(1.5, 6);
  });

  test("an unevenness above 1 % is refused", async () => {
    expect(await refusal(placedAt([0, 1.03, 2, 3]))).toMatchObject({ code: "E-SLICE-GAP" });
  });

  test("echoes of one slice measured at two places are refused", async () => {
    const content = classicFolder(2, {}, (k, e) => {
      const [x, y, z] = positionOf(k);
      // Within the plane, so that the slice itself stays where it is.
      return classicImage(k, e, { "00200032": ["DS", `${x}\\${y! + (e === 1 ? 0.5 : 0)}\\${z}`] });
    });
    expect(await refusal(content)).toMatchObject({ code: "E-ORIENTATION" });
  });

  test("a single slice without any thickness says so", async () => {
    const content = classicFolder(1, {}, (k, e) =>
      classicImage(k, e, { "00180050": undefined, "00180088": undefined }),
    );
    const series = await readContent(content);
    expect(series.warnings).toMatchObject([{ code: "W-THICKNESS" }]);
    expect(voxelSize(series.grid)[2]).toBeCloseTo(1, 12);
  });

  test("rounding of positions to 1 µm is no unevenness", async () => {
    const content = classicFolder(5, {}, (k, e) =>
      classicImage(k, e, {
        "00200032": [
          "DS",
          positionOf(k)
            .map((value) => value.toFixed(5))
            .join("\\"),
        ],
      }),
    );
    expect((await readContent(content)).warnings).toEqual([]);
  });
});
