import { expect, test } from "vitest";
import { createProject } from "#shared/xnat/create-project.ts";
import { fakeConnection, itemOf } from "./fake-connection.ts";

test("a project is made and read back", async () => {
  const connection = fakeConnection((line) =>
    line.startsWith("PUT") ? { text: "T1" } : itemOf("xnat:projectData", { ID: "T1", name: "T1" }),
  );
  expect((await createProject(connection, { id: "T1" })).id).toBe("T1");
  expect(connection.lines).toEqual([
    "PUT /data/projects/T1?name=T1&secondary_ID=T1&description=&accessibility=private",
    "GET /data/projects/T1?format=json",
  ]);
});

test("O7: ids that were used before are told so", async () => {
  for (const status of [403, 409]) {
    const connection = fakeConnection(() => ({ status, text: "no" }));
    await expect(createProject(connection, { id: "T1" })).rejects.toMatchObject({
      rule: "O7",
      status,
      message: expect.stringMatching(/hidden project or one that was deleted/),
    });
  }
});
