import { expect, test } from "vitest";
import { type LaunchWish, openDesk } from "#containers/project-runner/launch-desk.ts";
import type {
  ContainerLaunches,
  LaunchedContainer,
} from "#containers/project-runner/project-server.ts";
import { type ContainerStatus, toContainerStatus } from "#shared/xnat/container-status.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const timing = { gatherMs: 5, pausesMs: [2, 5], patienceMs: 20, stuckMs: 10_000 } as const;
const wrapper = { id: "7", name: "process-t2-scan", root: "scan", image: "xnat-pic/process-t2:1" };
const never = new AbortController().signal;

function wish(scanId: string, changes: Partial<LaunchWish> = {}): LaunchWish {
  return {
    ...{ wrapper, sessionId: "E1", scanId, target: `/archive/experiments/E1/scans/${scanId}` },
    ...{ values: { model: "epg" }, defaults: { model: "auto", noise: "auto" }, alone: false },
    ...changes,
  };
}

/** A Container Service whose containers run through their statuses, one each time they are listed. */
function openService(endings: Readonly<Record<string, readonly string[]>> = {}) {
  const containers: { container: LaunchedContainer; rest: string[] }[] = [];
  const requests: string[] = [];
  const workflows = new Map<string, ContainerStatus>();
  const add = (target: string, values: Readonly<Record<string, string>>, statuses: string[]) => {
    const [statusText = "", ...rest] = statuses;
    const status = toContainerStatus(statusText);
    const sent = new Map(Object.entries({ scan: target.replace("/archive", ""), ...values }));
    const facts = { wrapperId: "7", workflowId: "", exitCode: "", created: undefined };
    const id = String(containers.length + 1);
    containers.push({ container: { ...facts, id, status, statusText, values: sent }, rest });
  };
  const start = (target: string, values: Readonly<Record<string, string>>) => {
    const statuses = endings[target.slice(-1)] ?? ["Created", "Running", "Complete"];
    if (statuses[0] !== "none") add(target, values, [...statuses]);
  };
  const launches: ContainerLaunches = {
    listWrappers: () => Promise.resolve([wrapper]),
    launch: (_, target, values) => {
      requests.push(`launch ${target.slice(-1)}`);
      start(target, values);
      return Promise.resolve("");
    },
    launchBulk: (_, targets, values) => {
      requests.push(`bulk ${targets.map((target) => target.slice(-1)).join("")}`);
      const refused = targets.filter((target) => endings[target.slice(-1)]?.[0] === "refused");
      for (const target of targets) if (!refused.includes(target)) start(target, values);
      return Promise.resolve({
        id: "bulk-1",
        refused: refused.map((target) => ({ target, reason: "no pool" })),
      });
    },
    listContainers: async function* () {
      requests.push("list");
      for (const one of containers) {
        yield one.container;
        const statusText = one.rest.shift();
        if (statusText === undefined) continue;
        one.container = { ...one.container, statusText, status: toContainerStatus(statusText) };
      }
    },
    findWorkflow: ({ scanId, bulkId }) => {
      requests.push(`workflow ${scanId} ${bulkId ?? ""}`);
      const status = workflows.get(scanId);
      const nothing = { id: "", wrapperId: "", workflowId: "", exitCode: "", values: new Map() };
      return Promise.resolve(
        status && {
          ...nothing,
          created: undefined,
          status,
          statusText: "Failed (Command resolution)",
        },
      );
    },
    readLog: () => Promise.resolve(""),
  };
  return { launches, requests, add, workflows };
}

const sentBy = (requests: readonly string[]) => requests.filter((one) => /launch|bulk/.test(one));

test("wishes that come together are one bulk launch, and each is followed to its end", async () => {
  const { launches, requests } = openService({ "2": ["Created", "Failed"] });
  const desk = openDesk(launches, silent, never, timing);
  const ends = await Promise.all(["1", "2", "3"].map((scan) => desk.run(wish(scan), never)));
  expect(ends.map(({ statusText }) => statusText)).toEqual(["Complete", "Failed", "Complete"]);
  expect(sentBy(requests)).toEqual(["bulk 123"]);
});

test("other values, and choices among candidates, are launches of their own", async () => {
  const { launches, requests } = openService();
  const desk = openDesk(launches, silent, never, timing);
  await Promise.all([
    desk.run(wish("1", { alone: true, values: { assessor: "/archive/a" } }), never),
    desk.run(wish("2", { alone: true, values: { assessor: "/archive/a" } }), never),
    desk.run(wish("3"), never),
  ]);
  expect(sentBy(requests).sort()).toEqual(["launch 1", "launch 2", "launch 3"]);
});

test("a container that is at work on the scan is followed, not launched again", async () => {
  const { launches, requests, add } = openService();
  add("/archive/experiments/E1/scans/1", { model: "epg", noise: "auto" }, ["Running", "Complete"]);
  const desk = openDesk(launches, silent, never, timing);
  expect((await desk.run(wish("1"), never)).statusText).toBe("Complete");
  expect(sentBy(requests)).toEqual([]);
});

test("one that is over, or on another scan, is not taken for the launch", async () => {
  const { launches, requests, add } = openService();
  add("/archive/experiments/E1/scans/1", { model: "epg" }, ["Failed"]);
  add("/archive/experiments/E1/scans/2", { model: "epg" }, ["Running"]);
  const desk = openDesk(launches, silent, never, timing);
  expect((await desk.run(wish("1"), never)).statusText).toBe("Complete");
  expect(sentBy(requests)).toEqual(["launch 1"]);
});

test("one with other options is waited for by a later try", async () => {
  const { launches, add } = openService();
  add("/archive/experiments/E1/scans/1", { noise: "none" }, ["Running"]);
  const desk = openDesk(launches, silent, never, timing);
  await expect(desk.run(wish("1"), never)).rejects.toMatchObject({
    ...{ code: "E-OTHER-LAUNCH", repeatable: true },
  });
});

test("a launch that never becomes a container is found by its workflow", async () => {
  const { launches, requests, workflows } = openService({ "1": ["none"] });
  workflows.set("1", { state: "failed", reason: "Command resolution: several candidates" });
  const desk = openDesk(launches, silent, never, timing);
  const ends = await Promise.all(["1", "2"].map((scan) => desk.run(wish(scan), never)));
  expect(ends[0]?.status).toMatchObject({ state: "failed" });
  expect(requests).toContain("workflow 1 bulk-1");
});

test("a refused target fails alone, and may be tried again", async () => {
  const { launches } = openService({ "1": ["refused"] });
  const desk = openDesk(launches, silent, never, timing);
  const ends = await Promise.allSettled(["1", "2"].map((scan) => desk.run(wish(scan), never)));
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(ends[0]).toMatchObject({ reason: { code: "E-LAUNCH", repeatable: true } });
});

test("a container about which nothing changes is given up", async () => {
  const { launches } = openService({ "1": ["Created"] });
  const desk = openDesk(launches, silent, never, { ...timing, stuckMs: 30 });
  await expect(desk.run(wish("1"), never)).rejects.toMatchObject({ code: "E-STUCK" });
});

test("the pauses between two looks grow while nothing changes", async () => {
  const { launches, requests } = openService({ "1": Array<string>(60).fill("Running") });
  const stop = new AbortController();
  const desk = openDesk(launches, silent, stop.signal, { ...timing, pausesMs: [10, 1000] });
  const run = desk.run(wish("1"), never);
  await new Promise((next) => setTimeout(next, 400));
  stop.abort();
  await expect(run).rejects.toThrow();
  expect(requests.filter((one) => one === "list").length).toBeLessThan(12);
});
