import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { addResource } from "#test/xnat/resources.ts";
import {
  openRunnerStage,
  type RunnerChoices,
  type RunnerEnd,
  type RunnerStage,
} from "./runner-stage.ts";

// Projects of thousands of sessions: what a run costs is counted in requests and MB, which do not depend on the machine; times are
// those of bench/project-scale.ts.

const few = 2_000;
const many = 10_000;

const stages: RunnerStage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});

/** A project in which every scan has somebody else's result: each is looked at, and no program is needed. */
async function openLarge(sessions: number): Promise<RunnerStage> {
  const stage = await openRunnerStage({ sessions, filesEach: 1 });
  stages.push(stage);
  const { site } = stage.xnat;
  for (const session of site.sessions.values()) {
    const [, scan] = session.scans;
    if (scan === undefined || scan.resources.some(({ label }) => label === "PROCESSED_T2"))
      continue;
    const files = () => [{ path: "map.txt", source: "of another program" }];
    await addResource(site, scan, "PROCESSED_T2", { later: { files, fileCount: 1, fileSize: 18 } });
  }
  return stage;
}

interface Measured extends RunnerEnd {
  readonly requests: number;
  readonly seconds: number;
  /** Largest resident set, MB. */
  readonly peakMB: number;
}

async function measure(stage: RunnerStage, choices: RunnerChoices): Promise<Measured> {
  const from = stage.xnat.log.length;
  const begin = performance.now();
  const { child, end } = stage.start(choices);
  let peakMB = 0;
  const meter = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const peak = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
      if (peak !== undefined) peakMB = (Number(peak) * 1024) / 1e6;
    } catch {
      // It is over.
    }
  }, 20);
  const ended = await end;
  clearInterval(meter);
  expect(ended.exitCode, ended.said.slice(-2000)).toBe(0);
  const seconds = (performance.now() - begin) / 1000;
  const measured = { requests: stage.xnat.log.length - from, seconds, peakMB };
  const { requests } = measured;
  console.log(
    `${ended.output.split("-").at(-1)}: ${requests} requests, ${seconds.toFixed(1)} s, ${peakMB.toFixed(0)} MB`,
  );
  return { ...ended, ...measured };
}

const dry = { words: ["--dry-run"] };

test("10,000 sessions: planned with as many requests as 2,000, within 400 MB; a run with nothing to do asks no more", {
  timeout: 600_000,
}, async () => {
  const small = await openLarge(few);
  const planFew = await measure(small, dry);
  const large = await openLarge(many);
  const planMany = await measure(large, dry);

  expect(planMany.requests).toBe(planFew.requests);
  expect(planMany.requests).toBeLessThan(25);
  expect(planMany.seconds).toBeLessThan(60);

  // Everything looked at once: the same for each session, however many there are.
  const lookFew = await measure(small, {});
  const lookMany = await measure(large, {});
  const perSession = (lookMany.requests - lookFew.requests) / (many - few);
  expect(perSession).toBeLessThan(5);
  expect(Math.abs(perSession - (lookFew.requests - planFew.requests) / few)).toBeLessThan(0.1);

  // Nothing to do: what is known comes with the state, in one file.
  const again = await measure(large, {});
  expect(again.said).toContain("There was nothing to do");
  expect(again.requests).toBeLessThan(planMany.requests + 30);
  // In a container the work folder is empty each time.
  const elsewhere = await measure(large, { work: `${large.folder}/elsewhere` });
  expect(elsewhere.said).toContain("There was nothing to do");
  expect(elsewhere.requests).toBeLessThan(planMany.requests + 30);

  const runs = [planMany, lookMany, again, elsewhere];
  for (const { peakMB } of runs) expect(peakMB).toBeLessThan(400);
  // Flat: what is kept of a session is far less than what its files or answers are.
  const bytesPerSession = ((lookMany.peakMB - lookFew.peakMB) * 1e6) / (many - few);
  expect(bytesPerSession).toBeLessThan(20_000);
});
