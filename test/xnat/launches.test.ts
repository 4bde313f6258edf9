import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findIllegalString } from "#command-json/illegal-strings.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import {
  type Launch,
  launchContainer,
  launchContainers,
  listWrappers,
} from "#shared/xnat/container-service.ts";
import { isOver } from "#shared/xnat/container-status.ts";
import {
  archiveUri,
  isOfLaunch,
  killContainer,
  listContainers,
  readContainer,
  readContainerLog,
  readContainerLogSince,
} from "#shared/xnat/containers.ts";
import { createProject } from "#shared/xnat/create-project.ts";
import { createSession } from "#shared/xnat/create-session.ts";
import { createSubject } from "#shared/xnat/create-subject.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { jsonBody } from "#shared/xnat/request-values.ts";
import { findWorkflow, readWorkflow, type WorkflowRecord } from "#shared/xnat/workflows.ts";
import { all } from "#test/shared/xnat/fake-connection.ts";
import { openFakeBackend } from "./container-service/fake-backend.ts";
import { type SimulatedXnat, startXnat } from "./start-xnat.ts";

// Launching and following containers with the real client against the simulated Container Service; programs are functions.

let xnat: SimulatedXnat;
let owner: XnatConnection;
let launch: Launch;
const project = "RATT1";
const targets: string[] = [];

const command = {
  name: "greet",
  label: "Greet",
  version: "1",
  type: "docker",
  image: "example/greet:1",
  "command-line": "greet #word#",
  inputs: [{ name: "word", type: "string", "default-value": "hello", required: false }],
  xnat: [
    {
      name: "greet-scan",
      contexts: ["xnat:mrScanData"],
      "external-inputs": [{ name: "scan", type: "Scan", required: true }],
    },
  ],
};

beforeAll(async () => {
  const backend = openFakeBackend({
    programs: {
      "example/greet:1": async (run) => {
        run.print(`${run.spec.args}\n`);
        if (String(run.spec.args).includes("wait")) await run.killed;
        return String(run.spec.args).includes("fail") ? 3 : 0;
      },
    },
  });
  xnat = await startXnat({ containers: { backend } });
  const admin = await openConnection({ url: xnat.url, user: "admin", password: "admin" });
  owner = await openConnection({ url: xnat.url, user: "owner", password: "owner" });
  await createProject(owner, { id: project });
  await createSubject(owner, { project, label: "M1" });
  for (const label of ["M1_pre", "M1_post"]) {
    const session = { project, subject: "M1", label, xsiType: "xnat:mrSessionData" };
    const { id } = await createSession(owner, session);
    const path = [
      "data",
      "projects",
      project,
      "subjects",
      "M1",
      "experiments",
      label,
      "scans",
      "3",
    ];
    await owner.text({ method: "PUT", path, query: { xsiType: "xnat:mrScanData" } });
    targets.push(archiveUri("experiments", id, "scans", "3"));
  }
  await admin.text({ method: "POST", path: ["xapi", "commands"], body: jsonBody(command) });
  const refused = owner.text({
    method: "POST",
    path: ["xapi", "commands"],
    body: jsonBody(command),
  });
  await expect(refused).rejects.toMatchObject({ rule: "A11" });
  const commands = await admin.text({ method: "GET", path: ["xapi", "commands"] });
  const wrapperId = String(JSON.parse(commands.text)[0].xnat[0].id);
  await admin.text({ method: "PUT", path: ["xapi", "wrappers", wrapperId, "enabled"] });
  const enable = ["xapi", "projects", project, "wrappers", wrapperId, "enabled"];
  await owner.text({ method: "PUT", path: enable });
  await admin.close();
  launch = { project, wrapperId, root: "scan", values: {}, findIllegalString };
});

afterAll(async () => {
  await owner.close();
  await xnat.stop();
});

async function until<T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = await read();
    if (done(value)) return value;
    await setTimeout(20);
  }
  throw new Error("it did not end");
}

const ended = (id: string): Promise<WorkflowRecord> =>
  until(
    () => readWorkflow(owner, id),
    ({ status }) => isOver(status),
  );

test("wrappers of a project are those that are enabled", async () => {
  expect(await listWrappers(owner, project, "xnat:mrScanData")).toMatchObject([
    { id: launch.wrapperId, name: "greet-scan", root: "scan", commandName: "greet" },
  ]);
});

test("one launch is followed to its end", async () => {
  const { workflowId } = await launchContainer(
    owner,
    { ...launch, values: { word: "hi" } },
    targets[0]!,
  );
  const workflow = await ended(workflowId!);
  expect(workflow).toMatchObject({ status: { state: "complete" }, pipelineName: "greet-scan" });
  const found = (await all(listContainers(owner, { project }))).filter((container) =>
    isOfLaunch(container, { ...launch, target: targets[0]! }),
  );
  expect(found.map((container) => container.workflowId)).toEqual([workflowId]);
  expect(found[0]).toMatchObject({ status: { state: "complete" }, exitCode: "0" });
  expect(await readContainerLog(owner, found[0]!.id, "stdout")).toContain("hi");
  expect(await readContainerLog(owner, found[0]!.id, "stderr")).toBe("");
  expect(await readContainerLogSince(owner, found[0]!.id, "stdout")).toMatchObject({
    next: undefined,
  });
});

test("failures have a reason", async () => {
  const failing = { ...launch, values: { word: "fail" } };
  const { workflowId } = await launchContainer(owner, failing, targets[0]!);
  expect((await ended(workflowId!)).status).toMatchObject({
    state: "failed",
    reason: expect.stringMatching(/exit code/i),
  });
  const missing = { ...launch, wrapperId: "99" };
  await expect(launchContainer(owner, missing, targets[0]!)).rejects.toThrow(/No command wrapper/);
});

test("bulk launches are found by job and by object", async () => {
  const [bulk] = await all(launchContainers(owner, launch, targets));
  expect(bulk).toMatchObject({ pipelineName: "greet-scan", refused: [] });
  expect(bulk?.queued.map(({ target }) => target)).toEqual(targets);
  for (const target of targets) {
    const objectId = target.split("/")[3]!;
    const wanted = { objectId, pipelineName: bulk!.pipelineName, jobId: bulk!.id };
    const found = await until(
      () => findWorkflow(owner, wanted),
      (workflow) => workflow !== undefined && isOver(workflow.status),
    );
    expect(found).toMatchObject({ status: { state: "complete" }, objectId });
    const since = bulk!.launchedAfter;
    const containers = (await all(listContainers(owner, { project }))).filter((container) =>
      isOfLaunch(container, { ...launch, target, since }),
    );
    expect(containers.map(({ workflowId }) => workflowId)).toContain(found?.id);
  }
});

test("a running container is killed", async () => {
  const waiting = { ...launch, values: { word: "wait" } };
  const { workflowId } = await launchContainer(owner, waiting, targets[0]!);
  const running = await until(
    async () =>
      (await all(listContainers(owner, { unfinished: true }))).find(
        (one) => one.workflowId === workflowId,
      ),
    (one) => one?.status.state === "running",
  );
  await killContainer(owner, project, running!.id);
  const killed = await until(
    () => readContainer(owner, running!.id),
    ({ status }) => isOver(status),
  );
  expect(killed.status).toEqual({ state: "killed", outOfMemory: false });
});
