import { expect, test } from "vitest";
import { listSubjects } from "#shared/xnat/subjects.ts";
import { fakeConnection, listOf } from "./fake-connection.ts";

test("subjects come by label, shared ones with their owner, groups unescaped once", async () => {
  const connection = fakeConnection(() =>
    listOf([
      { ID: "XNAT_S3", label: "M10", group: "low &amp; slow", project: "RATT1" },
      { ID: "XNAT_S1", label: "M2", group: "", project: "PARENT" },
      { ID: "XNAT_S1", label: "M2", group: "", project: "PARENT" },
    ]),
  );
  expect(await listSubjects(connection, "RATT1")).toEqual([
    { id: "XNAT_S1", label: "M2", project: "RATT1", owner: "PARENT", group: "" },
    { id: "XNAT_S3", label: "M10", project: "RATT1", owner: "RATT1", group: "low & slow" },
  ]);
  expect(connection.lines).toEqual([
    "GET /data/projects/RATT1/subjects?columns=ID,label,group,project&format=json",
  ]);
});
