import { beforeEach, describe, expect, test } from "vitest";
import { subjectPath } from "#shared/xnat/owner-path.ts";
import { createResource, deleteResource, listResources } from "#shared/xnat/resources.ts";
import { type FakeXnat, fakeXnat } from "./fake-xnat.ts";

const owner = subjectPath("RATT1", "M01");
let fake: FakeXnat;
beforeEach(() => {
  fake = fakeXnat();
});

describe("a resource", () => {
  test("is made once, also by several at a time (U6)", async () => {
    const made = await Promise.all([1, 2, 3].map(() => createResource(fake.x, owner, "MAPS")));
    expect(made.sort()).toEqual(["created", "there", "there"]);
    expect(await listResources(fake.x, owner)).toMatchObject([
      { id: "101", label: "MAPS", category: "resources", fileCount: undefined },
    ]);
  });

  test.each(["", "a b", "../x", "-a", "a/b", "x".repeat(65)])(
    "is not made with the label %j",
    async (label) => {
      await expect(createResource(fake.x, owner, label)).rejects.toMatchObject({
        code: "E-RESOURCE-LABEL",
      });
      expect(fake.calls).toEqual([]);
    },
  );

  test("is deleted with its double; a missing one is no error", async () => {
    fake.add("MAPS", {});
    fake.add("MAPS", {});
    fake.add("OTHER", {});
    expect(await deleteResource(fake.x, owner, "MAPS")).toBe(2);
    expect(await deleteResource(fake.x, owner, "MAPS")).toBe(0);
    expect(fake.resources.map(({ label }) => label)).toEqual(["OTHER"]);
  });

  test("that is still there after it was deleted is told (U12)", async () => {
    fake.add("MAPS", {});
    fake.fault = (call) => (call.method === "DELETE" ? { silent: true } : undefined);
    await expect(deleteResource(fake.x, owner, "MAPS")).rejects.toMatchObject({
      kind: "not-stored",
      rule: "U12",
    });
  });
});
