import { describe, expect, test } from "vitest";
import { createSession } from "#shared/xnat/create-session.ts";
import { type FakeAnswer, fakeConnection, itemOf, listOf } from "./fake-connection.ts";

const session = {
  project: "RATT1",
  subject: "M01",
  label: "M01_pre_MR",
  xsiType: "xnat:mrSessionData",
};

function server(before: FakeAnswer | undefined, after: FakeAnswer | undefined = before) {
  let put = false;
  return fakeConnection((line) => {
    if (line.includes("/subjects?")) return listOf([{ ID: "XNAT_S1", label: "M01" }]);
    if (line.startsWith("PUT")) put = true;
    if (line.startsWith("PUT")) return { status: 201, text: "XNAT_E1" };
    return put ? after : before;
  });
}

const stored = (subject: string, xsiType = "xnat:mrSessionData") =>
  itemOf(xsiType, { ID: "XNAT_E1", label: "M01_pre_MR", subject_ID: subject });

describe("creating a session", () => {
  test("looks, puts, reads back", async () => {
    const connection = server(undefined, stored("XNAT_S1"));
    expect(await createSession(connection, { ...session, date: "2026-11-20" })).toEqual({
      id: "XNAT_E1",
      label: "M01_pre_MR",
      created: true,
    });
    expect(connection.lines[2]).toBe(
      "PUT /data/projects/RATT1/subjects/M01/experiments/M01_pre_MR?xsiType=xnat:mrSessionData&date=2026-11-20",
    );
  });

  test("one of this subject stays as it is", async () => {
    const connection = server(stored("XNAT_S1"));
    expect(await createSession(connection, session)).toMatchObject({ created: false });
    expect(connection.lines.some((line) => line.startsWith("PUT"))).toBe(false);
  });

  test("O1: one of another subject is not moved", async () => {
    const connection = server(stored("XNAT_S9"));
    await expect(createSession(connection, session)).rejects.toMatchObject({
      kind: "conflict",
      rule: "O1",
    });
    expect(connection.lines.some((line) => line.startsWith("PUT"))).toBe(false);
  });

  test("O2: an unknown subject is not invented", async () => {
    const connection = server(undefined);
    await expect(createSession(connection, { ...session, subject: "M99" })).rejects.toMatchObject({
      kind: "not-found",
      rule: "O2",
    });
    expect(connection.calls.length).toBe(1);
  });

  test("O4: one of another kind, or none, was not stored", async () => {
    for (const after of [undefined, stored("XNAT_S1", "xnat:petSessionData")]) {
      await expect(createSession(server(undefined, after), session)).rejects.toMatchObject({
        kind: "not-stored",
      });
    }
  });
});
