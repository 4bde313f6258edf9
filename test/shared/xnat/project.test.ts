import { expect, test } from "vitest";
import { listEditableProjects, readProject } from "#shared/xnat/project.ts";
import { fakeConnection, itemOf, listOf } from "./fake-connection.ts";

test("a project is read", async () => {
  const connection = fakeConnection(() =>
    itemOf("xnat:projectData", { ID: "RATT1", name: "Rats", secondary_ID: "R", description: "d" }),
  );
  expect(await readProject(connection, "RATT1")).toEqual({
    id: "RATT1",
    name: "Rats",
    secondaryId: "R",
    description: "d",
  });
  expect(connection.lines).toEqual(["GET /data/projects/RATT1?format=json"]);
});

test("A10: one that is hidden is told as missing or hidden", async () => {
  const connection = fakeConnection(() => ({ status: 404, text: "<html>no</html>" }));
  await expect(readProject(connection, "RATT1")).rejects.toMatchObject({
    kind: "not-found",
    rule: "A10",
    status: 404,
    message: expect.stringMatching(/project RATT1 does not exist, or demo has no access to it/),
  });
});

test("other failures stay what they are", async () => {
  const connection = fakeConnection(() => ({ status: 503 }));
  await expect(readProject(connection, "RATT1")).rejects.toMatchObject({ kind: "transient" });
});

test("projects that may be changed are asked by type", async () => {
  const connection = fakeConnection(() => listOf([{ id: "RATT1" }, { ID: "MICE" }]));
  expect([...(await listEditableProjects(connection, "xnat:subjectData"))]).toEqual([
    "RATT1",
    "MICE",
  ]);
  expect(connection.lines).toEqual([
    "GET /data/projects?permissions=edit&dataType=xnat:subjectData&format=json",
  ]);
});
