import { describe, expect, test } from "vitest";
import { createSubject } from "#shared/xnat/create-subject.ts";
import { fakeConnection, itemOf, listOf } from "./fake-connection.ts";

const server = (stored: object) =>
  fakeConnection((line) => {
    if (line.startsWith("PUT")) return { status: 201, text: "XNAT_S2" };
    if (line.includes("/subjects?"))
      return listOf([{ ID: "XNAT_S1", label: "M01", group: "control" }]);
    return itemOf("xnat:subjectData", stored);
  });

describe("creating a subject", () => {
  test("puts, never with label= (O3), and reads back (O4)", async () => {
    const connection = server({ ID: "XNAT_S2", label: "M02", group: "treated" });
    const made = await createSubject(connection, {
      project: "RATT1",
      label: "M02",
      group: "treated",
      eventReason: "new",
    });
    expect(made).toMatchObject({ id: "XNAT_S2", created: true, group: "treated" });
    expect(connection.lines[1]).toBe(
      "PUT /data/projects/RATT1/subjects/M02?group=treated&event_reason=new",
    );
  });

  test("one that is there stays as it is", async () => {
    const connection = server({});
    const found = await createSubject(connection, { project: "RATT1", label: "M01", group: "x" });
    expect(found).toMatchObject({ id: "XNAT_S1", created: false, group: "control" });
    expect(connection.calls.length).toBe(1);
  });

  test("O6: labels that differ by case clash", async () => {
    const connection = server({});
    await expect(
      createSubject(connection, { project: "RATT1", label: "m01" }),
    ).rejects.toMatchObject({ kind: "conflict", rule: "O6" });
    expect(connection.calls.length).toBe(1);
  });

  test("O4: what reads back otherwise was not stored", async () => {
    const connection = server({ ID: "XNAT_S2", label: "M02", group: "" });
    await expect(
      createSubject(connection, { project: "RATT1", label: "M02", group: "treated" }),
    ).rejects.toMatchObject({ kind: "not-stored", rule: "O4" });
  });
});
