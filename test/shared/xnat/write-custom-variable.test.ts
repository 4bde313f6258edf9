import { describe, expect, test } from "vitest";
import { writeCustomVariable } from "#shared/xnat/write-custom-variable.ts";
import { fakeConnection, itemOf } from "./fake-connection.ts";

function server(xsiType: string, store: (name: string, value: string) => string) {
  const fields = new Map([["weight", "25"]]);
  return fakeConnection((line, call) => {
    if (call.method === "PUT") {
      for (const [key, value] of Object.entries(call.query ?? {})) {
        const name = /fields\/field\[name=(.*)\]\/field$/.exec(key)?.[1];
        if (name !== undefined) fields.set(name, store(name, String(value)));
      }
      return { text: "" };
    }
    expect(line).toContain("format=json");
    return itemOf(
      xsiType,
      { ID: "X" },
      {
        "fields/field": [...fields].map(([name, field]) => ({ name, field })),
      },
    );
  });
}

describe("writing a custom variable", () => {
  test("sets one, by the object's own type, and reads it back", async () => {
    const connection = server("xnat:subjectData", (_, value) => value);
    await writeCustomVariable(connection, { project: "RATT1", subject: "M01" }, "dose", "10");
    expect(connection.lines).toEqual([
      "GET /data/projects/RATT1/subjects/M01?format=json",
      "PUT /data/projects/RATT1/subjects/M01?xnat:subjectData/fields/field[name=dose]/field=10",
      "GET /data/projects/RATT1/subjects/M01?format=json",
    ]);
  });

  test("of a session goes below its subject, with the reason that some sites want (O8)", async () => {
    const connection = server("xnat:petSessionData", (_, value) => value);
    const owner = { project: "RATT1", subject: "M01", session: "XNAT_E1" };
    await writeCustomVariable(connection, owner, "timepoint", "pre", { eventReason: "typo" });
    expect(connection.lines[1]).toBe(
      "PUT /data/projects/RATT1/subjects/M01/experiments/XNAT_E1?xnat:petSessionData/fields/field[name=timepoint]/field=pre&event_reason=typo",
    );
  });

  test("O4: a server that ignores it is told", async () => {
    const connection = server("xnat:subjectData", () => "");
    await expect(
      writeCustomVariable(connection, { project: "RATT1", subject: "M01" }, "dose", "10"),
    ).rejects.toMatchObject({ kind: "not-stored", rule: "O4" });
  });

  test("O1, O2: nothing is put where there is no object", async () => {
    const connection = fakeConnection(() => undefined);
    await expect(
      writeCustomVariable(connection, { project: "RATT1", subject: "M99" }, "dose", "10"),
    ).rejects.toMatchObject({ kind: "not-found" });
    expect(connection.calls.length).toBe(1);
  });

  test("odd names and values are refused before anything is sent", async () => {
    const connection = fakeConnection(() => undefined);
    const owner = { project: "RATT1", subject: "M01" };
    for (const [name, value] of [
      ["Dose", "1"],
      ["do]se", "1"],
      ["", "1"],
      ["dose", "a & b"],
    ] as const) {
      await expect(writeCustomVariable(connection, owner, name, value)).rejects.toMatchObject({
        tag: "usage",
      });
    }
    expect(connection.calls).toEqual([]);
  });
});
