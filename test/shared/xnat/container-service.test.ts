import { describe, expect, test } from "vitest";
import { findIllegalString } from "#command-json/illegal-strings.ts";
import {
  type Launch,
  launchContainer,
  launchContainers,
  listWrappers,
} from "#shared/xnat/container-service.ts";
import { all, bytesOf, type FakeAnswer, fakeConnection } from "./fake-connection.ts";

const launch: Launch = {
  project: "RATT1",
  wrapperId: "31",
  root: "scan",
  values: { "max-t2": "500" },
  findIllegalString,
};
const uri = (n: number): string => `/archive/experiments/XNAT_E${n}/scans/3`;

const success = (target: string, workflow: string): object => ({
  status: "success",
  params: { scan: target, "max-t2": "500" },
  id: null,
  "command-id": 0,
  "wrapper-id": 31,
  "workflow-id": workflow,
});

describe("wrappers", () => {
  test("that may be launched are listed", async () => {
    const connection = fakeConnection(() => ({
      value: [
        {
          "command-id": 12,
          "command-name": "process-t2",
          "command-label": "T2 map",
          "wrapper-id": 31,
          "wrapper-name": "process-t2-scan",
          "wrapper-label": null,
          "wrapper-contexts": ["xnat:mrScanData"],
          "image-name": "example/process-t2:1.0.0",
          enabled: true,
          "root-element-name": "scan",
        },
        { "command-id": 13, "wrapper-id": 32, "wrapper-name": "off", enabled: false },
      ],
    }));
    expect(await listWrappers(connection, "RATT1", "xnat:mrScanData")).toEqual([
      {
        id: "31",
        name: "process-t2-scan",
        label: "",
        commandId: "12",
        commandName: "process-t2",
        image: "example/process-t2:1.0.0",
        contexts: ["xnat:mrScanData"],
        root: "scan",
      },
    ]);
    expect(connection.lines).toEqual([
      "GET /xapi/projects/RATT1/commands/available?xsiType=xnat:mrScanData",
    ]);
  });
});

describe("one launch", () => {
  test("C1: says that it is queued, and its workflow when it has one", async () => {
    const connection = fakeConnection(() => ({ value: success(uri(1), "4711") }));
    expect(await launchContainer(connection, launch, uri(1))).toEqual({
      target: uri(1),
      workflowId: "4711",
    });
    const later = fakeConnection(() => ({ value: success(uri(1), "To be assigned") }));
    expect((await launchContainer(later, launch, uri(1))).workflowId).toBeUndefined();
    expect(connection.lines).toEqual(["POST /xapi/projects/RATT1/wrappers/31/root/scan/launch"]);
    expect(connection.calls[0]?.repeatable).toBe(false);
    expect(JSON.parse(await bytesOf(connection.calls[0]?.body))).toEqual({
      scan: uri(1),
      "max-t2": "500",
    });
  });

  test("that could not be queued is told with the server's words", async () => {
    const connection = fakeConnection(() => ({
      status: 500,
      value: { status: "failure", message: "No command wrapper for id 99", params: {}, id: 0 },
    }));
    await expect(launchContainer(connection, launch, uri(1))).rejects.toMatchObject({
      kind: "validation",
      message: expect.stringContaining("No command wrapper for id 99"),
    });
  });

  test("without rights, or answered by a page, is an error", async () => {
    const refused = fakeConnection(() => ({ status: 403 }));
    await expect(launchContainer(refused, launch, uri(1))).rejects.toMatchObject({
      kind: "forbidden",
    });
    for (const answer of [{ text: "<html>" }, { status: 500, text: "oops" }, { value: {} }]) {
      const odd = fakeConnection(() => answer);
      await expect(launchContainer(odd, launch, uri(1))).rejects.toMatchObject({
        kind: "protocol",
      });
    }
  });

  test.each([";", "&&", "||", "`", "("])("with %s in a value is not sent", async (text) => {
    const connection = fakeConnection(() => undefined);
    const bad = { ...launch, values: { options: `a ${text} b` } };
    await expect(launchContainer(connection, bad, uri(1))).rejects.toMatchObject({
      code: "E-LAUNCH-VALUE",
      message: expect.stringContaining('"options"'),
    });
    await expect(launchContainer(connection, launch, `/x${text}`)).rejects.toMatchObject({
      tag: "usage",
    });
    await expect(all(launchContainers(connection, launch, [`/x${text}`]))).rejects.toMatchObject({
      tag: "usage",
    });
    expect(connection.calls).toEqual([]);
  });
});

describe("bulk launches", () => {
  const answer = (targets: readonly string[], date?: string): FakeAnswer => ({
    value: {
      "bulk-launch-id": "bulk-owner17",
      "pipeline-name": "process-t2-scan",
      successes: targets.map((target) => success(target, "To be assigned")),
      failures: [],
    },
    headers: date === undefined ? {} : { date },
  });

  test("go in batches; the root is text that holds an array", async () => {
    const sent: unknown[] = [];
    const connection = fakeConnection((_, call) => {
      const body = JSON.parse(String(call.body?.open())) as { scan: string };
      sent.push(body);
      return answer(JSON.parse(body.scan) as string[]);
    });
    const targets = [1, 2, 3, 4, 5].map(uri);
    const batches = await all(launchContainers(connection, launch, targets, 2));
    expect(batches.map(({ queued }) => queued.length)).toEqual([2, 2, 1]);
    expect(batches[0]).toMatchObject({
      id: "bulk-owner17",
      pipelineName: "process-t2-scan",
      queued: [
        { target: uri(1), workflowId: undefined },
        { target: uri(2), workflowId: undefined },
      ],
      refused: [],
    });
    expect(sent[0]).toEqual({ scan: JSON.stringify([uri(1), uri(2)]), "max-t2": "500" });
    expect(connection.lines[0]).toBe("POST /xapi/projects/RATT1/wrappers/31/root/scan/bulklaunch");
  });

  test("the next batch is sent only when it is asked for", async () => {
    const connection = fakeConnection(() => answer([uri(1)]));
    for await (const _ of launchContainers(connection, launch, [uri(1), uri(2)], 1)) break;
    expect(connection.calls.length).toBe(1);
  });

  test("tell what was refused, and what the server forgot", async () => {
    const connection = fakeConnection(() => ({
      value: {
        "bulk-launch-id": "b",
        successes: [success(uri(1), "To be assigned")],
        failures: [{ status: "failure", message: "queue is full", params: { scan: uri(2) } }],
      },
    }));
    const [batch] = await all(launchContainers(connection, launch, [uri(1), uri(2), uri(3)]));
    expect(batch?.refused).toEqual([
      { target: uri(2), reason: "queue is full" },
      { target: uri(3), reason: expect.stringContaining("does not mention") },
    ]);
  });

  test("time is the server's, and never later than the launch", async () => {
    const connection = fakeConnection(() => answer([uri(1)], "Sun, 22 Nov 2026 10:00:00 GMT"));
    const [batch] = await all(launchContainers(connection, launch, [uri(1)]));
    const answered = Date.UTC(2026, 10, 22, 10);
    expect(batch?.launchedAfter).toBeLessThanOrEqual(answered - 1000);
    expect(batch?.launchedAfter).toBeGreaterThan(answered - 10_000);
  });

  test("of nothing send nothing", async () => {
    const connection = fakeConnection(() => undefined);
    expect(await all(launchContainers(connection, launch, []))).toEqual([]);
    expect(connection.calls).toEqual([]);
  });
});
