import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { root } from "../bundle/sample-scan.ts";
import { findEngine } from "./engine.ts";
import { runContainer } from "./launch.ts";
import { readArchive } from "./read-archive.ts";
import { readRows } from "./read-rows.ts";
import { type Click, resolveClick } from "./resolve-click.ts";
import { openStage } from "./stage.ts";

// A session in an archive's layout, started as XNAT's Container Service starts it: mounts, variables and arguments
// from command.json alone, a read-only root, no network, a user nobody knows.

const engine = findEngine();
const datasets = join(process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data"), "roi");
const present = existsSync(join(datasets, "xnat-archive/expected.json"));

interface ExpectedRoi {
  readonly number: number;
  readonly name: string;
  readonly status: string;
  readonly present_in: { readonly rtstruct: boolean; readonly aim: boolean };
  readonly maps: {
    readonly t2map_128x96: {
      readonly geometry: { readonly n_voxels: number };
      readonly stats: { readonly mean: number; readonly median: number } | null;
      /** For voxels: from the share of each map voxel that the mask of the reference covers. */
      readonly from_reference_mask?: {
        readonly gt_half: { readonly n: number; readonly mean: number };
      };
    };
  };
}

interface ExpectedCollection {
  readonly assessor: string;
  readonly reference_scan: string;
  readonly use: string | null;
  readonly n_rois: number;
  readonly expected:
    | string
    | {
        readonly number: number;
        readonly name: string;
        readonly n_voxels: number;
        readonly stats: { readonly mean: number; readonly median: number };
      };
}

interface Region {
  readonly name: string;
  readonly voxels: number;
  readonly mean: number | undefined;
}

function readExpected<T>(path: string): T {
  return JSON.parse(readFileSync(join(datasets, path), "utf8")) as T;
}

const collections = present
  ? readExpected<{ collections: readonly ExpectedCollection[] }>("xnat-archive/expected.json")
      .collections
  : [];

/** The regions a collection must give, in its order. */
function regionsOf({ use, n_rois, expected }: ExpectedCollection): readonly Region[] {
  if (typeof expected !== "string") {
    const { name, n_voxels, stats } = expected;
    return [{ name, voxels: n_voxels, mean: stats.mean }];
  }
  const { rois } = readExpected<{ rois: readonly ExpectedRoi[] }>(
    "preclinical-synthetic/expected.json",
  );
  const drawn = rois.filter(({ present_in }) => use !== "AIM" || present_in.aim).slice(0, n_rois);
  return drawn.map(({ name, maps: { t2map_128x96: map } }): Region => {
    const covered = use === "SEG" ? map.from_reference_mask?.gt_half : undefined;
    if (covered !== undefined) return { name, voxels: covered.n, mean: covered.mean };
    return { name, voxels: map.geometry.n_voxels, mean: map.stats?.mean };
  });
}

describe.skipIf(!engine.available || !present)("mask-average launched from XNAT", () => {
  const stage = openStage("mask-average");
  let home = "";
  let folder = "";

  beforeAll(async () => {
    home = stage.makeFolder(0o755);
    folder = join(home, "archive/SYNTH/arc001/MR1");
    cpSync(join(datasets, "xnat-archive/SYNTH_MOUSE01_MR1"), folder, { recursive: true });
    // The data set keeps its maps with orientation beside the one without; XNAT offers those of one label.
    for (const scan of ["8", "10"]) {
      const [maps, oriented] = ["PROCESSED_T2", "NIFTI"].map((name) =>
        join(folder, "SCANS", scan, name),
      );
      rmSync(maps!, { recursive: true, force: true });
      cpSync(oriented!, maps!, { recursive: true });
    }
    await stage.build(() => undefined);
  }, 300_000);

  afterAll(() => stage.close());

  function start(assessor: string, level: Click["level"], scanId: string, given = {}) {
    const archive = readArchive(home);
    const assessorId = archive.session.assessors.find(({ label }) => label === assessor)?.id;
    if (assessorId === undefined) throw new Error(`no collection ${assessor}`);
    const referenceScanId = collections.find((one) => one.assessor === assessor)?.reference_scan;
    const output = stage.makeFolder();
    const launch = resolveClick(
      stage.command,
      { level, archive, scanId, referenceScanId, assessorId, given },
      output,
    );
    return { ...runContainer({ ...launch, user: "12345:12345" }), output };
  }

  const scanOf = ({ reference_scan }: ExpectedCollection) => (reference_scan === "10" ? "10" : "8");

  function expectRegions(output: string, regions: readonly Region[]): void {
    const rows = readRows(join(output, "stats/roi_statistics.csv"));
    for (const [index, { name, voxels, mean }] of regions.entries()) {
      const number = rows.map((row) => row["roi_number"]).filter(isFirst)[index];
      const own = rows.filter((row) => row["roi_number"] === number);
      expect(own.length, name).toBeGreaterThan(0);
      for (const row of own) {
        expect([row["roi_name"], Number(row["n_voxels"])]).toEqual([name, voxels]);
      }
      const [of] = own.filter((row) => row["unit"] !== "1/s");
      if (mean !== undefined) expect(Number(of?.["mean"]) / mean, name).toBeCloseTo(1, 6);
    }
    expect(new Set(rows.map((row) => row["roi_number"])).size).toBe(regions.length);
  }

  const isFirst = (value: unknown, index: number, all: readonly unknown[]) =>
    all.indexOf(value) === index;

  test.each(
    collections.filter(({ use }) => use !== null).map((one) => [one.assessor, one] as const),
  )("%s gives its regions, from the session's page", (assessor, collection) => {
    const before = readContent(folder);
    const run = start(assessor, "session", scanOf(collection));
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expectRegions(run.output, regionsOf(collection));
    const status = JSON.parse(
      readFileSync(join(run.output, "report/status.json"), "utf8"),
    ) as Readonly<Record<string, unknown>>;
    expect(status["state"]).toMatch(/^(done|partial)$/);
    for (const { name, path = "" } of stage.command.outputs ?? []) {
      expect(listPaths(join(run.output, path)), name).not.toEqual([]);
    }
    // XNAT would take a file of that name for the catalog of the resource.
    expect(listPaths(run.output).filter((path) => path.endsWith("_catalog.xml"))).toEqual([]);
    expect(readContent(folder)).toEqual(before);
  });

  test("the pages of scan and collection give the same bytes, that of the session the same statistics", () => {
    const [scan = "", session = "", assessor = ""] = (["scan", "session", "assessor"] as const).map(
      (level) => {
        const run = start("AIM_20240312_104200_456_S8", level, "8");
        expect([run.status, run.stderr]).toEqual([0, ""]);
        return run.output;
      },
    );
    expect(readContent(scan)).toEqual(readContent(assessor));
    // The records differ: from the session's page the reference is one scan, else it was found among several.
    expect(readContent(join(scan, "stats"))).toEqual(readContent(join(session, "stats")));
  });

  test("another reference scan than that of the collection: exit 3, and the message says so", () => {
    const archive = readArchive(home);
    const { assessors } = archive.session;
    const assessorId = assessors.find(({ label }) => label.endsWith("_S8"))?.id ?? "";
    const click: Click = {
      level: "session",
      archive,
      scanId: "8",
      referenceScanId: "6",
      assessorId,
    };
    const output = stage.makeFolder();
    const run = runContainer({
      ...resolveClick(stage.command, click, output),
      user: "12345:12345",
    });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("E-REFERENCE-SERIES");
    expect(listPaths(output)).toEqual([]);
  });

  test("measurements are no regions: exit 3, one line that says so, nothing to upload", () => {
    const run = start("MEAS_20240312_121000_S5", "assessor", "8");
    expect(run.status).toBe(3);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect(run.stderr).toMatch(/measurement/i);
    expect(listPaths(run.output)).toEqual([]);
  });

  describe("with a map of the original XNAT-PIC, which has no orientation", () => {
    const collection = collections.find(({ assessor }) => assessor.endsWith("_S8"));

    beforeAll(() => {
      const maps = join(folder, "SCANS/8/PROCESSED_T2");
      rmSync(maps, { recursive: true });
      const original = join(datasets, "xnat-archive/SYNTH_MOUSE01_MR1/SCANS/8/PROCESSED_T2");
      cpSync(original, maps, { recursive: true });
    });

    test("it ends with 3 and names the option", () => {
      const run = start(collection!.assessor, "session", "8");
      expect(run.status).toBe(3);
      expect(run.stderr).toContain("--assume-same-fov");
    });

    test("ticked, the option gives the same regions", () => {
      const run = start(collection!.assessor, "session", "8", { "assume-same-fov": "true" });
      expect([run.status, run.stderr]).toEqual([0, ""]);
      expectRegions(run.output, regionsOf(collection!));
    });
  });
});
