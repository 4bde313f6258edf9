import { expect, test } from "vitest";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { describeScanTruth } from "#shared/phantom/true-quantities.ts";
import { demoJobs, describeTolerance, isWithin } from "../../scripts/demo-jobs.ts";

test("every job runs on a scan of the session, and every map scan of the session has a job", () => {
  const protocols = sessionPlan().map(({ protocol }) => protocol);
  const used = new Set(demoJobs.map(({ protocol }) => protocol));
  expect([...used].filter((protocol) => !protocols.includes(protocol))).toEqual([]);
  expect(protocols.filter((protocol) => !used.has(protocol))).toEqual(["T2w_TurboRARE"]);
});

test("what is compared on a scan with a truth of its own is in that truth, with its unit", () => {
  for (const { protocol, quantities } of demoJobs) {
    const truth = describeScanTruth(sessionPlan().find((plan) => plan.protocol === protocol)!);
    if (truth === undefined) continue;
    for (const { kind, symbol, map, unit, fileUnit } of quantities) {
      if (kind === "direction") continue;
      const known = truth.quantities.find((quantity) => quantity.symbol === symbol);
      expect(known).toMatchObject({ map, unit });
      expect(known!.fileUnit ?? known!.unit).toBe(fileUnit);
    }
  }
});

test("a tolerance in percent is one of the size of the truth, the other one is not", () => {
  expect(isWithin({ percent: 3 }, 103, 100)).toBe(true);
  expect(isWithin({ percent: 3 }, 96.9, 100)).toBe(false);
  expect(isWithin({ percent: 3 }, -97, -100)).toBe(true);
  expect(isWithin({ within: 0.04 }, 0.039, 0)).toBe(true);
  expect(isWithin({ within: 0.04 }, 0.041, 0)).toBe(false);
  expect(isWithin({ within: 0.04 }, Number.NaN, 0)).toBe(false);
  const words = demoJobs.flatMap(({ quantities }) => quantities.map(describeTolerance));
  expect(words).toContain("mean within 3 % of the truth");
  expect(words).toContain("mean within 0.04 of the truth");
  expect(words).toContain("mean within 3° of the truth");
});
