import { expect, test } from "vitest";
import {
  countLeftOut,
  describeSessions,
  joinSessions,
} from "#containers/project-runner/session-results.ts";
import { leftRow, listedItem, listedSession, outcome } from "./project-example.ts";

const variables = {
  subjects: new Map<string, Record<string, string>>([["XNAT_S00001", { dose: "5" }]]),
  sessions: new Map([["XNAT_E00001", { timepoint: "week 1", weight: "21" }]]),
};
const describe = describeSessions(
  [
    { id: "XNAT_S00001", label: "M01", group: "treated" },
    { id: "XNAT_S00002", label: "M02", group: "" },
  ],
  { ...variables, subjects: variables.subjects.set("XNAT_S00002", { group: "control" }) },
);
const planned = (n: number, reason = "") => ({
  session: listedSession(n),
  scans: 2,
  items: 1,
  reason,
});

test("group and time point come from the subject and the session, or their custom variables", () => {
  expect(describe(listedSession(1))).toMatchObject({
    ...{ group: "treated", timepoint: "week 1" },
    ...{ subjectVariables: { dose: "5" }, sessionVariables: { weight: "21" } },
  });
  expect(describe(listedSession(2))).toMatchObject({ group: "control", timepoint: "" });
  expect(describe(listedSession(3))).toMatchObject({ group: "", subjectVariables: {} });
});

test("a session without a match stands among the others, with the commonest reason", () => {
  const leftOut = countLeftOut();
  leftOut.count(leftRow(2, "1", "series is Localizer"));
  leftOut.count(leftRow(2, "2", "quality is unusable"));
  leftOut.count(leftRow(2, "4", "quality is unusable"));
  leftOut.count({ ...leftRow(1, "3", ""), taken: true });
  const plan = {
    items: [listedItem(1)],
    sessions: [planned(2), planned(1), planned(3, "no scans")],
  };
  const outcomes = new Map([[listedItem(1).key, outcome(1)]]);
  const joined = joinSessions(plan, ["process-t2"], outcomes, leftOut, describe);
  expect(joined.map(({ facts, results }) => [facts.session.label, results[0]?.outcome])).toEqual([
    ["M01_MR1", outcome(1)],
    ["M02_MR1", expect.objectContaining({ status: "left-out", reason: "quality is unusable" })],
    ["M03_MR1", expect.objectContaining({ code: "LEFT-NO-MATCH", reason: "no scans" })],
  ]);
});

test("an item that had no turn is not started", () => {
  const plan = { items: [listedItem(1)], sessions: [planned(1)] };
  const [session] = joinSessions(plan, ["process-t2"], new Map(), countLeftOut(), describe);
  expect(session?.results[0]?.outcome.status).toBe("not-started");
});
