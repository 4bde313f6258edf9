import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Fault, openFaultPlan } from "./faults.ts";
import { addProject, addSubject } from "./records.ts";
import { type SimulatedXnat, startXnat } from "./start-xnat.ts";

let xnat: SimulatedXnat;
beforeEach(async () => {
  xnat = await startXnat();
  addProject(xnat.site, { id: "P", members: new Map([["owner", "owner"]]) });
  for (let at = 0; at < 50; at++) addSubject(xnat.site, { project: "P", label: `S${at}` });
});
afterEach(() => xnat.stop());

const headers = { Authorization: `Basic ${Buffer.from("owner:owner").toString("base64")}` };

/** Status and length of an answer, or the code of what broke it. */
async function ask(path: string, method = "GET"): Promise<string> {
  try {
    const reply = await fetch(xnat.url + path, { method, headers, redirect: "manual" });
    return `${reply.status} ${(await reply.text()).length > 0 ? "body" : "empty"}`;
  } catch (error) {
    return error instanceof TypeError ? "broken" : String(error);
  }
}

const list = "/data/projects/P/subjects?format=json";
const hit = (action: Fault["action"], match: Fault["match"] = {}): void =>
  xnat.addFault({ match, action });

describe("which requests a fault hits", () => {
  const named = (plan: ReturnType<typeof openFaultPlan>, method: string, path: string): number =>
    plan.hit(method, path, "owner").length;
  const action = { name: "silent200" } as const;

  test("method, glob, user, nth, every, times", () => {
    const plan = openFaultPlan(Math.random, [
      { match: { method: "PUT", path: "/data/*/E/**", nth: 2 }, action },
    ]);
    expect(named(plan, "GET", "/data/experiments/E/scans/3")).toBe(0);
    expect(named(plan, "PUT", "/data/experiments/E/scans/3")).toBe(0);
    expect(named(plan, "PUT", "/data/a/b/E/scans")).toBe(0);
    expect(named(plan, "PUT", "/data/experiments/E/scans/3")).toBe(1);
    expect(named(plan, "PUT", "/data/experiments/E/scans/3")).toBe(0);
    plan.clear();
    plan.add({ match: { every: 2, times: 2, user: "owner" }, action });
    expect(Array.from({ length: 8 }, () => named(plan, "GET", "/"))).toEqual([
      0, 1, 0, 1, 0, 0, 0, 0,
    ]);
  });
});

describe("what goes wrong", () => {
  test("a connection breaks before, after and within the work", async () => {
    hit({ name: "reset", when: "before" }, { path: "/data/projects/P/subjects/NEW1" });
    hit({ name: "reset", when: "afterWork" }, { path: "/data/projects/P/subjects/NEW2" });
    hit({ name: "reset", when: "answer", bytes: 100 }, { path: "/data/projects/P/subjects" });
    expect(await ask("/data/projects/P/subjects/NEW1", "PUT")).toBe("broken");
    expect(await ask("/data/projects/P/subjects/NEW2", "PUT")).toBe("broken");
    expect(await ask(list)).toBe("broken");
    const labels = [...xnat.site.subjects.values()].map(({ label }) => label);
    expect(labels).not.toContain("NEW1");
    expect(labels).toContain("NEW2");
  });

  test("a connection breaks within an upload, and nothing is stored", async () => {
    const path = "/data/projects/P/resources/L/files/a.bin?inbody=true";
    hit({ name: "reset", when: "request", bytes: 100_000 }, { method: "PUT", times: 1 });
    const body = new Uint8Array(1_000_000);
    const put = () => fetch(xnat.url + path, { method: "PUT", headers, body });
    await expect(put()).rejects.toThrow("fetch failed");
    expect(await ask("/data/projects/P/resources/L/files/a.bin")).toMatch(/^404/);
    expect((await put()).status).toBe(200);
  });

  test("a proxy gives up while the server goes on", async () => {
    hit({ name: "status", status: 504, afterWork: true }, { method: "PUT" });
    expect(await ask("/data/projects/P/subjects/NEW", "PUT")).toBe("504 body");
    expect([...xnat.site.subjects.values()].at(-1)?.label).toBe("NEW");
  });

  test("a status comes with its headers, and the rest goes on", async () => {
    hit({ name: "status", status: 503, headers: { "Retry-After": "1" } }, { times: 1 });
    const reply = await fetch(xnat.url + list, { headers });
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await ask(list)).toBe("200 body");
  });

  test("a slow body is slow and whole", async () => {
    const whole = (await (await fetch(xnat.url + list, { headers })).text()).length;
    hit({ name: "slowBody", bytesPerSecond: whole * 4 });
    const started = performance.now();
    const slow = (await (await fetch(xnat.url + list, { headers })).text()).length;
    // Times of insertion have one to three digits.
    expect(Math.abs(slow - whole)).toBeLessThan(200);
    expect(performance.now() - started).toBeGreaterThan(150);
  });

  test("a stalled body never ends", async () => {
    hit({ name: "stallAfter", bytes: 100 });
    const signal = AbortSignal.timeout(200);
    const reply = await fetch(xnat.url + list, { headers, signal });
    await expect(reply.text()).rejects.toThrow("timeout");
  });

  test("a session is thrown out, a token dies", async () => {
    const opened = await fetch(`${xnat.url}/data/JSESSION`, { headers });
    const cookie = { Cookie: `JSESSIONID=${await opened.text()}` };
    hit({ name: "expireSession" }, { nth: 2 });
    const status = async (): Promise<number> =>
      (await fetch(`${xnat.url}/data/auth`, { headers: cookie })).status;
    expect([await status(), await status(), await status()]).toEqual([200, 401, 401]);

    xnat.clearFaults();
    const issued = await fetch(`${xnat.url}/data/services/tokens/issue`, { headers });
    const { alias, secret } = (await issued.json()) as { alias: string; secret: string };
    const basic = `Basic ${Buffer.from(`${alias}:${secret}`).toString("base64")}`;
    const logIn = () => fetch(`${xnat.url}/data/JSESSION`, { headers: { Authorization: basic } });
    const byToken = { Cookie: `JSESSIONID=${await (await logIn()).text()}` };
    hit({ name: "expireToken" }, { times: 1 });
    expect((await fetch(`${xnat.url}/data/auth`, { headers: byToken })).status).toBe(401);
    expect((await logIn()).status).toBe(401);
  });

  test("a restart forgets sessions and keeps data and port", async () => {
    const opened = await fetch(`${xnat.url}/data/JSESSION`, { headers });
    const cookie = `JSESSIONID=${await opened.text()}`;
    await xnat.restart();
    const asked = { headers: { Cookie: cookie, Connection: "close" } };
    const again = await fetch(`${xnat.url}/data/auth`, asked).catch(() =>
      fetch(`${xnat.url}/data/auth`, asked),
    );
    expect(again.status).toBe(401);
    expect(await ask(list)).toBe("200 body");
  });

  test("the log tells faults and rules, and no password", async () => {
    hit({ name: "latency", ms: 1 }, { times: 1 });
    await ask(list);
    await ask("/data/no/such");
    expect(
      xnat.log.map(({ status, faults, rules, user }) => [status, faults, rules, user]),
    ).toEqual([
      [200, ["latency"], [], "owner"],
      [404, [], ["L8"], "owner"],
    ]);
    expect(JSON.stringify(xnat.log)).not.toContain(headers.Authorization.slice(6));
  });
});
