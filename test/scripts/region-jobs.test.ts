import { expect, test } from "vitest";
import { encodeRegionTruth } from "#shared/phantom/region-truth.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { collectionPlans } from "#shared/phantom/session-collections.ts";
import type { TrueCollection } from "../../scripts/compare-regions.ts";
import { demoJobs } from "../../scripts/demo-jobs.ts";
import { regionJobs } from "../../scripts/region-jobs.ts";

test("every job reads a form that its collection has, and every form of every collection has a job", () => {
  const used = regionJobs.map(({ collection, resource }) => `${collection} ${resource}`);
  const stored = collectionPlans().flatMap(({ label, resources }) =>
    resources.map((resource) => `${label} ${resource}`),
  );
  expect([...new Set(used)].sort()).toEqual(stored.sort());
});

test("maps come from runs on the plain mouse that make them, and regions.json knows what is compared", () => {
  const { collections } = JSON.parse(encodeRegionTruth(sessionPlan())) as {
    collections: TrueCollection[];
  };
  for (const { collection, maps } of regionJobs) {
    const { regions } = collections.find(({ label }) => label === collection)!;
    for (const { run, quantities } of maps) {
      const job = demoJobs.find(({ title }) => title === run)!;
      expect(job.mouse).toBe("mouse");
      const { number } = sessionPlan().find(({ protocol }) => protocol === job.protocol)!;
      for (const { map, symbol, fileUnit } of quantities) {
        expect(job.quantities.find((one) => one.map === map)?.fileUnit).toBe(fileUnit);
        for (const { values } of regions) {
          const here = values.find(({ scans }) => scans.includes(number));
          expect(here?.[symbol]).toEqual(expect.any(Number));
        }
      }
    }
  }
});

test("regions are measured on maps of their own voxels, of other pixels and of other slices", () => {
  const grids = regionJobs.flatMap(({ collection, maps }) =>
    maps.map(({ run }) => {
      const { scan } = collectionPlans().find(({ label }) => label === collection)!;
      const { protocol } = demoJobs.find(({ title }) => title === run)!;
      const shape = (find: (plan: { number: number; protocol: string }) => boolean) =>
        sessionPlan().find(find)!.grid.shape.join(" x ");
      return `${shape(({ number }) => number === scan)} on ${shape((plan) => plan.protocol === protocol)}`;
    }),
  );
  expect(new Set(grids)).toEqual(
    new Set([
      "128 x 96 x 8 on 128 x 96 x 8",
      "256 x 192 x 8 on 128 x 96 x 8",
      "64 x 48 x 4 on 64 x 48 x 4",
      "64 x 48 x 4 on 128 x 96 x 8",
    ]),
  );
});
