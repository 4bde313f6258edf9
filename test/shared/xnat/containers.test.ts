import { describe, expect, test } from "vitest";
import {
  archiveUri,
  isOfLaunch,
  killContainer,
  listContainers,
  readContainer,
  readContainerLog,
  readContainerLogSince,
} from "#shared/xnat/containers.ts";
import { all, fakeConnection } from "./fake-connection.ts";

const report = {
  id: 88,
  "command-id": 12,
  "wrapper-id": 31,
  status: "Complete",
  "status-time": "2026-11-22T10:20:31.204+0000",
  "container-id": "5f3c",
  "service-id": null,
  "workflow-id": "4711",
  "user-id": "owner",
  project: "RATT1",
  backend: "docker",
  "docker-image": "example/process-t2:1.0.0",
  env: { XNAT_USER: "alias-of-somebody", XNAT_PASS: "******" },
  inputs: [
    { type: "raw", name: "scan", value: "/archive/experiments/XNAT_E1/scans/3" },
    { type: "command", name: "max-t2", value: "500" },
  ],
  history: [
    { status: "Created", "time-recorded": "2026-11-22T10:00:00.000+0000", exitCode: null },
    { status: "die", "time-recorded": "2026-11-22T10:20:00.000+0000", exitCode: "0" },
  ],
};

describe("containers", () => {
  test("are read without their environment", async () => {
    const connection = fakeConnection(() => ({ value: report }));
    const container = await readContainer(connection, "88");
    expect(container).toEqual({
      id: "88",
      wrapperId: "31",
      workflowId: "4711",
      project: "RATT1",
      user: "owner",
      image: "example/process-t2:1.0.0",
      status: { state: "complete" },
      statusText: "Complete",
      created: Date.UTC(2026, 10, 22, 10),
      exitCode: "0",
      launchValues: new Map([["scan", "/archive/experiments/XNAT_E1/scans/3"]]),
    });
    expect(JSON.stringify(container)).not.toContain("alias-of-somebody");
  });

  test("of others are scrubbed: what is missing is blank", async () => {
    const connection = fakeConnection(() => ({
      value: { id: 1, status: null, "command-line": "[REDACTED]" },
    }));
    expect(await readContainer(connection, "1")).toMatchObject({
      id: "1",
      status: { state: "unknown" },
      created: undefined,
      launchValues: new Map(),
    });
  });

  test("of a project are streamed", async () => {
    const connection = fakeConnection(() => ({ value: [report, { ...report, id: 89 }] }));
    const found = await all(listContainers(connection, { project: "RATT1" }));
    expect(found.map(({ id }) => id)).toEqual(["88", "89"]);
    expect(
      await all(
        listContainers(
          fakeConnection(() => ({ value: [] })),
          { unfinished: true },
        ),
      ),
    ).toEqual([]);
    expect(connection.lines).toEqual(["GET /xapi/projects/RATT1/containers"]);
    const other = fakeConnection(() => ({ value: { message: "no" } }));
    await expect(all(listContainers(other, { unfinished: true }))).rejects.toMatchObject({
      kind: "protocol",
    });
    expect(other.lines).toEqual(["GET /xapi/containers?nonfinalized=true"]);
  });

  test("are found by wrapper, object and time", async () => {
    const container = await readContainer(
      fakeConnection(() => ({ value: report })),
      "88",
    );
    const launch = {
      wrapperId: "31",
      root: "scan",
      target: archiveUri("experiments", "XNAT_E1", "scans", "3"),
    };
    const created = container.created ?? 0;
    expect(isOfLaunch(container, launch)).toBe(true);
    expect(isOfLaunch(container, { ...launch, target: "/experiments/XNAT_E1/scans/3" })).toBe(true);
    expect(isOfLaunch(container, { ...launch, since: created })).toBe(true);
    expect(isOfLaunch(container, { ...launch, since: created + 1 })).toBe(false);
    expect(isOfLaunch(container, { ...launch, target: `${launch.target}3` })).toBe(false);
    expect(isOfLaunch(container, { ...launch, wrapperId: "32" })).toBe(false);
    expect(isOfLaunch(container, { ...launch, root: "session" })).toBe(false);
  });

  test("tell their logs, whole and piece by piece; blank ones are not kept", async () => {
    expect(
      await readContainerLog(
        fakeConnection(() => ({ text: "hello\n" })),
        "88",
        "stdout",
      ),
    ).toBe("hello\n");
    expect(
      await readContainerLog(
        fakeConnection(() => undefined),
        "88",
        "stderr",
      ),
    ).toBe("");
    const live = fakeConnection((line) => ({
      value: line.includes("since=17")
        ? { content: "b", timestamp: "-1", fromFile: true }
        : { content: "a", timestamp: 17, fromFile: false },
    }));
    expect(await readContainerLogSince(live, "88", "stdout")).toEqual({ text: "a", next: "17" });
    expect(await readContainerLogSince(live, "88", "stdout", "17")).toEqual({
      text: "b",
      next: undefined,
    });
  });

  test("are killed below their project", async () => {
    const connection = fakeConnection(() => ({ text: "5f3c" }));
    await killContainer(connection, "RATT1", "88");
    expect(connection.lines).toEqual(["POST /xapi/projects/RATT1/containers/88/kill"]);
  });
});
