import { describe, expect, test } from "vitest";
import { findWorkflow, readWorkflow } from "#shared/xnat/workflows.ts";
import { fakeConnection, itemOf } from "./fake-connection.ts";

const fields = {
  wrk_workflowData_id: 4711,
  ID: "XNAT_E1",
  data_type: "xnat:mrSessionData",
  scan_id: "3",
  pipeline_name: "process-t2-scan",
  status: "Failed (Command resolution)",
  details: "Missing values.",
  comments: "",
  jobid: "bulk-owner17",
  launch_time: "2026-11-22 10:00:00.0",
};

describe("workflows", () => {
  test("say why a launch failed that made no container", async () => {
    const connection = fakeConnection(() => itemOf("wrk:workflowData", fields));
    expect(await readWorkflow(connection, "4711")).toEqual({
      id: "4711",
      objectId: "XNAT_E1",
      dataType: "xnat:mrSessionData",
      scanId: "3",
      pipelineName: "process-t2-scan",
      status: { state: "failed", reason: "Command resolution: Missing values." },
      statusText: "Failed (Command resolution)",
      details: "Missing values.",
      containerId: "",
      jobId: "bulk-owner17",
      launchTime: "2026-11-22 10:00:00.0",
    });
    expect(connection.lines).toEqual(["GET /data/workflows/4711?format=json"]);
  });

  const wanted = {
    objectId: "XNAT_E1",
    pipelineName: "process-t2-scan",
    scanId: "3",
    jobId: "bulk-owner17",
  };

  test("are found by object, pipeline, scan and bulk launch", async () => {
    const connection = fakeConnection(() => itemOf("wrk:workflowData", fields));
    expect((await findWorkflow(connection, wanted))?.id).toBe("4711");
    expect(connection.lines).toEqual([
      "GET /data/workflows?format=json&wrk:workflowData/id=XNAT_E1&wrk:workflowData/pipeline_name=process-t2-scan&wrk:workflowData/scan_id=3&wrk:workflowData/jobid=bulk-owner17",
    ]);
  });

  test("L4: of another launch, scan or object are not taken", async () => {
    for (const other of [
      { jobid: "bulk-owner16" },
      { jobid: "" },
      { scan_id: "4" },
      { ID: "XNAT_E2" },
    ]) {
      const connection = fakeConnection(() => itemOf("wrk:workflowData", { ...fields, ...other }));
      expect(await findWorkflow(connection, wanted)).toBeUndefined();
    }
  });

  test("none is undefined, a failure is an error", async () => {
    expect(
      await findWorkflow(
        fakeConnection(() => undefined),
        wanted,
      ),
    ).toBeUndefined();
    const broken = fakeConnection(() => ({ status: 503 }));
    await expect(findWorkflow(broken, wanted)).rejects.toMatchObject({ kind: "transient" });
  });
});
