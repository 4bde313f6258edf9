import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { seededRandom } from "#test/xnat/random.ts";
import {
  differences,
  openRunnerStage,
  processesIn,
  type RunnerChoices,
  type RunnerStage,
  type StageOptions,
  until,
} from "./runner-stage.ts";

// kill -9 at random moments, again and again, and resume: what is in the archive at the end is what a run without a stop leaves.
// The moments are counted in requests, with a few ms on top, so that they fall everywhere on any machine; the seed is fixed.

const both = ["--pipelines", "process-t2,mask-average"];
const byContainers = ["--mode", "container-service"];
const here: StageOptions = { sessions: 14, collections: true };
const launched: StageOptions = { sessions: 14, containerMs: 400 };

const stages: RunnerStage[] = [];
const open = async (options: StageOptions): Promise<RunnerStage> => {
  const stage = await openRunnerStage(options);
  stages.push(stage);
  return stage;
};
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});

/** What a run without a stop leaves, once for each kind of stage. */
const undisturbed = new Map<StageOptions, Promise<Reference>>();
interface Reference {
  readonly archive: ReadonlyMap<string, string>;
  /** Rows of the table without what tells of the run. */
  readonly table: readonly string[];
}

function reference(options: StageOptions, words: readonly string[]): Promise<Reference> {
  const make = async () => {
    const stage = await openRunnerStage(options);
    const first = await stage.run({ words });
    expect(first.exitCode, first.said).toBe(0);
    const made = { archive: await stage.archive(), table: tableOf(first.read("results.csv")) };
    await stage.stop();
    return made;
  };
  const found = undisturbed.get(options) ?? make();
  undisturbed.set(options, found);
  return found;
}

/** Done in this run or in one before is the same; the reason says which. */
function tableOf(csv: string): readonly string[] {
  return csv.split("\n").map((row) =>
    row
      .replace(/,done before[^,]*(, version and options)?/, ",")
      .replace(/,"done before[^"]*"/, ",")
      .replace(/,current,/, ",done,"),
  );
}

/** Kills a runner as often as asked, each at another moment, then lets one come to its end. */
async function killAndResume(
  stage: RunnerStage,
  kills: number,
  seed: number,
  words: readonly string[],
  choicesOf: (life: number) => RunnerChoices = () => ({}),
) {
  const random = seededRandom(seed);
  const { log } = stage.xnat;
  let killed = 0;
  let life = 0;
  for (; killed < kills && life < 3 * kills; life++) {
    const running = stage.start({ words, ...choicesOf(life) });
    // Among the first requests too; most in the middle of the work.
    const from = log.length;
    const after = Math.floor(random() * (life % 3 === 0 ? 25 : 90));
    const late = random() * 40;
    await until(() => log.length - from >= after, running.end);
    await wait(late);
    running.child.kill("SIGKILL");
    const { killedBy, exitCode, said } = await running.end;
    if (killedBy === "SIGKILL") killed += 1;
    else expect(exitCode, said).toBe(0);
  }
  expect(killed).toBe(kills);
  const last = await stage.run({ words, ...choicesOf(life) });
  expect(last.exitCode, last.said).toBe(0);
  return last;
}

describe("50 times kill -9 and resume: the archive is that of a run without a stop", () => {
  test("18 times in mode here", { timeout: 240_000 }, async () => {
    const stage = await open(here);
    const last = await killAndResume(stage, 18, 5, both);
    const { archive, table } = await reference(here, both);
    expect(differences(archive, await stage.archive())).toEqual([]);
    expect(tableOf(last.read("results.csv"))).toEqual(table);
    expect(processesIn(stage.folder)).toEqual([]);
  });

  test("18 times, each life with an empty work folder, as containers have", {
    timeout: 240_000,
  }, async () => {
    const stage = await open(here);
    const fresh = (life: number) => ({ work: join(stage.folder, `work-${life}`) });
    const last = await killAndResume(stage, 18, 6, both, fresh);
    const { archive, table } = await reference(here, both);
    expect(differences(archive, await stage.archive())).toEqual([]);
    expect(tableOf(last.read("results.csv"))).toEqual(table);
  });

  test("14 times while containers run: none is launched twice", { timeout: 240_000 }, async () => {
    const stage = await open(launched);
    const last = await killAndResume(stage, 14, 7, byContainers);
    const { archive, table } = await reference(launched, byContainers);
    expect(differences(archive, await stage.archive())).toEqual([]);
    expect(tableOf(last.read("results.csv"))).toEqual(table);
    expect([...stage.launched].sort()).toEqual([...new Set(stage.launched)].sort());
    // One scan has somebody else's result.
    expect(stage.launched).toHaveLength(13);
  });
});

describe("what a killed run leaves", () => {
  test("its programs are ended by the next one", { timeout: 60_000 }, async () => {
    const stage = await open({ sessions: 4 });
    const stuck = join(stage.folder, "programs", "stuck");
    writeFileSync(stuck, "");
    const running = stage.start();
    const programs = () => processesIn(stage.folder).filter((line) => !line.includes("--project"));
    await until(() => programs().length === 2, running.end);
    running.child.kill("SIGKILL");
    await running.end;
    expect(programs()).toHaveLength(2);
    rmSync(stuck);
    const next = await stage.run();
    expect(next.exitCode, next.said).toBe(0);
    expect(processesIn(stage.folder)).toEqual([]);
  });

  test("a run that replaces results ends with the new ones, whole, and no copies", {
    timeout: 120_000,
  }, async () => {
    const options: StageOptions = { sessions: 8 };
    const replace = ["--existing", "replace", "--t2-options=--model=epg"];
    const plain = await open(options);
    await plain.run();
    expect((await plain.run({ words: replace })).exitCode).toBe(0);
    const stage = await open(options);
    await stage.run();
    await killAndResume(stage, 6, 8, replace);
    expect(differences(await plain.archive(), await stage.archive())).toEqual([]);
  });
});

describe("two runners at once", () => {
  test("on one work folder: the second refuses", { timeout: 60_000 }, async () => {
    const stage = await open({ sessions: 8 });
    const first = stage.start();
    await until(() => stage.xnat.log.length > 20, first.end);
    const second = await stage.run();
    expect([second.exitCode, second.said]).toEqual([2, expect.stringContaining("E-WORK-LOCKED")]);
    expect((await first.end).exitCode).toBe(0);
  });

  test("on two machines: nothing twice, and each result is whole", {
    timeout: 120_000,
  }, async () => {
    const stage = await open(here);
    const work = (name: string) => ({ words: both, work: join(stage.folder, name) });
    const ends = await Promise.all([stage.run(work("one")), stage.run(work("two"))]);
    for (const { exitCode, said } of ends) expect([0, 1], said).toContain(exitCode);
    const last = await stage.run(work("one"));
    expect(last.exitCode, last.said).toBe(0);
    const { archive } = await reference(here, both);
    expect(differences(archive, await stage.archive())).toEqual([]);
  });
});
