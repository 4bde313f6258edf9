import { expect, test } from "vitest";
import { listSessions } from "#shared/xnat/sessions.ts";
import { fakeConnection, listOf } from "./fake-connection.ts";

test("sessions come by subject, date and label, once each", async () => {
  const row = (id: string, subject: string, date: string, label: string, project = "RATT1") => ({
    ID: id,
    label,
    subject_label: subject,
    subject_ID: `S_${subject}`,
    date,
    xsiType: "xnat:mrSessionData",
    project,
  });
  const connection = fakeConnection(() =>
    listOf([
      row("E4", "M10", "2026-01-01", "a"),
      row("E3", "M2", "2026-02-01", "b"),
      row("E2", "M2", "2026-01-01", "z", "PARENT"),
      row("E3", "M2", "2026-02-01", "b"),
      row("E1", "M2", "2026-01-01", "c"),
    ]),
  );
  const sessions = await listSessions(connection, "RATT1");
  expect(sessions.map(({ sessionId }) => sessionId)).toEqual(["E1", "E2", "E3", "E4"]);
  expect(sessions[1]).toEqual({
    project: "RATT1",
    owner: "PARENT",
    subjectId: "S_M2",
    subjectLabel: "M2",
    sessionId: "E2",
    sessionLabel: "z",
    date: "2026-01-01",
    sessionType: "xnat:mrSessionData",
  });
});
