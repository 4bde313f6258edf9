import { expect, test } from "vitest";
import type { ItemStatus } from "#containers/project-runner/item.ts";
import { describeTally, judgeRun, tallyOutcomes } from "#containers/project-runner/judge-run.ts";

const outside = { insideXnat: false, strict: false };
const tally = (...statuses: ItemStatus[]) => tallyOutcomes(statuses.map((status) => ({ status })));
const lost = { code: "E-XNAT-TOKEN-ENDED", reason: "The token has ended." };
const full = { code: "E-DISK-FULL", reason: "The disk stays full." };

test.each([
  ["all done", tally("done", "current", "left-out"), undefined, "done", [0, 0, 0]],
  ["nothing to do", tally("current", "kept"), undefined, "nothing", [0, 0, 0]],
  ["no scan matches", tally(), undefined, "nothing", [0, 0, 0]],
  ["some failed", tally("done", "failed"), undefined, "partial", [1, 0, 1]],
  ["failed beside earlier ones", tally("current", "failed"), undefined, "partial", [1, 0, 1]],
  ["none succeeded", tally("failed", "failed", "left-out"), undefined, "failed", [3, 3, 3]],
  ["disk full", tally("done", "not-started"), full, "stopped", [1, 0, 1]],
  ["XNAT lost", tally("done", "not-started"), lost, "stopped", [5, 5, 5]],
  ["XNAT lost at once", tally("failed", "not-started"), lost, "stopped", [5, 5, 5]],
] as const)("%s", (_, counts, stop, state, [plain, inside, strict]) => {
  expect(judgeRun(counts, stop, outside)).toMatchObject({ state, exitCode: plain });
  expect(judgeRun(counts, stop, { insideXnat: true, strict: false }).exitCode).toBe(inside);
  expect(judgeRun(counts, stop, { insideXnat: true, strict: true }).exitCode).toBe(strict);
});

test("the sentence counts, and says why a run ended early", () => {
  expect(describeTally(tally("done", "done", "failed"))).toBe("2 done, 1 failed");
  expect(judgeRun(tally("done", "not-started"), full, outside).sentence).toBe(
    "Stopped early: The disk stays full. 1 done, 1 not started.",
  );
});

test("a run that stopped before anything succeeded has failed, inside XNAT too", () => {
  const alike = { code: "E-FIRST-ALIKE", reason: "The first 3 items failed alike." };
  for (const insideXnat of [false, true]) {
    const judged = judgeRun(tally("kept", "failed", "not-started"), alike, {
      ...{ insideXnat, strict: false },
    });
    expect(judged).toMatchObject({ state: "failed", exitCode: 3 });
    expect(judged.sentence).toMatch(/^Stopped early: The first 3 items failed alike\./);
  }
});
