import { globSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasXnatData, readXnatData } from "#test/command-json/xnat-data.ts";
import { createCommand } from "../container-service/command-store.ts";
import {
  type LaunchStage,
  openLaunchStage,
  sampleCommand,
  scanWrapper,
} from "../container-service/sample-launches.ts";
import { Refusal } from "../exchange.ts";

// Commands and wrappers of the Container Service: what is refused, in its words, and who may see and change them.

const root = new URL("../../../", import.meta.url).pathname;

interface GoldenCase {
  readonly case: string;
  readonly command: unknown;
  readonly outcome: string;
  readonly errors: readonly string[];
  readonly "image-after-create"?: string;
}

const cases = hasXnatData
  ? (readXnatData("own/command-validator-cases.json") as { cases: readonly GoldenCase[] }).cases
  : [];

let stage: LaunchStage;
beforeAll(async () => {
  stage = await openLaunchStage();
});
afterAll(() => stage.stop());

const post = (path: string, body: unknown, login = "admin") => stage.ask("POST", path, body, login);

/** Lists after "Known ..." come from hash sets: their order says nothing. */
const sorted = (text: string): string =>
  text.replaceAll(
    /(Known [^:]*|select-values) ?:?\s?"?([^.\n]*)/g,
    (_, lead: string, list: string) => `${lead}: ${list.split(/,\s*/).sort().join(", ")}`,
  );

describe.skipIf(!hasXnatData)("a command the server's own class judged", () => {
  for (const one of cases) {
    test(`E01-E49: ${one.case} is ${one.outcome}`, () => {
      const { site } = stage.xnat;
      let status = 201;
      let text = "";
      try {
        const stored = createCommand(site, JSON.stringify(one.command));
        if (one["image-after-create"] !== undefined) {
          expect(stored.command.image).toBe(one["image-after-create"]);
        }
        site.commands.delete(stored.id);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        ({ status, message: text } = error);
      }
      if (one.outcome === "accepted") expect([status, text]).toEqual([201, ""]);
      else if (one.outcome === "rejected") {
        expect(status).toBe(400);
        expect(sorted(text)).toBe(sorted(["Invalid command:", ...one.errors].join("\n\t")));
      } else expect([400, 500]).toContain(status);
    });
  }
});

describe("commands", () => {
  test("K1: creating answers 201 and the id; the list shows wrappers with their ids", async () => {
    const { status, json: id } = await post("/xapi/commands", sampleCommand());
    expect([status, typeof id]).toEqual([201, "number"]);
    const { json } = await stage.ask("GET", "/xapi/commands?name=demo&version=1.0");
    expect(json).toMatchObject([{ id, name: "demo", xnat: [{ name: "demo-scan" }] }]);
    expect(typeof json[0].xnat[0].id).toBe("number");
    expect((await stage.ask("GET", "/xapi/commands?version=1.0")).status).toBe(400);
  });

  test("K2: name, image and version together must be new", async () => {
    const { status, text } = await post("/xapi/commands", sampleCommand());
    expect([status, text]).toEqual([
      400,
      "Bad request:\nThis command duplicates a command already in the database.",
    ]);
  });

  test("A11: without the role of a Container Manager nobody changes commands", async () => {
    const { status, text } = await post("/xapi/commands", sampleCommand({ name: "x" }), "owner");
    expect([status, text]).toEqual([401, "User owner is not a Container Manager."]);
  });

  test("a private command shows to managers, and to readers of a project it is enabled in", async () => {
    const { json: id } = await post("/xapi/commands", sampleCommand({ name: "hidden" }));
    const path = `/xapi/command/${id}/visibility/private`;
    expect((await post(path, "", "owner")).status).toBe(401);
    expect((await post(path, "")).status).toBe(200);
    const seenBy = async (login: string) => {
      const list = await stage.ask("GET", "/xapi/commands?name=hidden", undefined, login);
      const one = await stage.ask("GET", `/xapi/commands/${id}`, undefined, login);
      expect(one.status).toBe(200);
      return [list.json.length, one.json?.visibility];
    };
    expect(await seenBy("admin")).toEqual([1, "private"]);
    expect(await seenBy("owner")).toEqual([0, undefined]);
    for (const wrapper of stage.xnat.site.commands.get(id)?.wrapperIds ?? []) {
      stage.project.enabledWrappers.add(wrapper);
    }
    expect(await seenBy("collab")).toEqual([1, "private"]);
    expect(await seenBy("outsider")).toEqual([0, undefined]);
    expect((await stage.ask("DELETE", `/xapi/commands/${id}`, undefined, "admin")).status).toBe(
      204,
    );
  });

  test("E03: an image gets :latest on create, and must have a tag on update", async () => {
    const command = sampleCommand({ name: "untagged", image: "host:5000/demo" });
    const { json: id } = await post("/xapi/commands", command);
    expect((await stage.ask("GET", `/xapi/commands/${id}`)).json.image).toBe(
      "host:5000/demo:latest",
    );
    const { status, text } = await post(`/xapi/commands/${id}`, command);
    expect([status, text]).toEqual([
      400,
      'Invalid command:\n\tCommand "untagged" - image name must include version tag. e.g. image_name:tag',
    ]);
    expect((await post(`/xapi/commands/${id}`, { ...command, image: "demo:2" })).status).toBe(200);
    expect((await stage.ask("DELETE", `/xapi/commands/${id}`, undefined, "admin")).status).toBe(
      204,
    );
  });

  test("W20: comments and single quotes are read", async () => {
    const text = `{ // a comment\n ${JSON.stringify(sampleCommand({ name: "quoted" }))
      .slice(1)
      .replace('"quoted"', "'quoted'")}`;
    expect((await post("/xapi/commands", text)).status).toBe(201);
  });

  test("K3: the label of an image makes commands, under the image name that was asked for", async () => {
    const { json } = await post("/xapi/docker/images/save?image=example/labelled:2.0", "");
    expect(json).toMatchObject([{ name: "labelled", image: "example/labelled:2.0" }]);
    const again = await post("/xapi/docker/images/save?image=example/labelled:2.0", "");
    expect([again.status, again.json]).toEqual([200, []]);
  });

  for (const name of globSync("containers/*/command*.json", { cwd: root })) {
    test(`K4: our ${name} is taken as it is`, async () => {
      const file = `${root}${name}`;
      const { status, text } = await post("/xapi/commands", readFileSync(file, "utf8"));
      expect([status, text]).toEqual([201, expect.stringMatching(/^\d+$/)]);
    });
  }
});

describe("what is offered", () => {
  const available = async (login: string, xsiType = "xnat:mrScanData") => {
    const path = `/xapi/projects/P/commands/available?xsiType=${xsiType}`;
    const { json } = await stage.ask("GET", path, undefined, login);
    return (json as { "wrapper-name": string }[]).map((one) => one["wrapper-name"]);
  };

  test("K5: on a page only what is enabled for site and project", async () => {
    const command = sampleCommand({ name: "offer", xnat: [scanWrapper({ name: "offer-scan" })] });
    const { json: id } = await post("/xapi/commands", command);
    const wid = stage.xnat.site.commands.get(id)?.wrapperIds[0];
    expect(await available("owner")).not.toContain("offer-scan");
    const put = (path: string, login: string) => stage.ask("PUT", path, undefined, login);
    expect((await put(`/xapi/wrappers/${wid}/enabled`, "owner")).status).toBe(401);
    expect((await put(`/xapi/wrappers/${wid}/enabled`, "admin")).status).toBe(200);
    expect(await available("owner")).not.toContain("offer-scan");
    expect((await put(`/xapi/projects/P/wrappers/${wid}/enabled`, "member")).status).toBe(403);
    expect((await put(`/xapi/projects/P/wrappers/${wid}/enabled`, "owner")).status).toBe(200);
    const { json } = await stage.ask("GET", `/xapi/projects/P/wrappers/${wid}/enabled`);
    expect(json).toEqual({
      ...{ "enabled-for-site": true, "enabled-for-project": true },
      project: "P",
    });
    expect(await available("owner")).toContain("offer-scan");
    expect(await available("owner", "xnat:mrSessionData")).not.toContain("offer-scan");
  });

  test("K6: collaborators see only what writes nothing", async () => {
    const quiet = scanWrapper({ name: "quiet", "output-handlers": [] });
    stage.enable(sampleCommand({ name: "quiet", outputs: [], xnat: [quiet] }));
    expect(await available("member")).toEqual(expect.arrayContaining(["offer-scan", "quiet"]));
    expect(await available("collab")).toEqual(["quiet"]);
  });

  test("K7: what writes to the project is for its owners", async () => {
    const handlers = (scanWrapper()["output-handlers"] ?? []).map((handler) => ({
      ...{ ...handler, "as-a-child-of": "project" },
    }));
    const wrapper = scanWrapper({
      ...{ name: "whole", contexts: ["xnat:projectData"], "derived-inputs": [] },
      "external-inputs": [{ name: "project", type: "Project", "load-children": false }],
      "output-handlers": handlers,
    });
    stage.enable(sampleCommand({ name: "whole", xnat: [wrapper] }));
    expect(await available("owner", "xnat:projectData")).toEqual(["whole"]);
    expect(await available("member", "xnat:projectData")).toEqual([]);
  });

  test("W03, W15: without contexts or with two external inputs a wrapper is never offered", async () => {
    const two = [...(scanWrapper()["external-inputs"] ?? []), { name: "note" }];
    stage.enable(
      sampleCommand({
        name: "never",
        xnat: [
          scanWrapper({ name: "no-context", contexts: [] }),
          scanWrapper({ name: "two-inputs", "external-inputs": two as never }),
        ],
      }),
    );
    const names = await available("owner");
    expect(names).not.toContain("no-context");
    expect(names).not.toContain("two-inputs");
  });

  test("K8: a wrapper for image scans is offered on MR scans; an unknown type is refused", async () => {
    const wrapper = scanWrapper({ name: "any-scan", contexts: ["xnat:imageScanData"] });
    stage.enable(sampleCommand({ name: "any", xnat: [wrapper] }));
    expect(await available("owner")).toContain("any-scan");
    const path = "/xapi/commands/available?project=P&xsiType=xnat:nothing";
    const { status, text } = await stage.ask("GET", path);
    expect([status, text]).toEqual([400, "Bad XSI Type. xnat:nothing"]);
  });

  test("K9: a project's configuration changes defaults and labels of its launches", async () => {
    const [wid = 0] = stage.enable(
      sampleCommand({ name: "configured", xnat: [scanWrapper({ name: "configured" })] }),
    );
    const path = `/xapi/projects/P/wrappers/${wid}/config`;
    const configuration = {
      inputs: { max: { "default-value": "42", "user-settable": false, advanced: true } },
      outputs: { "maps-resource": { label: "ELSEWHERE" } },
    };
    expect((await post(path, configuration, "owner")).status).toBe(201);
    expect((await stage.ask("GET", path)).json).toEqual(configuration);
    const scan = `/archive/experiments/${stage.sessions[0]?.id}/scans/1`;
    await stage.launch(wid, "scan", { scan });
    expect(stage.backend.specs.at(-1)?.args).toContain("--max=42");
    expect(stage.scans[0]?.resources.map(({ label }) => label)).toContain("ELSEWHERE");
    const dialog = await stage.ask("GET", `/xapi/projects/P/wrappers/${wid}/launch?scan=${scan}`);
    expect(dialog.json["input-config"][1]).toMatchObject({
      "input-type": "static",
      advanced: true,
    });
  });

  test("K10: without the Container Service there is nothing", async () => {
    const off = await openLaunchStage(undefined, { containerService: "off" });
    expect((await off.ask("GET", "/xapi/commands")).status).toBe(404);
    await off.stop();
  });
});
