import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { containerImage, programCommit, programVersion } from "#shared/program/version.ts";

const before = process.env["XNAT_PIC_IMAGE"];
afterEach(() => {
  if (before === undefined) delete process.env["XNAT_PIC_IMAGE"];
  else process.env["XNAT_PIC_IMAGE"] = before;
});

test("in a checkout the version is that of package.json, the commit that of git", () => {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  expect(programVersion()).toBe((JSON.parse(text) as { version: string }).version);
  expect(programCommit()).toMatch(/^([0-9a-f]{12,40}(-dirty)?|unknown)$/);
});

test("the image is what its build says; an empty name is none", () => {
  process.env["XNAT_PIC_IMAGE"] = "xnat-pic/process-t2:0.1.0";
  expect(containerImage()).toBe("xnat-pic/process-t2:0.1.0");
  process.env["XNAT_PIC_IMAGE"] = "";
  expect(containerImage()).toBeUndefined();
});
