import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  jsonOf,
  type MemoryRun,
  rowsOf,
  runInMemory,
} from "#test/containers/mask-average/run-in-memory.ts";
import { findRegionDataset } from "./dataset.ts";
import {
  countDifferent,
  expectNear,
  expectRates,
  expectStatistics,
  maskBytes,
  rowOf,
  type Stated,
} from "./region-runs.ts";

// A drawing as AIM and as RTSTRUCT that lie a pixel apart: the original is measured, and how they lie apart is told.

interface Case {
  readonly case: string;
  readonly collection_type: "AIM" | "RTSTRUCT";
  readonly files: readonly {
    readonly file: string;
    readonly rois: readonly {
      readonly number: number;
      readonly fit_column?: { readonly scale: number };
      readonly n_wrong_mask?: number;
      readonly mean_wrong_mask?: number;
    }[];
  }[];
  readonly correct: readonly {
    readonly number: number;
    readonly name: string;
    readonly n_voxels: number;
    readonly mask: string;
    readonly volume_mm3: number;
    readonly stats: Stated;
  }[];
}

const folder = findRegionDataset("aim-rtstruct-disagreement");
const cases: readonly Case[] =
  folder === undefined ? [] : JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")).cases;
/** Every RTSTRUCT beside the AIM file of its case. */
const pairs = cases.flatMap((one) =>
  one.files.filter(({ file }) => file !== "aim.xml").map(({ file }) => ({ name: one.case, file })),
);

const measure = (name: string, file: string, ...options: readonly string[]) =>
  runInMemory(
    ...["--reference", join(folder!, name, "dicom"), "--map", join(folder!, name, "map")],
    ...["--roi", join(folder!, name, "aim.xml"), "--roi", join(folder!, name, file)],
    ...["--output=unused", "--dicom=none", ...options],
  );

interface Said {
  readonly code: string;
  readonly severity: string;
  readonly text: string;
}

function diagnosticsOf({ written }: MemoryRun): readonly Said[] {
  return (jsonOf(written, "report/diagnostics.json") as { diagnostics: readonly Said[] })
    .diagnostics;
}

function expectCorrect(run: MemoryRun, { case: name, correct }: Case, kind: string): void {
  expect(rowsOf(run).filter((row) => row["unit"] === "ms")).toHaveLength(correct.length);
  for (const { number, name: roi, n_voxels, mask, volume_mm3, stats } of correct) {
    const row = rowOf(run, number, "t2map");
    expect([row["roi_name"], row["source"], row["n_voxels"]]).toEqual([roi, kind, n_voxels]);
    expectStatistics(row, stats, roi);
    expectRates(rowOf(run, number, "r2map"), stats, roi);
    // The map's affine is float32.
    expectNear(row["volume_mm3"], volume_mm3, 3 * 2 ** -24, roi);
    expect(countDifferent(maskBytes(run, "reference", number)!, join(folder!, name, mask))).toBe(0);
  }
}

describe.skipIf(folder === undefined)("aim-rtstruct-disagreement", () => {
  test("all pairs are here", () => expect(pairs).toHaveLength(8));

  test.each(pairs)("$name with $file: the original is measured", async ({ name, file }) => {
    const run = await measure(name, file);
    const stated = cases.find((one) => one.case === name)!;
    expectCorrect(run, stated, stated.collection_type);
    const said = diagnosticsOf(run).filter(({ code }) => code === "RTSTRUCT_DISAGREES_WITH_AIM");
    if (file === "rtstruct-correct.dcm" && stated.collection_type === "AIM") {
      expect(said).toEqual([]);
      return;
    }
    expect(said).toHaveLength(1);
    const { severity, text } = said[0]!;
    expect(severity).toBe("warning");
    expect(text).toMatch(/2 of 2 ROIs \("kidney1", "tumour"\)/);
    const derived = stated.collection_type === "AIM";
    expect(text).toContain(derived ? "(+1, +1) px" : "(-1, -1) px");
    expect(text).toMatch(derived ? /the AIM file is used/ : /the RTSTRUCT is used/);
    const exchanged = /swapped/.test(file);
    if (exchanged) expect(text).toMatch(/spacing.*exchanged \(scale 1\.5 and 0\.667\)/);
    else expect(text).not.toMatch(/exchanged/);
    expect(run.said.join("\n")).toContain(text);
  });

  test.each(pairs)("$name with $file: the option decides", async ({ name, file }) => {
    const stated = cases.find((one) => one.case === name)!;
    const [other, listed] =
      stated.collection_type === "AIM"
        ? (["rtstruct", file] as const)
        : (["aim", "aim.xml"] as const);
    const run = await measure(name, file, `--contours=${other}`);
    const wrong = stated.files.find((one) => one.file === listed)!.rois;
    for (const { number, n_wrong_mask, mean_wrong_mask } of wrong) {
      const row = rowOf(run, number, "t2map");
      expect(row["source"]).toBe(other.toUpperCase());
      if (n_wrong_mask === undefined) continue;
      expect(row["n_voxels"]).toBe(n_wrong_mask);
      expectNear(row["mean"], mean_wrong_mask!, 1e-6, `mean of the wrong mask ${number}`);
    }
    if (file === "rtstruct-correct.dcm" && other === "rtstruct")
      expectCorrect(run, stated, "RTSTRUCT");
    const same = await measure(name, file, `--contours=${stated.collection_type.toLowerCase()}`);
    expectCorrect(same, stated, stated.collection_type);
  });

  test.each(pairs.filter(({ file }) => file === "rtstruct-shifted.dcm"))(
    "$name with $file alone: shifted back when told",
    async ({ name, file }) => {
      const run = await runInMemory(
        ...["--reference", join(folder!, name, "dicom"), "--map", join(folder!, name, "map")],
        ...["--roi", join(folder!, name, file), "--rtstruct-shift-px=-1,-1"],
        ...["--output=unused", "--dicom=none"],
      );
      const stated = cases.find((one) => one.case === name)!;
      expectCorrect(run, stated, "RTSTRUCT");
    },
  );
});
