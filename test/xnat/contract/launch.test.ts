import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { CommandJson } from "#command-json/schema.ts";
import type { FakeProgram } from "../container-service/fake-backend.ts";
import {
  type LaunchStage,
  openLaunchStage,
  sampleCommand,
  scanWrapper,
  writeOutputs,
} from "../container-service/sample-launches.ts";
import { addContainerFault } from "../container-service/service.ts";
import { listEntries } from "../stored-files.ts";

// What the Container Service does at run time, by the rules of docs/simulator.md. On a live server these need images
// and rights nobody can presume: they run against the simulator alone.

let stage: LaunchStage;
afterEach(() => stage.stop());

const uriOf = (at = 0, scan = "1"): string =>
  `/archive/experiments/${stage.sessions[at]?.id}/scans/${scan}`;

async function open(program: FakeProgram = writeOutputs, queueDelay = 0): Promise<void> {
  stage = await openLaunchStage(program, { queueDelay });
}

/** Launches and gives the workflow's status and details. */
async function outcome(
  command: CommandJson,
  values: Readonly<Record<string, string>> = {},
  login = "owner",
): Promise<readonly [string, string]> {
  const [wrapper = 0] = stage.enable(command);
  const [root] = command.xnat?.[0]?.["external-inputs"] ?? [];
  const name = root?.name ?? "scan";
  const { json } = await stage.launch(wrapper, name, { [name]: uriOf(), ...values }, login);
  const { text } = await stage.ask("GET", `/data/workflows/${json["workflow-id"]}?format=json`);
  const { status, details } = JSON.parse(text).items[0].data_fields;
  return [status, details];
}

const filesOf = async (label: string): Promise<readonly string[]> => {
  const resource = stage.scans[0]?.resources.find((one) => one.label === label);
  return resource === undefined ? [] : (await listEntries(resource)).map(({ path }) => path);
};

const unresolved = (message: string) => [
  "Failed (Command resolution)",
  `Submitted data does not match command resolution requirements. ${message}`,
];

describe("a launch", () => {
  test("C1: is answered before anything happens, and ends in the resource of its scan", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand());
    const values = { scan: uriOf(), max: "300" };
    const reply = await stage.launch(wrapper, "scan", values);
    expect(reply.json).toEqual({
      ...{ status: "success", params: values, id: null },
      ...{ "command-id": 0, "wrapper-id": wrapper, "workflow-id": "1" },
    });
    expect(await filesOf("PROCESSED")).toEqual(["maps.txt"]);
    const { json } = await stage.ask("GET", "/xapi/projects/P/containers");
    expect(json).toHaveLength(1);
    expect(json[0]).toMatchObject({
      ...{ status: "Complete", "user-id": "owner", project: "P", "workflow-id": "1" },
      "command-line": '--max=300 "" ',
    });
    expect(json[0].env).toMatchObject({ SOURCE_SCAN: "1", XNAT_PASS: "******" });
    expect(json[0].history.map(({ status }: { status: string }) => status)).toEqual([
      ...["Created", "Running", "die", "_Waiting", "Finalizing", "Complete"],
    ]);
    expect(json[0].outputs[0]).toMatchObject({
      name: "maps:maps-resource",
      created: `${uriOf().replace("/archive", "")}/resources/PROCESSED`,
    });
  });

  test("K34: its workflow begins in the queue", async () => {
    await open(writeOutputs, 100);
    const [wrapper = 0] = stage.enable(sampleCommand());
    const path = `/xapi/projects/P/wrappers/${wrapper}/root/scan/launch`;
    const { json } = await stage.ask("POST", path, { scan: uriOf() });
    const workflow = `/data/workflows/${json["workflow-id"]}?format=json`;
    const status = async () =>
      JSON.parse((await stage.ask("GET", workflow)).text).items[0].data_fields.status;
    expect(await status()).toMatch(/^_?Queued$/);
    await stage.settled();
    expect(await status()).toBe("Complete");
  });

  test("K11: an unknown wrapper is a failure with status 500", async () => {
    await open();
    const { status, json } = await stage.launch(99, "scan", { scan: uriOf() });
    expect([status, json.status, json.message]).toEqual([
      ...[500, "failure", "No command wrapper for id 99"],
    ]);
  });

  test("K12: without right to a private project it is refused with 403", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand());
    const { status } = await stage.launch(wrapper, "scan", { scan: uriOf() }, "outsider");
    expect(status).toBe(403);
  });

  test("W16: with a bare id the root's name is taken for the data type", async () => {
    await open();
    const wrapper = sessionWrapper({ name: "sessions" });
    const [id = 0] = stage.enable(sampleCommand({ xnat: [wrapper] }));
    const bare = stage.sessions[0]?.id ?? "";
    await stage.launch(id, "session", { session: bare });
    await stage.launch(id, "session", { session: `/archive/experiments/${bare}` });
    const types = [...stage.xnat.site.workflows.values()].map(({ dataType }) => dataType);
    expect(types).toEqual(["session", "xnat:mrSessionData"]);
  });

  test("K13: two launches of one scan in the same moment get different times", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand());
    const path = `/xapi/projects/P/wrappers/${wrapper}/root/scan/bulklaunch`;
    const { json } = await stage.ask("POST", path, { scan: JSON.stringify([uriOf(), uriOf()]) });
    await stage.settled();
    const all = [...stage.xnat.site.workflows.values()];
    expect(json.successes).toHaveLength(2);
    expect(new Set(all.map(({ launchTime }) => launchTime)).size).toBe(2);
    expect(all.map(({ jobId }) => jobId)).toEqual([json["bulk-launch-id"], json["bulk-launch-id"]]);
  });

  test("K14: a bulk launch reports success for every target, also those that fail later", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand());
    const path = `/xapi/projects/P/wrappers/${wrapper}/root/scan/bulklaunch`;
    const targets = [uriOf(0), uriOf(1), uriOf(0, "9")];
    const { json } = await stage.ask("POST", path, { scan: JSON.stringify(targets) });
    expect(json["pipeline-name"]).toBe("demo-scan");
    expect(json.successes.map((one: { "workflow-id": string }) => one["workflow-id"])).toEqual(
      targets.map(() => "To be assigned"),
    );
    await stage.settled();
    expect([...stage.xnat.site.workflows.values()].map(({ status }) => status)).toEqual([
      ...["Complete", "Complete", "Failed (Command resolution)"],
    ]);
    expect((await stage.ask("POST", path, { scan: uriOf() })).status).toBe(500);
  });
});

function sessionWrapper(change: Parameters<typeof scanWrapper>[0] = {}) {
  const { "derived-inputs": derived = [] } = scanWrapper();
  return scanWrapper({
    contexts: ["xnat:mrSessionData"],
    "external-inputs": [{ name: "session", type: "Session", required: true }],
    "derived-inputs": [
      {
        ...{ name: "scan", type: "Scan", required: true, "derived-from-wrapper-input": "session" },
        matcher: "'DICOM' in @.resources[*].label",
      },
      ...derived,
    ],
    ...change,
  });
}

describe("resolution", () => {
  test("K15: several candidates stop a launch, a choice by URI, id or label lets it go", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand({ xnat: [sessionWrapper()] }));
    const session = uriOf().replace(/\/scans.*/, "");
    const scans = [undefined, uriOf(), "2", "1 - MSME 1"];
    for (const scan of scans) {
      await stage.launch(wrapper, "session", scan === undefined ? { session } : { session, scan });
    }
    const [first, ...rest] = [...stage.xnat.site.workflows.values()];
    expect([first?.status, first?.details]).toEqual(
      unresolved(
        'Input "scan"  does not have a unique, resolved value and multiple = true is not set in command.json.',
      ),
    );
    expect(rest.map(({ status }) => status)).toEqual(["Complete", "Complete", "Complete"]);
    expect(stage.backend.specs.map(({ environment }) => environment["SOURCE_SCAN"])).toEqual([
      ...["1", "2", "1"],
    ]);
  });

  test("K16: a derived input without candidate is named with its type", async () => {
    await open();
    const wrapper = scanWrapper();
    const files = { ...wrapper["derived-inputs"]?.[0], matcher: "@.label == 'NIFTI'" };
    const changed = [files, ...(wrapper["derived-inputs"] ?? []).slice(1)] as never;
    const command = sampleCommand({ xnat: [{ ...wrapper, "derived-inputs": changed }] });
    expect(await outcome(command)).toEqual(
      unresolved(
        'Input "scan-files" could not be resolved for this item. You might check the JSONPath matchers in command.json and confirm that this item has Resource data.',
      ),
    );
  });

  test("K17: missing required inputs are listed", async () => {
    await open();
    const inputs = ["a", "b"].map((name) => ({ name, type: "string" as const, required: true }));
    expect(await outcome(sampleCommand({ inputs }))).toEqual(
      unresolved("Missing values for required inputs: a, b."),
    );
  });

  for (const [illegal, text] of [
    [";", "a;b"],
    ["&&", "a&&b"],
    ["||", "a||b"],
    ["`", "a`b"],
    ["(", "T2 (fast)"],
  ] as const) {
    test(`W11: a value with ${illegal} stops the launch`, async () => {
      await open();
      expect(await outcome(sampleCommand(), { series: text })).toEqual(
        unresolved(`Input "series" has a value containing illegal string "${illegal}".`),
      );
    });
  }

  test("W17: a series description with a bracket stops the launch when it is derived", async () => {
    await open();
    const wrapper = scanWrapper();
    const text = {
      ...{ name: "note", type: "string" as const, "derived-from-wrapper-input": "scan" },
      "derived-from-xnat-object-property": "series-description",
    };
    const derived = [...(wrapper["derived-inputs"] ?? []), text];
    const command = sampleCommand({ xnat: [{ ...wrapper, "derived-inputs": derived }] });
    expect(await outcome(command)).toEqual(
      unresolved('Input "note" has a value containing illegal string "(".'),
    );
  });

  test("W04: a command without command-line fails at launch", async () => {
    await open();
    const { "command-line": _, ...rest } = sampleCommand();
    const [status] = await outcome(rest as CommandJson);
    expect(status).toBe("Failed (Command resolution)");
  });

  test("W05: a variable of XNAT's own breaks the staging", async () => {
    await open();
    const command = sampleCommand({ "environment-variables": { XNAT_HOST: "x" } });
    const [status] = await outcome(command);
    expect(status).toBe("Failed (Staging)");
    expect(stage.xnat.site.tokens.size).toBe(0);
  });

  test("W09: a template key that matches no input stays in the text", async () => {
    await open();
    await outcome(sampleCommand({ "command-line": "#nothing# #max#" }));
    expect(stage.backend.specs[0]?.args).toEqual(["#nothing#", "--max=500"]);
  });

  test("W10: of keys within keys now one wins, now the other", async () => {
    await open();
    const inputs = [
      { name: "a", type: "string" as const, "default-value": "1", "replacement-key": "KEY" },
      { name: "b", type: "string" as const, "default-value": "2", "replacement-key": "KEYS" },
    ];
    const [wrapper = 0] = stage.enable(sampleCommand({ "command-line": "KEYS", inputs }));
    for (let n = 0; n < 20; n++) await stage.launch(wrapper, "scan", { scan: uriOf() });
    expect(new Set(stage.backend.specs.map(({ args }) => args.join()))).toEqual(
      new Set(["1S", "2"]),
    );
  });

  test("W06, W18: unknown input types act as text, unknown properties give nothing", async () => {
    await open();
    const inputs = [{ name: "max", type: "bool" as never, "default-value": "yes" }];
    await outcome(sampleCommand({ inputs, "command-line": "#max#" }));
    expect(stage.backend.specs[0]?.args).toEqual(["yes"]);
    const wrapper = scanWrapper();
    const odd = {
      ...{ name: "odd", type: "string" as const, required: false },
      ...{ "derived-from-wrapper-input": "scan", "derived-from-xnat-object-property": "colour" },
    };
    const derived = [...(wrapper["derived-inputs"] ?? []), odd];
    const command = sampleCommand({
      name: "second",
      xnat: [{ ...wrapper, "derived-inputs": derived }],
    });
    await outcome({ ...command, "environment-variables": { ODD: "#odd#" } });
    expect(stage.backend.specs[1]?.environment["ODD"]).toBe("");
  });

  test("W01: unknown keys are ignored", async () => {
    await open();
    const odd = { workdir: "/elsewhere", glob: "*.txt", "user-settable": true };
    expect((await outcome({ ...sampleCommand(), ...odd } as CommandJson))[0]).toBe("Complete");
    expect(stage.backend.specs[0]?.workingDirectory).toBe("");
    expect(await filesOf("PROCESSED")).toEqual(["maps.txt"]);
  });

  test("W19: what cannot be derived from its parent has no value", async () => {
    await open();
    const wrapper = scanWrapper();
    const subject = {
      ...{ name: "subject", type: "Subject" as const, required: true },
      "derived-from-wrapper-input": "scan",
    };
    const derived = [...(wrapper["derived-inputs"] ?? []), subject];
    const [status, details] = await outcome(
      sampleCommand({ xnat: [{ ...wrapper, "derived-inputs": derived }] }),
    );
    expect(status).toBe("Failed (Command resolution)");
    expect(details).toContain('Input "subject" could not be resolved for this item.');
  });

  test("W02: a mount nobody provides becomes an empty folder that can be written", async () => {
    await open();
    const wrapper = scanWrapper();
    const [files, ...rest] = wrapper["derived-inputs"] ?? [];
    const lost = { ...files, "provides-files-for-command-mount": "nope" } as (typeof rest)[0];
    await outcome(sampleCommand({ xnat: [{ ...wrapper, "derived-inputs": [lost, ...rest] }] }));
    expect(stage.backend.specs[0]?.mounts[0]).toMatchObject({ target: "/input", writable: true });
  });

  test("K18: values fill quotes of the command line, blank arguments vanish", async () => {
    await open();
    await outcome(sampleCommand(), { series: "MSME 10 echoes", fast: "true" });
    expect(stage.backend.specs[0]?.args).toEqual([
      "--max=500",
      "--series=MSME 10 echoes",
      "--fast",
    ]);
  });

  test("K19: a read-only mount is the archive itself, a writable one a copy", async () => {
    await open();
    const folder = stage.scans[0]?.resources[0]?.folder;
    await outcome(sampleCommand());
    expect(stage.backend.specs[0]?.mounts[0]).toMatchObject({ source: folder, writable: false });
    const [input, out] = sampleCommand().mounts ?? [];
    const mounts = [{ ...input, writable: true }, out] as NonNullable<CommandJson["mounts"]>;
    await outcome(sampleCommand({ name: "writes", mounts }));
    const copy = stage.backend.specs[1]?.mounts[0];
    expect(copy?.source).not.toBe(folder);
    expect(readFileSync(join(copy?.source ?? "", "a.dcm"), "utf8")).toBe("pixels of M01/1");
  });

  test("K20: a collaborator cannot launch what writes, and is told why", async () => {
    await open();
    expect(await outcome(sampleCommand(), {}, "collab")).toEqual(
      unresolved(
        'User "collab" does not have sufficient permissions to create the output Resource.',
      ),
    );
  });

  test("K21: an optional output that may not be written is skipped", async () => {
    await open();
    const outputs = sampleCommand().outputs?.map((one) => ({ ...one, required: false })) ?? [];
    expect(await outcome(sampleCommand({ outputs }), {}, "collab")).toEqual(["Complete", ""]);
    expect(await filesOf("PROCESSED")).toEqual([]);
  });
});

describe("the end of a container", () => {
  test("K22: an exit code but 0 uploads nothing", async () => {
    await open((run) => {
      writeOutputs(run);
      return 3;
    });
    expect(await outcome(sampleCommand())).toEqual([
      ...["Failed", "Non-zero exit code and/or failure status from container"],
    ]);
    expect(await filesOf("PROCESSED")).toEqual([]);
  });

  test("K23: old files stay in a resource that is filled again, same names are replaced", async () => {
    let run = 0;
    await open((container) => {
      run += 1;
      writeOutputs(container);
      writeFileSync(join(container.folder("/output"), "maps", `run-${run}.txt`), "");
      return 0;
    });
    await outcome(sampleCommand());
    await outcome(sampleCommand({ name: "again" }), { max: "7" });
    expect([...(await filesOf("PROCESSED"))].sort()).toEqual([
      ...["maps.txt", "run-1.txt", "run-2.txt"],
    ]);
    const folder = stage.scans[0]?.resources.find(({ label }) => label === "PROCESSED")?.folder;
    expect(readFileSync(join(folder ?? "", "maps.txt"), "utf8")).toBe("--max=7");
  });

  test("K24: an empty folder leaves an odd empty entry, a missing one fails the upload", async () => {
    await open(({ folder }) => {
      mkdirSync(join(folder("/output"), "maps"));
      return 0;
    });
    const [status] = await outcome(sampleCommand());
    expect(status).toBe("Failed (Upload)");
    expect(await filesOf("PROCESSED")).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test("W13: two outputs of one folder are stored twice", async () => {
    await open();
    const outputs = (sampleCommand().outputs ?? []).map((one) => ({ ...one, path: "maps" }));
    await outcome(sampleCommand({ outputs }));
    expect(await filesOf("PROCESSED")).toEqual(["maps.txt"]);
    expect(await filesOf("PROCESSED_REPORT")).toEqual(["maps.txt"]);
  });

  test("W12: a failed output that is not required is nobody's business", async () => {
    await open(() => 0);
    const outputs = sampleCommand().outputs?.map((one) => ({ ...one, required: false })) ?? [];
    expect(await outcome(sampleCommand({ outputs }))).toEqual(["Complete", ""]);
  });

  test("K25: an assessor needs exactly one XML file", async () => {
    await open(({ folder }) => {
      for (const name of ["maps", "report"]) mkdirSync(join(folder("/output"), name));
      return 0;
    });
    const wrapper = sessionWrapper();
    const [maps, report] = wrapper["output-handlers"] ?? [];
    const { label: _, ...unlabelled } = maps ?? { label: "" };
    const assessor = { ...unlabelled, type: "Assessor", "as-a-child-of": "session" } as typeof maps;
    const handlers = [assessor, report] as NonNullable<(typeof wrapper)["output-handlers"]>;
    const [id = 0] = stage.enable(
      sampleCommand({ xnat: [{ ...wrapper, "output-handlers": handlers }] }),
    );
    const session = uriOf().replace(/\/scans.*/, "");
    await stage.launch(id, "session", { session, scan: "1" });
    const [workflow] = stage.xnat.site.workflows.values();
    expect(workflow?.details).toBe(
      "Expecting precisely one xml file to upload for Assessor; found none",
    );
  });

  test("A5: its token logs in while it runs and not any more afterwards", async () => {
    const statuses: number[] = [];
    const call = async (environment: Readonly<Record<string, string>>) => {
      const pair = `${environment["XNAT_USER"]}:${environment["XNAT_PASS"]}`;
      const headers = { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
      const { status } = await fetch(`${environment["XNAT_HOST"]}/data/projects`, { headers });
      statuses.push(status);
    };
    await open(async (run) => {
      await call(run.spec.environment);
      return writeOutputs(run);
    });
    await outcome(sampleCommand());
    await call(stage.backend.specs[0]?.environment ?? {});
    expect(statuses).toEqual([200, 401]);
    expect(stage.backend.specs[0]?.environment["XNAT_WORKFLOW_ID"]).toBe("1");
  });

  test("K26: logs are kept when they are not blank", async () => {
    await open();
    await outcome(sampleCommand());
    const log = (name: string) => stage.ask("GET", `/xapi/containers/1/${name}`);
    expect((await log("logs/stdout")).text).toBe("working\n");
    expect((await log("logs/stderr")).status).toBe(404);
    expect((await log("logSince/stdout")).json).toEqual({
      ...{ content: "working\n", timestamp: "-1", fromFile: true },
    });
    expect((await log("logs")).text.slice(0, 2)).toBe("PK");
  });

  test("K27: a killed one uploads nothing", async () => {
    await open((run) => run.killed);
    const [wrapper = 0] = stage.enable(sampleCommand());
    const path = `/xapi/projects/P/wrappers/${wrapper}/root/scan/launch`;
    await stage.ask("POST", path, { scan: uriOf() });
    await expect.poll(() => stage.xnat.site.containers.get(1)?.status).toBe("Running");
    const open1 = await stage.ask("GET", "/xapi/containers?nonfinalized=true");
    expect(open1.json).toHaveLength(1);
    expect((await stage.ask("POST", "/xapi/projects/P/containers/1/kill")).status).toBe(200);
    await stage.settled();
    expect(stage.xnat.site.containers.get(1)?.status).toBe("Killed");
    expect(stage.xnat.site.tokens.size).toBe(0);
  });

  test("K28: one killed for memory says so", async () => {
    await open(() => ({ exitCode: 137, outOfMemory: true, message: "" }));
    expect((await outcome(sampleCommand()))[0]).toBe("Killed (Out of Memory)");
  });

  test("K29: without an image the launch of the container fails", async () => {
    await open();
    const [status, details] = await outcome(sampleCommand({ image: "example/none:1" }));
    expect([status, details]).toEqual([
      ...["Failed (Container launch)", "No such image: example/none:1"],
    ]);
  });

  for (const [name, status, containers] of [
    ["queueStuck", "_Queued", 0],
    ["containerLost", "Running", 1],
    ["statusLost", "_Waiting", 1],
    ["logsEmpty", "Complete", 1],
  ] as const) {
    test(`K30: fault ${name}: the workflow stays ${status}`, async () => {
      await open();
      addContainerFault(stage.xnat.site, { name, nth: 1 });
      expect((await outcome(sampleCommand()))[0]).toBe(status);
      expect(stage.xnat.site.containers.size).toBe(containers);
      expect((await outcome(sampleCommand({ name: "next" })))[0]).toBe("Complete");
    });
  }
});

describe("the dialog", () => {
  test("K31: one value is static, several are a menu, options keep their form", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand({ xnat: [sessionWrapper()] }));
    const session = uriOf().replace(/\/scans.*/, "");
    const path = `/xapi/projects/P/wrappers/${wrapper}/launch?session=${session}`;
    const { json } = await stage.ask("GET", path);
    const [root, max, , fast] = json["input-config"];
    expect([root["input-type"], root.children[0]["input-type"]]).toEqual(["static", "select-one"]);
    expect([max["input-type"], fast["input-type"]]).toEqual(["text", "boolean"]);
    const [values] = json["input-values"];
    expect(
      values.values[0].children[0].values.map(({ label }: { label: string }) => label),
    ).toEqual(["1 - MSME 1", "2 - MSME 2"]);
    expect(json.meta).toMatchObject({ "command-name": "demo", "wrapper-id": wrapper });
  });

  test("K32: without candidate it is refused with 400", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand({ xnat: [sessionWrapper()] }));
    for (const scan of stage.sessions[0]?.scans ?? []) scan.resources.length = 0;
    const session = uriOf().replace(/\/scans.*/, "");
    const path = `/xapi/projects/P/wrappers/${wrapper}/launch?session=${session}`;
    const { status, text } = await stage.ask("GET", path);
    expect(status).toBe(400);
    expect(text).toMatch(
      /^The command has failed in the pre-resolution step\.\nThe following required fields cannot be resolved using the provided data: scan/,
    );
  });

  test("a matcher finds the children that some input is derived from, but a launch finds all", async () => {
    await open(() => 0);
    const { "derived-inputs": derived = [] } = scanWrapper();
    const texts = derived.filter(({ type }) => type === "string");
    const bare = { mounts: [], outputs: [] };
    const wrapper = scanWrapper({ "derived-inputs": texts, "output-handlers": [] });
    const [id = 0] = stage.enable(sampleCommand({ ...bare, xnat: [wrapper] }));
    const path = `/xapi/projects/P/wrappers/${id}/launch?scan=${uriOf()}`;
    expect((await stage.ask("GET", path)).status).toBe(400);
    expect((await stage.launch(id, "scan", { scan: uriOf() })).status).toBe(200);
    const [workflow] = stage.xnat.site.workflows.values();
    expect(workflow?.status).toBe("Complete");
  });

  test("load-children false leaves a project without subjects", async () => {
    await open(() => 0);
    const wrapper = (loadChildren: boolean) =>
      scanWrapper({
        ...{ name: `children-${loadChildren}`, contexts: ["xnat:projectData"] },
        "external-inputs": [{ name: "project", type: "Project", "load-children": loadChildren }],
        "derived-inputs": [
          {
            ...{ name: "subject", type: "Subject", "derived-from-wrapper-input": "project" },
            ...{ matcher: "@.label == 'M02'", required: false },
          },
        ],
        "output-handlers": [],
      });
    const bare = { mounts: [], outputs: [], "environment-variables": { SUBJECT: "#subject#" } };
    const xnat = [wrapper(true), wrapper(false)];
    for (const id of stage.enable(sampleCommand({ ...bare, xnat }))) {
      await stage.launch(id, "project", { project: "/archive/projects/P" });
    }
    const found = stage.backend.specs.map(({ environment }) => environment["SUBJECT"]);
    expect(found).toEqual([`/archive/subjects/${stage.sessions[1]?.subjectId}`, ""]);
  });

  test("K33: in bulk what is derived cannot be chosen", async () => {
    await open();
    const [wrapper = 0] = stage.enable(sampleCommand({ xnat: [sessionWrapper()] }));
    const sample = uriOf().replace(/\/scans.*/, "");
    const path = `/xapi/projects/P/wrappers/${wrapper}/bulklaunch?sampleTarget=${sample}&rootElement=session`;
    const { json } = await stage.ask("GET", path);
    expect(json["input-config"][0].children[0]["input-type"]).toBe("derived");
  });
});
