import { expect, test } from "vitest";
import { describeColumns, listColumns } from "#containers/project-runner/result-columns.ts";
import { encodeResults, listRows, openPlanTable } from "#containers/project-runner/result-table.ts";
import type { SessionResult } from "#containers/project-runner/session-results.ts";
import { leftRow, listedItem, listedSession, outcome } from "./project-example.ts";

function session(n: number, changes: Parameters<typeof outcome>[1] = {}): SessionResult {
  return {
    facts: {
      ...{ session: listedSession(n), group: n === 1 ? "treated" : "=1+1", timepoint: "week 1" },
      subjectVariables: { dose: String(n) },
      sessionVariables: n === 1 ? { weight: "21,5" } : { date: "yesterday" },
    },
    results: [{ pipeline: "process-t2", item: listedItem(n), outcome: outcome(n, changes) }],
  };
}

function table(sessions: readonly SessionResult[]) {
  const columns = listColumns(sessions.map(({ facts }) => facts));
  const rows = listRows("RATT1", sessions, new Map([["process-t2", "0.1.0"]]));
  const [head = "", ...lines] = Buffer.from(encodeResults(columns, rows)).toString().split("\r\n");
  return { columns, head: head.split(","), lines: lines.filter((line) => line !== "") };
}

test("a row for each map, and one for what has no numbers", () => {
  const failed = session(2, { status: "failed", code: "E-TE", reason: "no", measures: [] });
  const { head, lines } = table([session(1), failed]);
  expect(lines).toHaveLength(3);
  // The texts before it hold no comma, the series does.
  const after = lines[2]?.split('10 echoes",')[1]?.split(",") ?? [];
  const cell = (name: string) => after[head.indexOf(name) - head.indexOf("series") - 1];
  expect([cell("status"), cell("code"), cell("mean")]).toEqual(["failed", "E-TE", ""]);
});

test("custom variables are columns, told apart from ours", () => {
  const { head } = table([session(1), session(2)]);
  expect(head).toEqual(expect.arrayContaining(["subject_dose", "session_weight"]));
  // A variable of this name would be a second column session_date.
  expect(head).toContain("session_date_variable");
  expect(new Set(head).size).toBe(head.length);
});

test("a negative number of a custom variable stays a number, and no name reaches beyond the variables", () => {
  const one = session(1);
  const facts = {
    ...one.facts,
    timepoint: "-1",
    subjectVariables: { dose: "-5", constructor: "x", note: "-SUM(A1)" },
  };
  const { lines } = table([{ ...one, facts }, session(2)]);
  expect(lines[0]).toContain(",treated,-1,x,-5,'-SUM(A1),");
  expect(lines[2]).toContain(",'=1+1,week 1,,2,,");
});

test("a kept result of ours says which version made it", () => {
  const kept = session(1, { status: "kept", code: "KEPT-OTHER", version: "0.0.9" });
  const foreign = session(2, { status: "kept", code: "KEPT-FOREIGN" });
  const { lines } = table([kept, foreign]);
  expect(lines[0]).toContain(",process-t2,0.0.9,3,");
  expect(lines[2]).toContain(",process-t2,,3,");
});

test("texts that a spreadsheet would run are shielded, commas are quoted", () => {
  const { lines } = table([session(1), session(2)]);
  expect(lines[0]).toContain('"21,5"');
  expect(lines[2]).toContain(",'=1+1,");
  expect(lines[0]).toContain(`"'=T2 (MSME), 10 echoes"`);
});

test("every column is in the dictionary, those of values with their unit", () => {
  const { columns, head } = table([session(1)]);
  const dictionary = describeColumns(columns) as Record<string, { Description: string }>;
  expect(Object.keys(dictionary)).toEqual(head);
  for (const { Description } of Object.values(dictionary)) expect(Description).not.toBe("");
  expect(dictionary["median"]).toMatchObject({ Units: "that of the column unit" });
});

test("plan.csv says why each scan was left", () => {
  const plan = openPlanTable();
  for (let n = 0; n < 3000; n++) plan.add(leftRow(1, String(n), "series is Localizer"));
  const lines = Buffer.from(plan.bytes()).toString().split("\r\n");
  expect(lines).toHaveLength(3002);
  expect(lines[3000]).toContain(",2999,MSME,");
  expect(lines[3000]).toContain("no,LEFT-RULE,series is Localizer,XNAT_E00001");
});
