import { cpSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSchema } from "#command-json/schema.ts";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { makeSampleScan } from "../bundle/sample-scan.ts";
import { findEngine, requireDocker } from "./engine.ts";
import { complete, runContainer, runService } from "./launch.ts";
import { readArchive } from "./read-archive.ts";
import { readRows } from "./read-rows.ts";
import { type Click, type ResolvedLaunch, resolveClick } from "./resolve-click.ts";
import { openStage } from "./stage.ts";

// The digital mouse through two programs as in XNAT: a T2 map of scan 3, then the regions drawn on it.

interface TrueRegion {
  readonly name: string;
  readonly values: readonly {
    readonly scans: readonly number[];
    readonly voxels: number;
    readonly tissues: Readonly<Record<string, number>>;
    /** ms */
    readonly T2: number;
  }[];
}

interface RegionTruth {
  readonly collections: readonly {
    readonly label: string;
    readonly regions: readonly TrueRegion[];
  }[];
}

const engine = findEngine();

describe.skipIf(!engine.available)("mask-average on a session of the digital mouse", () => {
  const stage = openStage("mask-average");
  const maps = openStage("process-t2");
  let home = "";
  let folder = "";
  let truth: RegionTruth = { collections: [] };

  beforeAll(async () => {
    const scan = makeSampleScan(stage.folder);
    const session = dirname(dirname(dirname(scan)));
    const project = dirname(dirname(session));
    home = stage.makeFolder(0o755);
    mkdirSync(join(home, "archive"));
    renameSync(project, join(home, "archive", basename(project)));
    folder = join(home, "archive", basename(project), "arc001", basename(session));
    truth = JSON.parse(
      readFileSync(join(stage.folder, "sample/truth/regions.json"), "utf8"),
    ) as RegionTruth;
    await maps.build(() => undefined);
    const output = maps.makeFolder();
    const mapping = { level: "scan", archive: readArchive(home), scanId: "3" } as const;
    const run = runContainer(resolveClick(maps.command, mapping, output));
    if (run.status !== 0) throw new Error(run.stderr);
    cpSync(join(output, "maps"), join(folder, "SCANS/3/PROCESSED_T2"), { recursive: true });
    await stage.build(() => undefined);
  }, 300_000);

  afterAll(() => {
    stage.close();
    maps.close();
  });

  test("its image has a label that is its command, in the form of our schema", () => {
    const words = ["--format", '{{index .Config.Labels "org.nrg.commands"}}', stage.image];
    const label = JSON.parse(requireDocker("image", "inspect", ...words)) as unknown[];
    expect(label).toEqual([stage.command]);
    expect(commandSchema.parse(label[0])).toEqual(stage.command);
  });

  function launch(label: string, level: Click["level"], output: string): ResolvedLaunch {
    const archive = readArchive(home);
    const assessorId = archive.session.assessors.find((one) => one.label === label)!.id;
    // The label ends with the scan the regions were drawn on.
    const referenceScanId = label.slice(label.lastIndexOf("_S") + 2);
    const click = { level, archive, scanId: "3", referenceScanId, assessorId };
    return { ...resolveClick(stage.command, click, output), user: "12345:12345" };
  }

  const organs = "AIM_20260112_101500_123_S3";

  // Drawn on the scan of the map, on a finer one, and on a coarser one with other slices.
  test.each([organs, "RTSTRUCT_20260112_113000_S2", "AIM_20260113_090500_007_S10"])(
    "of %s it counts the true voxels of every region, and finds the true T2 where there is one tissue",
    (label) => {
      const before = readContent(folder);
      const output = stage.makeFolder();
      const run = runContainer(launch(label, "session", output));
      expect([run.status, run.stderr]).toEqual([0, ""]);
      const rows = readRows(join(output, "stats/roi_statistics.csv")).filter(
        ({ map = "", unit }) => /T2map/.test(map) && unit === "s",
      );
      const regions = truth.collections.find((one) => one.label === label)!.regions;
      expect(rows.map((row) => row["roi_name"])).toEqual(regions.map(({ name }) => name));
      for (const [index, { name, values }] of regions.entries()) {
        const own = values.find(({ scans }) => scans.includes(3))!;
        expect(Number(rows[index]!["n_voxels"]), name).toBe(own.voxels);
        if (Object.keys(own.tissues).length === 1) {
          expect(Math.abs((1000 * Number(rows[index]!["median"])) / own.T2 - 1), name).toBeLessThan(
            0.05,
          );
        }
      }
      expect(readContent(folder)).toEqual(before);
    },
  );

  test("from each page the statistics are the same bytes; in Docker and in Swarm all results are", async () => {
    const [scan = "", session = "", assessor = ""] = (["scan", "session", "assessor"] as const).map(
      (level) => {
        const output = stage.makeFolder();
        const run = runContainer(launch(organs, level, output));
        expect([run.status, run.stderr]).toEqual([0, ""]);
        return output;
      },
    );
    expect(readContent(assessor)).toEqual(readContent(scan));
    // The records differ: from the session's page the reference is one scan, else it was found among several.
    expect(readContent(join(session, "stats"))).toEqual(readContent(join(scan, "stats")));
    const output = stage.makeFolder();
    const task = await runService(launch(organs, "session", output));
    expect(task).toMatchObject(complete);
    expect(readContent(output)).toEqual(readContent(session));
    for (const { name, path = "" } of stage.command.outputs ?? []) {
      expect(listPaths(join(output, path)), name).not.toEqual([]);
    }
  });
});
