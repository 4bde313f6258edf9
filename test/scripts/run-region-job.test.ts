import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeRegionTruth } from "#shared/phantom/region-truth.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { renderIndex } from "#shared/report/index-page.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";
import type { StatisticsRow, TrueCollection } from "../../scripts/compare-regions.ts";
import { regionJobs } from "../../scripts/region-jobs.ts";
import { judge, runRegionJob } from "../../scripts/run-region-job.ts";

const job = regionJobs[0]!;
const regionsFile = encodeRegionTruth(sessionPlan());
const truth = (JSON.parse(regionsFile) as { collections: TrueCollection[] }).collections.find(
  ({ label }) => label === job.collection,
)!;

/** The table a perfect program would write, but for one region. */
const rows: StatisticsRow[] = truth.regions.map(({ number, name, values }) => ({
  ...{ roi_number: number, roi_name: name, map: "T2map", unit: "s", status: "ok" },
  ...{ n_voxels: values[0]!.voxels, n_valid: values[0]!.voxels, sd: 0.001, mean_se: 0.001 },
  mean: ((values[0]!["T2"] as number) / 1000) * (name === "liver" ? 1.1 : 1),
}));

test("mask-average is called as a person would, and the page shows what it found beside the truth", () =>
  inFolder((demo) => {
    const mouse = join(demo, "mouse");
    mkdirSync(join(mouse, "truth"), { recursive: true });
    writeFileSync(join(mouse, "truth/regions.json"), regionsFile);
    const calls: string[] = [];
    const output = join(demo, "11-mask-average");
    const run = runRegionJob(
      job,
      {
        ...{ demo, mouse, session: join(mouse, "S"), output, version: "0.1.0" },
        runOf: (title) => ({ output: join(demo, title), scan: 3 }),
      },
      (...call) => {
        calls.push(call.join(" ").replaceAll(demo, "."));
        mkdirSync(join(output, "stats/overlays"), { recursive: true });
        writeFileSync(join(output, "stats/overlays/run-3-M0map.png"), "M0");
        writeFileSync(join(output, "stats/overlays/run-3-T2map.png"), "T2 with regions");
        writeFileSync(join(output, "stats/roi_statistics.json"), JSON.stringify(rows));
      },
    );
    expect(calls).toEqual([
      `mask-average --reference ./mouse/S/SCANS/3/DICOM --roi ./mouse/S/ASSESSORS/${job.collection}/AIM --map ./T2 map/maps --output ./11-mask-average`,
    ]);
    expect(run.reportPath).toBe("11-mask-average/report/report.html");
    const [comparison] = run.comparisons;
    const outside = comparison!.regions.filter(({ within }) => !within);
    expect(outside.map(({ region }) => region)).toEqual(["liver"]);
    expect(Buffer.from(run.preview!).toString()).toBe("T2 with regions");
    const page = renderIndex({ title: "demo", introduction: [], runs: [run] });
    expect(page).toContain("cavità necrotica");
    expect(page).toContain("10 of 11 regions within");
  }));

test("regions that were not measured as a whole are named", () => {
  const [first, second] = rows as [StatisticsRow, StatisticsRow];
  expect(judge([first, { ...second, status: "warning" }]).level).toBe("ok");
  expect(judge([first, { ...second, status: "partial" }])).toEqual({
    level: "check",
    reasons: ["vial B on T2map: partial"],
  });
});
