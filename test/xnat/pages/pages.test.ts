import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type LaunchStage,
  openLaunchStage,
  sampleCommand,
  scanWrapper,
} from "../container-service/sample-launches.ts";

// The pages for a person: what a browser gets, step by step, from the login form to the log of a container.

let stage: LaunchStage;
let cookie = "";
let wrapper = 0;
let sessionWrapper = 0;
const agent = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };

beforeAll(async () => {
  stage = await openLaunchStage();
  const { "derived-inputs": derived = [] } = scanWrapper();
  const choose = {
    ...{
      name: "scan",
      type: "Scan" as const,
      required: true,
      "derived-from-wrapper-input": "session",
    },
    matcher: "'DICOM' in @.resources[*].label",
  };
  const onSession = scanWrapper({
    ...{ name: "demo-session", label: "Demo <choose>", contexts: ["xnat:mrSessionData"] },
    "external-inputs": [{ name: "session", type: "Session", required: true }],
    "derived-inputs": [choose, ...derived],
  });
  const ids = stage.enable(sampleCommand({ xnat: [scanWrapper(), onSession] }));
  [wrapper = 0, sessionWrapper = 0] = ids;
});
afterAll(() => stage.stop());

async function visit(path: string, form?: Readonly<Record<string, string>>) {
  const response = await fetch(stage.xnat.url + path, {
    method: form === undefined ? "GET" : "POST",
    redirect: "manual",
    headers: { ...agent, Cookie: cookie },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const set = response.headers.getSetCookie().find((line) => line.startsWith("JSESSIONID="));
  if (set !== undefined) cookie = set.split(";")[0] ?? "";
  return {
    status: response.status,
    text: await response.text(),
    location: response.headers.get("location") ?? "",
  };
}

const csrfOf = (text: string): string => /name="XNAT_CSRF" value="([^"]*)"/.exec(text)?.[1] ?? "";

describe("pages", () => {
  test("nobody sees anything but the login form", async () => {
    for (const path of ["/", "/app/projects/P", "/app/workflows/1"]) {
      const { text } = await visit(path);
      expect(text).toContain('name="password"');
      expect(text).not.toContain("M01");
    }
    const { text } = await visit("/app/login", { username: "owner", password: "wrong" });
    expect(text).toContain("is not right");
  });

  test("after the login form there are projects, sessions and menus", async () => {
    const { status, location } = await visit("/app/login", {
      username: "owner",
      password: "owner",
    });
    expect([status, location]).toEqual([303, "/"]);
    expect((await visit("/")).text).toContain("/app/projects/P");
    const project = await visit("/app/projects/P");
    expect(project.text).toContain("M02_MR");
    expect(project.text).toContain("Demo &lt;choose&gt;");
    const session = await visit(`/app/sessions/${stage.sessions[0]?.id}`);
    expect(session.text.match(/Run Container/g)?.length).toBeGreaterThan(3);
  });

  test("a form starts a container and leads to its log", async () => {
    const uri = `/archive/experiments/${stage.sessions[0]?.id}/scans/1`;
    const path = `/app/projects/P/launch/${wrapper}`;
    const form = await visit(`${path}?uri=${encodeURIComponent(uri)}`);
    expect(form.text).toContain("1 - MSME 1");
    expect((await visit(path, { uri, max: "7" })).status).toBe(403);
    const csrf = csrfOf(form.text);
    const { status, location } = await visit(path, { uri, max: "7", XNAT_CSRF: csrf });
    expect(status).toBe(303);
    await stage.settled();
    const { text } = await visit(location);
    for (const words of ["Complete", "--max=7", "working", "PROCESSED_REPORT"]) {
      expect(text).toContain(words);
    }
    const [, files = ""] = /href="(\/app\/files[^"]*PROCESSED)"/.exec(text) ?? [];
    expect((await visit(files)).text).toContain("maps.txt");
  });

  test("a bulk form starts all chosen sessions, and the history says why none could run", async () => {
    const uris = stage.sessions.map(({ id }) => `uri=/archive/experiments/${id}`).join("&");
    const form = await visit(`/app/projects/P/bulk?wrapper=${sessionWrapper}&${uris}`);
    expect(form.text).toContain("<b>2 containers</b>");
    expect(form.text).toContain("2 candidates: this launch will fail");
    const path = `/app/projects/P/bulk/${sessionWrapper}`;
    const { location } = await visit(`${path}?${uris}`, { XNAT_CSRF: csrfOf(form.text) });
    await stage.settled();
    const { text } = await visit(location);
    expect(text.match(/Failed \(Command resolution\)/g)).toHaveLength(2);
  });

  test("on scans of one type a bulk form starts one container for each session", async () => {
    const page = await visit("/app/projects/P");
    const [, scanWrapper = ""] = /<option value="(\d+)"/.exec(page.text) ?? [];
    expect(page.text).toContain("<option>MSME 1</option>");
    const uris = stage.sessions.map(({ id }) => `uri=/archive/experiments/${id}`).join("&");
    const asked = `wrapper=${scanWrapper}&scan-type=MSME+1&${uris}`;
    const form = await visit(`/app/projects/P/bulk?${asked}`);
    expect(form.text).toContain("<b>2 containers</b>");
    expect(form.text.match(/name="uri" value="[^"]*\/scans\/1"/g)).toHaveLength(2);
  });

  test("what a user may not see is an error page", async () => {
    cookie = "";
    await visit("/app/login", { username: "outsider", password: "outsider" });
    const { status, text } = await visit("/app/projects/P");
    expect(status).toBe(404);
    expect(text).toContain("This cannot be shown");
  });
});
