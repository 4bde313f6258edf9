import { expect, test } from "vitest";
import { type CommandDefinition, defineCommand } from "#command-json/define-command.ts";
import { encodeCommandJson } from "#command-json/encode-command-json.ts";
import { lintCommandJson } from "#command-json/lint.ts";
import { resourceMount } from "#command-json/mounts.ts";
import { onProject, onScan } from "#command-json/places.ts";
import { encodeWrappers } from "#command-json/wrappers.ts";
import { command } from "./example-command.ts";

const [scan, session] = encodeWrappers(command);

test("a scan wrapper mounts the scan's DICOM resource and takes ids only", () => {
  expect(scan?.["external-inputs"]).toMatchObject([
    { name: "scan", type: "Scan", matcher: "'DICOM' in @.resources[*].label" },
  ]);
  expect(
    scan?.["derived-inputs"]?.map((input) => [
      input.name,
      input.type,
      input["derived-from-wrapper-input"],
      input["derived-from-xnat-object-property"],
    ]),
  ).toEqual([
    ["dicom-in-files", "Resource", "scan", undefined],
    ["scan-id", "string", "scan", "id"],
    ["session-id", "string", "scan", "session-id"],
    ["project-id", "string", "scan", "project-id"],
    ["session", "Session", "scan", undefined],
    ["subject-id", "string", "session", "subject-id"],
  ]);
});

test("nothing fails for want of the subject", () => {
  const inputs = scan?.["derived-inputs"]?.filter(({ name }) => /session$|subject-id/.test(name));
  expect(inputs?.map(({ required }) => required)).toEqual([false, false]);
});

test("a session wrapper lets the user choose the scan, which receives the results", () => {
  expect(session?.["external-inputs"]).toMatchObject([{ name: "session", type: "Session" }]);
  expect(session?.["derived-inputs"]?.[0]).toMatchObject({
    name: "scan",
    type: "Scan",
    "derived-from-wrapper-input": "session",
    matcher: "'DICOM' in @.resources[*].label",
  });
  expect(session?.["output-handlers"]).toEqual(scan?.["output-handlers"]);
  expect(
    session?.["output-handlers"]?.map((handler) => [handler.label, handler["as-a-child-of"]]),
  ).toEqual([
    ["EXAMPLE_T2", "scan"],
    ["EXAMPLE_T2_REPORT", "scan"],
  ]);
});

test("a project wrapper loads no children and knows its project only", () => {
  const project = defineCommand({
    ...(command as CommandDefinition),
    inputs: {},
    offeredOn: [onProject()],
  });
  const document = encodeCommandJson(project, "1.0.0");
  expect(document["environment-variables"]).toEqual({ SOURCE_PROJECT: "#project-id#" });
  expect(document.xnat?.[0]?.["external-inputs"]).toMatchObject([
    { name: "project", type: "Project", "load-children": false },
  ]);
  expect(lintCommandJson(document)).toEqual([]);
});

test("a mount with several labels matches any of them", () => {
  const several = defineCommand({
    ...(command as CommandDefinition),
    inputs: {
      maps: resourceMount("/maps", { resources: ["A", "B"], label: "Map", description: "a map" }),
    },
    offeredOn: [onScan()],
  });
  const [wrapper] = encodeWrappers(several);
  expect(wrapper?.contexts).toEqual(["xnat:imageScanData"]);
  expect(wrapper?.["external-inputs"]?.[0]?.matcher).toBe(
    "('A' in @.resources[*].label || 'B' in @.resources[*].label)",
  );
  expect(wrapper?.["derived-inputs"]?.[0]?.matcher).toBe("@.label in ['A', 'B']");
});
