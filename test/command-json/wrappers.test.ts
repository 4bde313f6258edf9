import { describe, expect, test } from "vitest";
import { type CommandDefinition, defineCommand } from "#command-json/define-command.ts";
import { encodeCommandJson } from "#command-json/encode-command-json.ts";
import { lintCommandJson } from "#command-json/lint.ts";
import {
  collectionMount,
  dicomMount,
  pageMount,
  resourceMount,
  sessionMount,
} from "#command-json/mounts.ts";
import { onProject, onRoiCollection, onScan, onSession } from "#command-json/places.ts";
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

test("the scan is called what the program calls it, on pages where it is chosen", () => {
  const named = {
    ...(command as CommandDefinition),
    scan: { label: "Map scan", description: "x" },
  };
  const [onItsPage, chosen] = encodeWrappers(named);
  expect(onItsPage).toEqual(scan);
  expect(chosen?.label).toBe("Example T2 (choose the map scan)");
  expect(chosen?.["derived-inputs"]?.[0]).toMatchObject({ name: "scan", label: "Map scan" });
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

describe("a program that reads regions beside the scan", () => {
  const words = { label: "x", description: "x" };
  const regions = defineCommand({
    ...(command as CommandDefinition),
    inputs: {
      reference: sessionMount("/reference", {
        ...words,
        scanMenu: {
          on: ["session"],
          resources: ["DICOM"],
          label: "Reference scan",
          description: "x",
        },
      }),
      maps: resourceMount("/maps", { resources: ["A", "B"], ...words }),
      series: dicomMount("/series"),
      roi: collectionMount("/roi", words),
    },
    offeredOn: [onScan({ modality: "MR" }), onSession({ modality: "MR" }), onRoiCollection()],
  });
  const document = encodeCommandJson(regions, "1.0.0");
  const wrappers = document.xnat ?? [];

  test("has a wrapper for each page, and the linter has nothing to say", () => {
    expect(wrappers.map(({ name, contexts }) => [name, ...contexts])).toEqual([
      ["example-t2-scan", "xnat:mrScanData"],
      ["example-t2-session", "xnat:mrSessionData"],
      ["example-t2-assessor", "icr:roiCollectionData"],
    ]);
    expect(lintCommandJson(document)).toEqual([]);
  });

  test("finds each object from the one of the page, in an order in which all are known", () => {
    expect(
      wrappers.map((wrapper) => [
        wrapper["external-inputs"]?.map(({ name }) => name).join(),
        ...(wrapper["derived-inputs"] ?? [])
          .filter(({ type }) => type !== "string")
          .map((input) => `${input["derived-from-wrapper-input"]} > ${input.name}`),
      ]),
    ).toEqual([
      ["scan", "scan > session", "session > assessor", "scan > maps-files", "scan > series-files"],
      [
        "session",
        "session > assessor",
        "session > reference-scan",
        "reference-scan > reference-files",
        "session > scan",
        "scan > maps-files",
        "scan > series-files",
      ],
      [
        "assessor",
        "assessor > session",
        "session > scan",
        "scan > maps-files",
        "scan > series-files",
      ],
    ]);
  });

  test("has every mount filled by one required input, whatever the page", () => {
    for (const wrapper of wrappers) {
      const inputs = [
        ...(wrapper["external-inputs"] ?? []),
        ...(wrapper["derived-inputs"] ?? []),
      ].filter((input) => input["provides-files-for-command-mount"] !== undefined);
      expect(
        Object.fromEntries(
          inputs.map((input) => [input["provides-files-for-command-mount"], input.type]),
        ),
      ).toEqual({
        reference: wrapper.name === "example-t2-session" ? "Resource" : "Session",
        roi: "Assessor",
        maps: "Resource",
        series: "Resource",
      });
      expect(inputs).toHaveLength(4);
      expect(inputs.every(({ required }) => required)).toBe(true);
    }
  });

  test("asks only for scans that have images and maps", () => {
    for (const wrapper of wrappers) {
      const inputs = [...(wrapper["external-inputs"] ?? []), ...(wrapper["derived-inputs"] ?? [])];
      expect(inputs.find(({ name }) => name === "scan")?.matcher).toBe(
        "('A' in @.resources[*].label || 'B' in @.resources[*].label) && 'DICOM' in @.resources[*].label",
      );
    }
  });

  test("has a menu for a second scan on the page that asks for it, with any images", () => {
    const menus = wrappers.map((wrapper) =>
      wrapper["derived-inputs"]?.filter(({ name }) => name.startsWith("reference-")),
    );
    expect(menus).toMatchObject([
      [],
      [
        { label: "Reference scan", type: "Scan", matcher: "'DICOM' in @.resources[*].label" },
        {
          label: "Files of the reference scan",
          description: "DICOM resource of the reference scan",
          matcher: "@.label == 'DICOM'",
        },
      ],
      [],
    ]);
  });

  test("knows a collection by its type alone: its resources are not loaded on every page", () => {
    for (const wrapper of wrappers) {
      const inputs = [...(wrapper["external-inputs"] ?? []), ...(wrapper["derived-inputs"] ?? [])];
      expect(inputs.find(({ type }) => type === "Assessor")?.matcher).toBe(
        "@.xsiType == 'icr:roiCollectionData'",
      );
    }
  });

  test("says in its label what is left to choose", () => {
    expect(wrappers.map(({ label }) => label)).toEqual([
      "Example T2 (choose the ROI collection)",
      "Example T2 (choose the ROI collection, the reference scan and the scan)",
      "Example T2 (choose the scan)",
    ]);
  });

  test("tells the program which collection it was", () => {
    expect(document["environment-variables"]).toMatchObject({ SOURCE_ASSESSOR: "#assessor-id#" });
    expect(encodeCommandJson(command)["environment-variables"]).not.toHaveProperty(
      "SOURCE_ASSESSOR",
    );
  });
});

describe("a program that reads a resource of the page itself", () => {
  const spec = { except: ["OURS", "OURS_REPORT"], label: "Raw data", description: "x" };
  const raw = defineCommand({
    ...(command as CommandDefinition),
    inputs: { raw: pageMount("/input", spec) },
    offeredOn: [onProject(), onSession()],
  });
  const document = encodeCommandJson(raw, "1.0.0");
  const [project, session] = document.xnat ?? [];

  test("has a menu of all resources but its own results, and the linter has nothing to say", () => {
    expect(lintCommandJson(document)).toEqual([]);
    for (const [wrapper, level] of [
      [project, "project"],
      [session, "session"],
    ] as const) {
      expect(wrapper?.["derived-inputs"]?.[0]).toMatchObject({
        type: "Resource",
        "derived-from-wrapper-input": level,
        matcher: "@.label != 'OURS' && @.label != 'OURS_REPORT'",
        "provides-files-for-command-mount": "raw",
      });
      expect(wrapper?.label).toBe("Example T2 (choose the raw data)");
    }
  });

  test("gives its results to the page, and knows the project on both", () => {
    const parents = document.xnat?.map((wrapper) =>
      wrapper["output-handlers"]?.map((handler) => handler["as-a-child-of"]),
    );
    expect(parents).toEqual([
      ["project", "project"],
      ["session", "session"],
    ]);
    expect(document["environment-variables"]).toEqual({ SOURCE_PROJECT: "#project-id#" });
    const ids = [project, session].map((wrapper) => wrapper?.["derived-inputs"]?.[1]);
    expect(ids.map((id) => id?.["derived-from-xnat-object-property"])).toEqual([
      "id",
      "project-id",
    ]);
  });

  test("has the children of the project loaded: without them the server knows no resource of it", () => {
    expect(project?.["external-inputs"]?.[0]).not.toHaveProperty("load-children");
  });

  test.each([
    ["beside a scan", { raw: raw.inputs["raw"]!, dicom: dicomMount("/dicom") }, [onProject()]],
    ["on a scan", raw.inputs, [onScan()]],
  ] as const)("is no sound command %s", (_, inputs, offeredOn) => {
    expect(() => defineCommand({ ...raw, inputs, offeredOn: [...offeredOn] })).toThrow(
      /of the page/,
    );
  });
});
