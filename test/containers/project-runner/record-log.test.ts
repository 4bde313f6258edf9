import { expect, test } from "vitest";
import { recordLog } from "#containers/project-runner/record-log.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };

test("what is said is kept as JSON lines, without secrets and line breaks", () => {
  const log = recordLog(silent, () => new Date(0));
  log.info({ XNAT_PASS: "secret", request: { token: "abc" }, n: 3 }, "one\ntwo");
  log.warn({}, "three");
  const lines = log.text().trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    {
      ...{ time: "1970-01-01T00:00:00.000Z", level: "info", XNAT_PASS: "[removed]" },
      ...{ request: { token: "[removed]" }, n: 3, message: "one two" },
    },
    { time: "1970-01-01T00:00:00.000Z", level: "warn", message: "three" },
  ]);
});
