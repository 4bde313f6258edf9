import { describe, expect, test } from "vitest";
import { type CommandDefinition, defineCommand } from "#command-json/define-command.ts";
import { choice, choices, flag, number, text } from "#command-json/inputs.ts";
import { dicomMount, outputMount, type ScanMenu, sessionMount } from "#command-json/mounts.ts";
import { onProject, onRoiCollection, onScan, onSession } from "#command-json/places.ts";
import { command } from "./example-command.ts";

const maps = { label: "X", format: "NIFTI", content: "X", description: "x" };

const words = { label: "X", description: "x" };
const scanMenu: ScanMenu = { on: ["session"], resources: ["DICOM"], ...words };

describe("a declaration that cannot work in XNAT is refused where it is written", () => {
  test.each<[string, Partial<CommandDefinition>, string]>([
    ["a name with capitals", { name: "Process" }, "not RFC 1123"],
    ["a blank description", { description: " " }, "the description is blank"],
    [
      "an option in camel case",
      { options: { maxT2: flag({ description: "x" }) } },
      "lower case words",
    ],
    [
      "an option --help",
      { options: { help: flag({ description: "x" }) } },
      "every program has this option",
    ],
    [
      "an option called scan",
      { options: { scan: text({ description: "x" }) } },
      "XNAT's input scan exists already",
    ],
    [
      "an option called like the input of a mount",
      { options: { "dicom-in-files": text({ description: "x" }) } },
      "XNAT's input dicom-in-files exists already",
    ],
    [
      "an option called like a tick box",
      {
        options: {
          use: choices(["te"], { description: "x" }),
          "use-te": flag({ description: "x" }),
        },
      },
      "XNAT's input use-te exists already",
    ],
    [
      "a default outside its limits",
      { options: { a: number({ unit: "ms", above: 0, default: -1, description: "x" }) } },
      "the default must be above 0 ms",
    ],
    [
      "a default with (",
      { options: { a: text({ default: "a (b)", description: "x" }) } },
      'XNAT refuses "("',
    ],
    [
      "a word with a blank",
      { options: { a: choice(["x y"], { default: "x y", description: "x" }) } },
      "not a plain word",
    ],
    [
      "outputs in two folders",
      { outputs: { a: outputMount("/output/a", maps), b: outputMount("/results/b", maps) } },
      "one common folder",
    ],
    [
      "an output inside another",
      { outputs: { a: outputMount("/output/a", maps), b: outputMount("/output/a/b", maps) } },
      "output b lies in output a",
    ],
    ["an output in the root", { outputs: { a: outputMount("/a", maps) } }, "one common folder"],
    ["a relative mount", { inputs: { a: dicomMount("input") } }, "not a plain absolute path"],
    [
      "two scan places",
      { offeredOn: [onScan(), onScan({ modality: "MR" })] },
      "two places of one level",
    ],
    [
      "a project and a session",
      { inputs: {}, offeredOn: [onProject(), onSession()] },
      "no other place",
    ],
    [
      "two mounts of the session",
      {
        inputs: { a: sessionMount("/a", maps), b: sessionMount("/b", maps) },
      },
      "two mounts of the session",
    ],
    [
      "an option called like a menu of scans",
      {
        inputs: { a: sessionMount("/a", { ...words, scanMenu }) },
        options: { "a-scan": text({ description: "x" }) },
      },
      "XNAT's input a-scan exists already",
    ],
    [
      "a menu of scans in place of a resource",
      { inputs: { a: { ...dicomMount("/a"), scanMenu } } },
      "takes the place of the session alone",
    ],
    [
      "a menu of scans without a resource to mount",
      { inputs: { a: sessionMount("/a", { ...words, scanMenu: { ...scanMenu, resources: [] } }) } },
      "its menu of scans names no resource",
    ],
    [
      "a menu of scans on no page",
      { inputs: { a: sessionMount("/a", { ...words, scanMenu: { ...scanMenu, on: [] } }) } },
      "its menu of scans is on no page",
    ],
    [
      "a menu of scans on a page where nothing is offered",
      { inputs: { a: sessionMount("/a", { ...words, scanMenu }) }, offeredOn: [onScan()] },
      "on the page of a session, where nothing is offered",
    ],
    [
      "a place on ROI collections, of which none is mounted",
      { offeredOn: [onRoiCollection()] },
      "offered on ROI collections mounts none",
    ],
    [
      "a label with an id that no page knows",
      { outputs: { a: outputMount("/output/a", { ...maps, label: "X_#assessor-id#" }) } },
      "#assessor-id# in its label is no id that every page knows",
    ],
    ["XNAT's own variable", { environment: { XNAT_HOST: "x" } }, "is set by us or by XNAT"],
  ])("%s", (_, change, message) => {
    expect(() => defineCommand({ ...(command as CommandDefinition), ...change })).toThrow(message);
  });

  test("all faults are named at once", () => {
    const change = { name: "A", label: "", description: "" };
    expect(() => defineCommand({ ...(command as CommandDefinition), ...change })).toThrow(
      /name A is not RFC 1123[\s\S]*the label is blank[\s\S]*the description is blank/,
    );
  });
});
