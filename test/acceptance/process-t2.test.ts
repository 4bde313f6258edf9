import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findDataset, mapPath, type Run, readRecord, runProgram } from "./dataset.ts";
import { compareMaps, convertByDcm2niix, hasDcm2niix, hasNibabel } from "./peers.ts";

// The gates of the reference datasets, through the program as a user runs it, read back by nibabel.

interface Case {
  readonly id: string;
  readonly probes: readonly {
    readonly nifti_ijk: number[];
    readonly expected: Record<string, number>;
  }[];
}

function casesOf(dataset: string): readonly Case[] {
  const text = readFileSync(join(dataset, "expected.json"), "utf8");
  return (JSON.parse(text) as { cases: Case[] }).cases;
}

/** A run that several tests look at, made when the first of them needs it. */
function runOnce(make: () => Run): () => Run {
  let run: Run | undefined;
  return () => {
    run ??= make();
    return run;
  };
}

const phantom = findDataset("qmri-uq-phantom");
const brain = findDataset("qmrust-playground");
const prostate = findDataset("t2map-prostate");
const synthetic = findDataset("synthetic-phantom-dicom");

describe.skipIf(phantom === undefined || !hasNibabel)("phantom of qmri-uq, 2-parameter T2", () => {
  const folder = phantom ?? "";
  const probes =
    (phantom === undefined
      ? []
      : casesOf(folder).find(({ id }) => id === "t2_two_parameter")?.probes) ?? [];
  const run = runOnce(() =>
    runProgram("process-t2", join(folder, "dicom/t2_sese"), "--model", "2par", "--mask", "none"),
  );
  const mask = join(folder, "reference/mask_t2.nii.gz");
  const places = probes.map(({ nifti_ijk }) => nifti_ijk);

  test("T2 is the stored map: median relative difference at most 1e-6", () => {
    const reference = join(folder, "reference/T2map_ms_stored.nii.gz");
    const difference = compareMaps(mapPath(run(), "T2map"), reference, mask, 1000);
    expect(difference).toMatchObject({ voxels: 2345, missing: 0 });
    expect(difference.misplacedVoxels).toBeLessThan(1e-4);
    expect(difference.median).toBeLessThan(1e-6);
    expect(difference.max).toBeLessThan(1e-5);
  });

  test("standard errors are those of the reference to 4 digits at every probe, p99 1e-4", () => {
    const reference = join(folder, "reference/T2_SE_ms_recomputed.nii.gz");
    const difference = compareMaps(
      mapPath(run(), "T2map", "stderr"),
      reference,
      mask,
      1000,
      places,
    );
    expect(difference.p99).toBeLessThan(1e-4);
    expect(probes.length).toBeGreaterThan(5);
    probes.forEach(({ expected }, index) => {
      expect(difference.probes[index]![0] / expected["SE_T2_ms"]!).toBeCloseTo(1, 4);
    });
  });

  test.each([
    ["M0map", undefined, "T2_M0_recomputed"],
    ["T2map", "rsquared", "T2_Rsquared_recomputed"],
    ["T2map", "rmse", "T2_rmse_recomputed"],
  ] as const)("%s %s agrees to 1e-6", (suffix, description, reference) => {
    const path = join(folder, `reference/${reference}.nii.gz`);
    expect(compareMaps(mapPath(run(), suffix, description), path, mask, 1).median).toBeLessThan(
      1e-6,
    );
  });

  test("the offset model gives the reference's offset T2, which is another one", () => {
    const offset = runProgram(
      "process-t2",
      join(folder, "dicom/t2_sese"),
      "--model",
      "3par",
      "--mask",
      "none",
    );
    const reference = join(folder, "reference/T2_offset3p_ms_recomputed.nii.gz");
    expect(compareMaps(mapPath(offset, "T2map"), reference, mask, 1000).median).toBeLessThan(1e-6);
    expect(compareMaps(mapPath(run(), "T2map"), reference, mask, 1000).median).toBeGreaterThan(
      1e-3,
    );
  });

  test("the NIfTI form of the same scan gives the same T2, in the file's own axes", () => {
    const nifti = runProgram(
      "process-t2",
      join(folder, "nifti"),
      "--series",
      "t2_sese",
      "--model",
      "2par",
      "--mask",
      "none",
    );
    const reference = join(folder, "reference/T2map_ms_stored.nii.gz");
    const difference = compareMaps(mapPath(nifti, "T2map"), reference, mask, 1000);
    expect(difference.median).toBeLessThan(1e-6);
    expect(difference.oursAffine.flat()).toEqual([
      -1.71875, 0, 0, 109.140625, 0, -1.71875, 0, 109.140625, 0, 0, 5, 0, 0, 0, 0, 1,
    ]);
  });
});

describe.skipIf(brain === undefined || !hasNibabel)(
  "brain of qmrust, 30 echoes with a slope per file",
  () => {
    const folder = brain ?? "";
    const probes =
      (brain === undefined ? [] : casesOf(folder).find(({ id }) => id === "mono_t2")?.probes) ?? [];
    const run = runOnce(() =>
      runProgram("process-t2", join(folder, "dicom/mono_t2"), "--model", "2par", "--mask", "none"),
    );
    const mask = join(folder, "reference/mono_t2_mask_below300.nii.gz");
    const reference = join(folder, "reference/mono_t2_T2_ms_from_dicom.nii.gz");

    test("T2 at the probes and in the mask within 1e-6", () => {
      const difference = compareMaps(
        mapPath(run(), "T2map"),
        reference,
        mask,
        1000,
        probes.map(({ nifti_ijk }) => nifti_ijk),
      );
      expect(difference.median).toBeLessThan(1e-6);
      expect(difference.p99).toBeLessThan(1e-4);
      probes.forEach(({ expected }, index) => {
        expect(
          Math.abs(difference.probes[index]![0] / expected["T2_ms_from_dicom"]! - 1),
        ).toBeLessThan(1e-6);
      });
    });

    test("a first echo darker than the second is remarked on", () => {
      expect(run().stdout).toContain("W-STIM");
      expect(readRecord(run(), "status.json")["verdict"]).toBe("check");
    });
  },
);

describe.skipIf(prostate === undefined || !hasNibabel)("prostate of t2mapdemo", () => {
  const folder = prostate ?? "";

  test("T2 is the source's own map: median relative difference at most 1e-6", () => {
    const run = runProgram(
      "process-t2",
      join(folder, "dicom/prostate_t2"),
      "--model",
      "2par",
      "--mask",
      "none",
    );
    const mask = join(folder, "reference/mask_t2.nii.gz");
    const path = mapPath(run, "T2map");
    expect(
      compareMaps(path, join(folder, "reference/T2map_ms_recomputed.nii.gz"), mask, 1000).median,
    ).toBeLessThan(1e-6);
    expect(
      compareMaps(path, join(folder, "reference/T2map_ms_stored.nii.gz"), mask, 1000).median,
    ).toBeLessThan(2e-6);
  });
});

describe.skipIf(synthetic === undefined || !hasNibabel)("synthetic gradient echoes", () => {
  const folder = synthetic ?? "";
  const run = runOnce(() =>
    runProgram(
      "process-t2",
      join(folder, "dicom/t2star"),
      "--model",
      "2par",
      "--mask",
      "none",
      "--noise",
      "none",
    ),
  );

  test("gradient echoes give a T2* map that agrees with the reference to 1e-6", () => {
    const difference = compareMaps(
      mapPath(run(), "T2starmap"),
      join(folder, "reference/T2star_NLLS_ms.nii.gz"),
      join(folder, "reference/mask.nii.gz"),
      1000,
    );
    expect(difference.median).toBeLessThan(1e-6);
  });
});

const series: readonly (readonly [string, string | undefined, string])[] = [
  ["phantom", phantom, "dicom/t2_sese"],
  ["oblique brain with 3 : 1 pixels", brain, "dicom/mono_t2"],
  ["prostate, rows towards anterior", prostate, "dicom/prostate_t2"],
  ["tilted two-slice stack with a gap", synthetic, "dicom/t2star"],
];

describe.skipIf(!hasDcm2niix || !hasNibabel)("the affine is dcm2niix's", () => {
  describe.each(series)("%s", (_, dataset, folder) => {
    test.skipIf(dataset === undefined)("in every element", () => {
      const path = join(dataset ?? "", folder);
      const run = runProgram(
        "process-t2",
        path,
        "--model",
        "2par",
        "--mask",
        "none",
        "--noise",
        "none",
      );
      const suffix = folder.endsWith("t2star") ? "T2starmap" : "T2map";
      const map = mapPath(run, suffix);
      const { oursAffine } = compareMaps(map, map, map, 1);
      const theirs = convertByDcm2niix(path).affine.flat();
      expect(theirs).toHaveLength(16);
      for (const [index, value] of oursAffine.flat().entries())
        expect(value).toBeCloseTo(theirs[index]!, 4);
    });
  });
});
