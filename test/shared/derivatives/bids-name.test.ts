import { expect, test } from "vitest";
import { bidsName } from "#shared/derivatives/bids-name.ts";

const labels = { project: "P", subject: "Mouse 01", session: "M01_pre_MR", scan: "7" };

test("labels lose what BIDS does not allow", () => {
  expect(bidsName(labels, "T2map")).toBe("sub-Mouse01_ses-M01preMR_run-7_T2map");
});

test("a description comes last, as BIDS orders entities", () => {
  expect(bidsName(labels, "T2map", "stderr")).toBe(
    "sub-Mouse01_ses-M01preMR_run-7_desc-stderr_T2map",
  );
});

test("scans 5-MR1 and 5-MR2 have names of their own", () => {
  const first = bidsName({ ...labels, scan: "5-MR1" }, "T2map");
  expect(first).toBe("sub-Mouse01_ses-M01preMR_acq-MR1_run-5_T2map");
  expect(bidsName({ ...labels, scan: "5-MR2" }, "T2map")).not.toBe(first);
});

test("nothing known still gives a valid name", () => {
  expect(bidsName({ project: "", subject: "", session: "", scan: "" }, "T2map")).toBe(
    "sub-unknown_T2map",
  );
});

test("a hostile label cannot leave the folder", () => {
  const name = bidsName({ ...labels, subject: "../../etc/passwd\0", scan: "../1" }, "T2map");
  expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
});
