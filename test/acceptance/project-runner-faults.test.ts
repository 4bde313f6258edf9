import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Fault, FaultAction, FaultMatch } from "#test/xnat/faults.ts";
import {
  differences,
  openRunnerStage,
  outcomesOf,
  type RunnerChoices,
  type RunnerEnd,
  type RunnerStage,
  until,
} from "./runner-stage.ts";

// Whatever goes wrong at the server or on the way: every scan ends done, or failed with a reason that names the fault; a second run
// without the fault completes the work; the archive is then that of a run without any, and no secret stands anywhere.

const options = { sessions: 4, collections: true };
const words = ["--pipelines", "process-t2,mask-average"];

let wanted: ReadonlyMap<string, string> = new Map();
beforeAll(async () => {
  const calm = await openRunnerStage(options);
  const end = await calm.run({ words });
  expect(end.exitCode, end.said).toBe(0);
  wanted = await calm.archive();
  await calm.stop();
});

const stages: RunnerStage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});
async function open(faults: readonly Fault[] = []): Promise<RunnerStage> {
  const stage = await openRunnerStage({ ...options, faults });
  stages.push(stage);
  return stage;
}

/** No password, token or session id in what a run said and left, here and in the archive. */
function requireNoSecrets(stage: RunnerStage, ...ends: readonly RunnerEnd[]): void {
  const places = [stage.folder, join(stage.xnat.site.root, "archive")];
  const files = places.flatMap((place) =>
    readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const texts = [
    ...ends.map(({ said }) => ["what it said", said] as const),
    ...files.map((path) => [path, readFileSync(path, "latin1")] as const),
  ];
  const basic = Buffer.from(`owner:${stage.secrets()[0]}`).toString("base64");
  const secrets = [...stage.secrets(), basic, "JSESSIONID"];
  const told = texts.flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
  expect(told).toEqual([]);
}

/** Every item has an end, and every bad one says why. */
function requireReasons(stage: RunnerStage, end: RunnerEnd, reason: RegExp | undefined): void {
  const outcomes = outcomesOf(join(stage.folder, "work"));
  const failed = outcomes.filter(({ status }) => status === "failed");
  const unnamed = failed.filter(({ code, reason: why }) => !/^E-/.test(code) || why === "");
  expect(unnamed).toEqual([]);
  expect(failed.filter(({ code }) => code === "E-BUG")).toEqual([]);
  if (reason === undefined) {
    expect([end.exitCode, failed], end.said).toEqual([0, []]);
  } else {
    expect([1, 3, 5], end.said).toContain(end.exitCode);
    expect(end.said).toMatch(reason);
  }
}

/** One run with faults, one without. */
async function sufferAndRecover(
  stage: RunnerStage,
  reason: RegExp | undefined,
  choices: RunnerChoices = {},
): Promise<void> {
  const first = await stage.run({ words, ...choices });
  requireReasons(stage, first, reason);
  stage.xnat.clearFaults();
  await completes(stage, first);
}

async function completes(stage: RunnerStage, ...before: readonly RunnerEnd[]): Promise<void> {
  const second = await stage.run({ words });
  expect(second.exitCode, second.said).toBe(0);
  expect(differences(wanted, await stage.archive())).toEqual([]);
  requireNoSecrets(stage, ...before, second);
}

const fault = (action: FaultAction, match: FaultMatch = {}): Fault => ({ action, match });
const images = "**/scans/*/resources/DICOM/files";
const stored = "**/resources/PROCESSED_T2*/files/**";
/** The runner's own notes beside a result. */
const notes = "**/resources/PROCESSED_T2_REPORT/files/project-runner*";
const parcels = "**/resources/PROCESSED_T2/files/**";

describe("survived: all is done in the first run", () => {
  test.each<[string, readonly Fault[]]>([
    ["503 now and then", [fault({ name: "status", status: 503 }, { every: 9, times: 12 })]],
    [
      "429 with Retry-After",
      [
        fault(
          { name: "status", status: 429, headers: { "Retry-After": "1" } },
          { every: 11, times: 6 },
        ),
      ],
    ],
    [
      "504 of a proxy while the server goes on",
      [
        fault(
          { name: "status", status: 504, afterWork: true },
          { method: "PUT", every: 4, times: 6 },
        ),
      ],
    ],
    [
      "resets before an answer",
      [fault({ name: "reset", when: "before" }, { every: 10, times: 10 })],
    ],
    [
      "resets after the work",
      [fault({ name: "reset", when: "afterWork" }, { every: 10, times: 10 })],
    ],
    [
      "resets within an answer",
      [fault({ name: "reset", when: "answer", bytes: 40 }, { every: 10, times: 10 })],
    ],
    [
      "resets within an upload",
      [
        fault(
          { name: "reset", when: "request", bytes: 300 },
          { method: "PUT", path: parcels, times: 2 },
        ),
      ],
    ],
    ["a slow body", [fault({ name: "slowBody", bytesPerSecond: 4000 }, { every: 5, times: 8 })]],
    ["a stalled body", [fault({ name: "stallAfter", bytes: 30 }, { path: images, times: 3 })]],
    ["a truncated zip", [fault({ name: "truncateZip", bytes: 30 }, { path: images, times: 3 })]],
    ["a corrupt zip", [fault({ name: "corruptZip" }, { path: images, times: 3 })]],
    ["sessions that end", [fault({ name: "expireSession" }, { every: 15 })]],
    ["a login page with 200", [fault({ name: "loginHtml200" }, { nth: 20 })]],
    ["cookies that grow", [fault({ name: "cookieGrowth", bytes: 600 }, { every: 2 })]],
    [
      "a 200 that stored nothing",
      [fault({ name: "silent200" }, { method: "PUT", path: stored, nth: 3 })],
    ],
    [
      "a note lost after it was stored",
      [fault({ name: "dropStored" }, { method: "PUT", path: notes, nth: 2 })],
    ],
    [
      "an extraction that stops half-way",
      [fault({ name: "extractStops", after: 7 }, { method: "PUT", path: parcels, nth: 1 })],
    ],
    [
      "a full disk at the server that passes",
      [fault({ name: "diskFull", afterBytes: 20 }, { method: "PUT", path: stored, times: 2 })],
    ],
    ["a race for a resource", [fault({ name: "duplicateResourceRace", ms: 60 })]],
    ["truncated zips for good: fetched file by file", [fault({ name: "truncateZip", bytes: 30 })]],
    ["corrupt zips for good: fetched file by file", [fault({ name: "corruptZip" })]],
    [
      "extractions that always stop half-way: stored file by file",
      [fault({ name: "extractStops", after: 7 }, { method: "PUT", path: parcels })],
    ],
    ["lists in another order each time", [fault({ name: "reorder" })]],
  ])("%s", { timeout: 60_000 }, async (_, faults) => {
    await sufferAndRecover(await open(faults), undefined);
  });

  test("a server without digests: the marker alone tells", { timeout: 60_000 }, async () => {
    const match = { method: "GET", path: "**/resources/PROCESSED*/files" };
    const stage = await open([fault({ name: "noDigest" }, match)]);
    const end = await stage.run({ words });
    requireReasons(stage, end, undefined);
    const others = differences(wanted, await stage.archive());
    expect(others.filter((line) => !line.includes("/project-runner.json:"))).toEqual([]);
  });

  test("a restart of the server in the middle", { timeout: 60_000 }, async () => {
    const stage = await open();
    const running = stage.start({ words });
    await until(() => stage.xnat.log.length > 40, running.end);
    await stage.xnat.restart(150);
    const end = await running.end;
    requireReasons(stage, end, undefined);
    await completes(stage, end);
  });
});

describe("not survived: failed by name, completed by the next run", () => {
  test.each<[string, RegExp, readonly Fault[]]>([
    [
      "503 for good on images",
      /E-XNAT-(TRANSIENT|PROXY)/,
      [fault({ name: "status", status: 503 }, { path: images, every: 1 })],
    ],
    [
      "stalled bodies for good",
      /E-XNAT-TRANSIENT/,
      [fault({ name: "stallAfter", bytes: 30 }, { path: images })],
    ],
    [
      "200s that store nothing",
      /E-(XNAT-)?NOT-STORED/,
      [fault({ name: "silent200" }, { method: "PUT", path: stored })],
    ],
    [
      "notes that are lost after they were stored",
      /E-(XNAT-)?NOT-STORED/,
      [fault({ name: "dropStored" }, { method: "PUT", path: notes })],
    ],
    [
      "a full disk at the server",
      /E-XNAT-DISK|disk/i,
      [fault({ name: "diskFull", afterBytes: 20 }, { method: "PUT", path: stored })],
    ],
    [
      "409 for a resource that is not there",
      /E-XNAT-/,
      [fault({ name: "status", status: 409 }, { method: "PUT", path: "**/resources/*", nth: 2 })],
    ],
    ["HTML in place of JSON", /E-XNAT-PROTOCOL/, [fault({ name: "html200" }, { path: images })]],
    [
      "login pages with 200 for good",
      /refused right after a login/,
      [fault({ name: "loginHtml200" }, { path: images })],
    ],
  ])("%s", { timeout: 120_000 }, async (_, reason, faults) => {
    await sufferAndRecover(await open(faults), reason);
  });

  test("a token that dies in the middle: said so, and a new one goes on", {
    timeout: 60_000,
  }, async () => {
    const stage = await open([fault({ name: "expireToken" }, { nth: 60 })]);
    const environment = stage.issueToken();
    await sufferAndRecover(stage, /E-XNAT-TOKEN-ENDED/, { environment });
  });

  test("a server that goes away: the run ends, and says so", { timeout: 60_000 }, async () => {
    const stage = await open();
    const running = stage.start({ words });
    await until(() => stage.xnat.log.length > 40, running.end);
    stage.xnat.addFault(fault({ name: "reset", when: "before" }));
    const end = await running.end;
    requireReasons(stage, end, /E-XNAT-TRANSIENT|no longer answers/);
    stage.xnat.clearFaults();
    await completes(stage, end);
  });

  test("a redirect to another host: refused, and nothing is sent there", {
    timeout: 60_000,
  }, async () => {
    const seen: IncomingHttpHeaders[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers);
      response.end("{}");
    });
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const to = `http://127.0.0.1:${(other.address() as AddressInfo).port}/data/JSESSION`;
    try {
      const stage = await open([fault({ name: "redirect", to }, { path: images })]);
      await sufferAndRecover(stage, /E-XNAT-REFUSED-REDIRECT/);
      const atLogin = await open([fault({ name: "redirect", to }, { path: "/data/JSESSION" })]);
      const end = await atLogin.run({ words });
      expect([end.exitCode, end.said]).toEqual([5, expect.stringMatching(/E-XNAT-/)]);
      requireNoSecrets(atLogin, end);
      expect(seen).toEqual([]);
    } finally {
      other.close();
    }
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("a disk of a few MiB for the work folder (needs root)", () => {
  const disk = join("/tmp", `runner-disk-${process.pid}`);
  let mounted = false;
  beforeAll(() => {
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", disk], { stdio: "ignore" });
      mounted = true;
    } catch {
      // A root without the right to mount, as in most containers.
    }
  });
  afterAll(() => {
    if (mounted) execFileSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  test("full: said so; with space again all is done", { timeout: 60_000 }, async (context) => {
    if (!mounted) context.skip("tmpfs cannot be mounted here");
    const stage = await open();
    const work = join(disk, "work");
    const running = stage.start({ words, work });
    await until(() => stage.xnat.log.length > 12, running.end);
    const filler = join(disk, "filler");
    try {
      for (let n = 0; ; n++)
        writeFileSync(`${filler}-${n}`, Buffer.alloc(1 << (n < 159 ? 20 : 12)));
    } catch {
      // Full.
    }
    const first = await running.end;
    expect([1, 3], first.said).toContain(first.exitCode);
    expect(first.said).toMatch(/E-DISK-FULL|E-XNAT-DISK|No space left/);
    for (const name of readdirSync(disk)) {
      if (name.startsWith("filler")) rmSync(join(disk, name));
    }
    const second = await stage.run({ words, work });
    expect(second.exitCode, second.said).toBe(0);
    expect(differences(wanted, await stage.archive())).toEqual([]);
    requireNoSecrets(stage, first, second);
  });
});

const drawn: fc.Arbitrary<FaultAction> = fc.oneof(
  fc.constantFrom(500, 502, 503, 504, 429).map((status) => ({ name: "status" as const, status })),
  fc.constantFrom(502, 504).map((status) => {
    return { name: "status" as const, status, afterWork: true };
  }),
  fc.constantFrom<FaultAction>(
    { name: "reset", when: "before" },
    { name: "reset", when: "afterWork" },
    { name: "expireSession" },
    { name: "loginHtml200" },
    { name: "html200" },
    { name: "silent200" },
    { name: "corruptZip" },
    { name: "noDigest" },
    { name: "reorder" },
  ),
  fc.nat(400).map((bytes) => ({ name: "reset" as const, when: "answer" as const, bytes })),
  fc.nat(400).map((bytes) => ({ name: "stallAfter" as const, bytes })),
  fc.nat(300).map((bytes) => ({ name: "truncateZip" as const, bytes })),
  fc.nat(60).map((afterBytes) => ({ name: "diskFull" as const, afterBytes })),
  fc.nat(20).map((after) => ({ name: "extractStops" as const, after })),
);
const when: fc.Arbitrary<FaultMatch> = fc
  .record({
    every: fc.integer({ min: 1, max: 12 }),
    times: fc.integer({ min: 1, max: 6 }),
    method: fc.constantFrom("GET", "PUT", undefined),
    path: fc.constantFrom("**/files/**", "**/files", "**/resources/**", undefined),
  })
  .map(({ every, times, method, path }) => ({
    ...{ every, times },
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
  }));
const schedule = fc.array(fc.record({ action: drawn, match: when }), {
  minLength: 1,
  maxLength: 4,
});

test("drawn schedules of faults: never a wrong archive, a lost result or a bad end without a reason", {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (faults) => {
      const stage = await openRunnerStage({ ...options, faults });
      try {
        const first = await stage.run({ words });
        expect([0, 1, 3, 5], first.said).toContain(first.exitCode);
        if (first.exitCode !== 0) expect(first.said).toMatch(/E-[A-Z]/);
        requireReasons(stage, first, first.exitCode === 0 ? undefined : /E-[A-Z]/);
        stage.xnat.clearFaults();
        await completes(stage, first);
      } finally {
        await stage.stop();
      }
    }),
    { numRuns: Number(process.env["FAULT_RUNS"] ?? 8), seed: 20, endOnFailure: true },
  );
});
