import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandJson } from "#command-json/schema.ts";
import { hasXnatData, readXnatData } from "#test/command-json/xnat-data.ts";
import { createUser } from "../../create-site.ts";
import { type LaunchStage, openLaunchStage } from "../sample-launches.ts";
import { matchesObject } from "./match.ts";
import { ResolutionError } from "./resolution.ts";
import { resolveCommand } from "./resolve-command.ts";

// Commands and objects of the Container Service's own tests of resolution.

let stage: LaunchStage;
beforeAll(async () => {
  stage = await openLaunchStage();
});
afterAll(() => stage.stop());

const text = (path: string): string => JSON.stringify(readXnatData(`container-service/${path}`));

function resolve(command: string, wrapper: string, values: Readonly<Record<string, string>>) {
  const json = readXnatData(`container-service/commands/${command}`) as CommandJson;
  const found = json.xnat?.find(({ name }) => name === wrapper);
  if (found === undefined) throw new Error(`no wrapper ${wrapper}`);
  return resolveCommand({
    ...{ site: stage.xnat.site, user: createUser("owner"), project: undefined },
    ...{ command: json, wrapper: found, configuration: {}, values },
  });
}

const shownValue = ({ inputs }: ReturnType<typeof resolve>, type: string, name: string) =>
  inputs.find((input) => input.type === type && input.name === name)?.value;

describe.skipIf(!hasXnatData)("resolution of the server's own test commands", () => {
  test("a session leads to a scan by type, its resource and its properties", () => {
    const session = text("objects/session-scan-resource.json");
    const values = { session, "T1-scantype": '"SCANTYPE", "OTHER_SCANTYPE"' };
    const found = resolve("resolution-command.json", "session-scan-resource", values);
    expect(shownValue(found, "wrapper-derived", "frames")).not.toBe("");
    expect(shownValue(found, "command", "whatever")).toBe(
      shownValue(found, "wrapper-derived", "scan-id"),
    );
  });

  test("several scans go into one command input that takes several", () => {
    const session = text("objects/session-scan-multiple.json");
    const found = resolve("resolution-command.json", "session-scan-mult", { session });
    expect(shownValue(found, "command", "whatever")).toBe("scan1, scan2");
  });

  test("several values are written as their delimiter says", () => {
    const session = text("objects/session-scan-multiple.json");
    const { commandLine } = resolve("multi-values.json", "multiple", { session });
    expect(commandLine).toBe(
      "echo --flag=scan1 --flag=scan2 --flag scan1 --flag scan2 'scan1 scan2' --flag='scan1 scan2' scan1,scan2 scan1 scan2 scan1 scan2 -alt scan1,scan2",
    );
  });

  test("several values of a select are written in the same way", () => {
    const { commandLine } = resolve("select.json", "multiple", {});
    expect(commandLine).toBe(
      "echo --flag=scan1 --flag=scan2 --flag scan1 --flag scan2 'scan1 scan2' scan1,scan2 scan1 scan2 scan1",
    );
  });

  test.each([
    ["project", "objects/project-min.json", "project"],
    ["project-subject", "objects/project-subject.json", "project"],
    ["session-assessor", "objects/session-assessor.json", "session"],
  ] as const)("wrapper %s resolves on its object", (wrapper, object, root) => {
    const found = resolve("resolution-command.json", wrapper, { [root]: text(object) });
    expect(shownValue(found, "command", "whatever")).not.toBe("");
  });

  test("illegal strings are refused", () => {
    for (const illegal of [";", "&&", "||", "`", "("]) {
      const values = { anything: "x", ANYTHING: `a ${illegal} b` };
      expect(() => resolve("illegal-args.json", "identity-wrapper", values)).toThrow(
        new ResolutionError(`Input "ANYTHING" has a value containing illegal string "${illegal}".`),
      );
    }
  });
});

describe("matchers", () => {
  const scan = {
    label: "3 - MSME",
    "scan-type": "T2",
    frames: 40,
    resources: [{ label: "DICOM" }],
  };
  test.each([
    ["@.scan-type == 'T2'", true],
    ["@.scan-type != 'T2'", false],
    ["@.scan-type in ['T1', \"T2\"]", true],
    ["'DICOM' in @.resources[*].label", true],
    ["'NIFTI' in @.resources[*].label || @.frames >= 40", true],
    ["!('DICOM' in @.resources[*].label) && @.frames > 1", false],
    ["@.label =~ /.*?msme/i", true],
    ["@.label =~ /MSME/", false],
    ["@.colour", false],
    ["@.resources[0].label == 'DICOM'", true],
  ])("%s is %s", (matcher, verdict) => {
    expect(matchesObject(matcher, scan)).toBe(verdict);
  });

  test("what cannot be read is an error", () => {
    expect(() => matchesObject("@.label = 'x'", scan)).toThrow(/Invalid matcher/);
  });
});
