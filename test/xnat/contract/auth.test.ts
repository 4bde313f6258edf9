import { afterAll, describe, expect } from "vitest";
import { startXnat } from "../start-xnat.ts";
import { basicHeader, openTarget, rulesOf } from "./target.ts";

const target = await openTarget();
afterAll(() => target.close());
const rule = rulesOf(target);
const { ask } = target;

const minute = 60_000;
const mozilla = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
const sessionOf = (cookies: readonly string[]): string | undefined =>
  cookies.map((line) => /^JSESSIONID=(\w+)/.exec(line)?.[1]).find((id) => id !== undefined);

describe("logging in", () => {
  rule("A1", "a name and password without a cookie open a new session each time", [], async () => {
    const first = await ask("GET", "/data/JSESSION", { basic: true });
    const second = await ask("GET", "/data/JSESSION", { basic: true });
    expect(first.status).toBe(200);
    expect(sessionOf(first.cookies)).toMatch(/^[0-9A-F]{32}$/);
    expect(sessionOf(second.cookies)).not.toBe(sessionOf(first.cookies));
    const third = await ask("GET", "/data/JSESSION");
    expect(sessionOf(third.cookies)).toBeUndefined();
    expect((await ask("GET", "/data/JSESSION")).text).toBe(third.text);
  });

  rule("A1", "a name and password beside a valid cookie use its session", [], async () => {
    const { text } = await ask("GET", "/data/JSESSION");
    const headers = { Authorization: basicHeader(target.account("user")) };
    expect((await ask("GET", "/data/JSESSION", { headers })).text).toBe(text);
  });

  rule("A1", "a user with too many sessions is refused", ["simOnly"], async () => {
    const site = await startXnat({ sessionLimit: 2 });
    const headers = { Authorization: basicHeader({ login: "owner", password: "owner" }) };
    const statuses: number[] = [];
    for (let at = 0; at < 3; at++) {
      statuses.push((await fetch(`${site.url}/data/JSESSION`, { headers })).status);
    }
    site.site.clock.advance(16 * minute);
    statuses.push((await fetch(`${site.url}/data/JSESSION`, { headers })).status);
    await site.stop();
    expect(statuses).toEqual([200, 200, 401, 200]);
  });

  rule("A2", "without login a plain agent gets 401 and a challenge", [], async () => {
    for (const path of ["/data/projects", "/xapi/users/username"]) {
      const { status, headers } = await ask("GET", path, { as: "nobody" });
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe('Basic realm="XNAT Protected Area"');
    }
  });

  rule("A2", "without login a browser gets the login page or is sent to it", [], async () => {
    const reply = await ask("GET", "/data/projects", { as: "nobody", headers: mozilla });
    expect([200, 302, 401]).toContain(reply.status);
    if (reply.status !== 302) {
      expect(reply.type).toContain("text/html");
      expect(reply.text).toContain("BEGIN xnat-templates/screens/Login.vm");
    }
  });

  rule(
    "A3",
    "a session ends after 15 idle minutes, and lives on while used",
    ["simOnly"],
    async () => {
      const site = await startXnat();
      const headers = { Authorization: basicHeader({ login: "owner", password: "owner" }) };
      const id = await (await fetch(`${site.url}/data/JSESSION`, { headers })).text();
      const statuses: number[] = [];
      for (const minutes of [14, 14, 15]) {
        site.site.clock.advance(minutes * minute);
        const cookie = { Cookie: `JSESSIONID=${id}` };
        statuses.push((await fetch(`${site.url}/data/auth`, { headers: cookie })).status);
      }
      await site.stop();
      expect(statuses).toEqual([200, 200, 401]);
    },
  );

  rule("A3", "logging out ends the session", [], async () => {
    const { cookies } = await ask("GET", "/data/JSESSION", { basic: true });
    const asked = {
      as: "nobody",
      headers: { Cookie: `JSESSIONID=${sessionOf(cookies)}` },
    } as const;
    expect((await ask("GET", "/data/auth", asked)).text).toContain("is logged in");
    expect((await ask("DELETE", "/data/JSESSION", asked)).status).toBe(200);
    expect((await ask("GET", "/data/auth", asked)).status).toBe(401);
  });

  rule("A4", "20 wrong passwords lock a user for an hour", ["simOnly"], async () => {
    const site = await startXnat();
    const logIn = async (password: string): Promise<number> => {
      const headers = { Authorization: basicHeader({ login: "member", password }) };
      return (await fetch(`${site.url}/data/JSESSION`, { headers })).status;
    };
    for (let at = 0; at < 19; at++) expect(await logIn("wrong")).toBe(401);
    expect(await logIn("member")).toBe(200);
    for (let at = 0; at < 20; at++) expect(await logIn("wrong")).toBe(401);
    expect(await logIn("member")).toBe(401);
    site.site.clock.advance(61 * minute);
    expect(await logIn("member")).toBe(200);
    await site.stop();
  });

  rule("A5", "an alias token logs in until it is revoked", [], async () => {
    const { alias, secret } = JSON.parse(
      (await ask("GET", "/data/services/tokens/issue")).text,
    ) as {
      alias: string;
      secret: string;
    };
    expect(alias).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const asked = {
      as: "nobody",
      headers: { Authorization: basicHeader({ login: alias, password: secret }) },
    } as const;
    expect((await ask("GET", "/data/auth", asked)).text).toBe(
      `User '${target.account("user").login}' is logged in`,
    );
    const validated = await ask("GET", `/data/services/tokens/validate/${alias}/${secret}`);
    expect(JSON.parse(validated.text)).toEqual({ valid: target.account("user").login });
    const revoked = await ask("GET", `/data/services/tokens/invalidate/${alias}/${secret}`);
    expect(JSON.parse(revoked.text)).toEqual({ result: "OK" });
    expect((await ask("GET", "/data/auth", asked)).status).toBe(401);
    const again = await ask("GET", `/data/services/tokens/invalidate/${alias}`);
    expect(again.status).toBe(404);
  });

  rule("A5", "a token ends after two days", ["simOnly"], async () => {
    const site = await startXnat();
    const headers = { Authorization: basicHeader({ login: "owner", password: "owner" }) };
    const issued = await fetch(`${site.url}/data/services/tokens/issue`, { headers });
    const { alias, secret } = (await issued.json()) as { alias: string; secret: string };
    const token = { Authorization: basicHeader({ login: alias, password: secret }) };
    site.site.clock.advance((2 * 24 * 60 - 1) * minute);
    expect((await fetch(`${site.url}/data/auth`, { headers: token })).status).toBe(200);
    site.site.clock.advance(2 * minute);
    expect((await fetch(`${site.url}/data/auth`, { headers: token })).status).toBe(401);
    await site.stop();
  });

  rule("A5", "a token for another user is for administrators only", [], async () => {
    const { login } = target.account("user");
    expect((await ask("GET", `/data/services/tokens/issue/user/${login}`)).status).toBe(403);
  });

  rule("A6", "a browser's change needs XNAT_CSRF, a plain agent's does not", [], async () => {
    const project = await target.makeProject();
    const path = `/data/projects/${project}/subjects/CSRF1`;
    const refused = await ask("PUT", path, { headers: mozilla });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    if (!target.isLive) expect(refused.status).toBe(500);
    const { text } = await ask("GET", "/data/JSESSION?CSRF=true");
    const [, csrf] = /XNAT_CSRF=(\S+)/.exec(text) ?? [];
    expect(csrf).toBeDefined();
    expect((await ask("PUT", `${path}?XNAT_CSRF=${csrf}`, { headers: mozilla })).status).toBe(201);
    expect((await ask("PUT", `/data/projects/${project}/subjects/CSRF2`)).status).toBe(201);
  });

  rule("A7", "every answer tells when the session ends, in quotes", [], async () => {
    for (const path of ["/data/auth", "/data/projects?format=json", "/data/no/such/route"]) {
      const { cookies } = await ask("GET", path);
      const [, end, length] =
        cookies
          .map((line) => /^SESSION_EXPIRATION_TIME="(\d+),(\d+)"/.exec(line))
          .find((match) => match !== null) ?? [];
      expect(Number(length)).toBeGreaterThan(0);
      expect(Number(end)).toBeGreaterThan(1_500_000_000_000);
    }
  });

  rule("A8", "cookies may grow until every request is refused", ["simOnly"], async () => {
    const site = await startXnat({
      faults: [{ match: {}, action: { name: "cookieGrowth", bytes: 3000 } }],
    });
    const jar = new Map<string, string>();
    const statuses: number[] = [];
    for (let at = 0; at < 4; at++) {
      const reply = await fetch(`${site.url}/data/auth`, {
        headers: {
          Authorization: basicHeader({ login: "owner", password: "owner" }),
          Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        },
      });
      for (const line of reply.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      statuses.push(reply.status);
      await reply.text();
    }
    await site.stop();
    expect(statuses).toEqual([200, 200, 200, 400]);
  });

  rule("A9", "a site may redirect at login", ["simOnly"], async () => {
    const site = await startXnat();
    const to = `${site.url}/elsewhere/data/JSESSION`;
    site.addFault({ match: { path: "/data/JSESSION" }, action: { name: "redirect", to } });
    const reply = await fetch(`${site.url}/data/JSESSION`, { redirect: "manual" });
    await site.stop();
    expect([reply.status, reply.headers.get("location")]).toEqual([302, to]);
  });

  rule("A10", "a private project of others does not exist", ["secondUser"], async () => {
    const project = await target.makeProject();
    await ask("PUT", `/data/projects/${project}/subjects/M01`);
    for (const tail of ["", "/subjects", "/subjects/M01", "/experiments"]) {
      const path = `/data/projects/${project}${tail}?format=json`;
      const { status } = await ask("GET", path, { as: "second" });
      expect(target.isLive ? [403, 404] : [404]).toContain(status);
    }
    const listed = await ask("GET", "/data/projects?format=json", { as: "second" });
    expect(listed.text).not.toContain(project);
  });

  rule("A11", "commands are for Container Managers: 401", ["containers", "simOnly"], async () => {
    const refused = await ask("POST", "/xapi/commands", {
      headers: { "Content-Type": "application/json" },
      body: '{"name":"a","type":"docker","image":"a:1"}',
    });
    expect(refused.status).toBe(401);
  });

  rule("A12", "a form login gives a session where Basic is stripped", [], async () => {
    const { login, password } = target.account("user");
    const reply = await ask("PUT", "/data/services/auth", {
      as: "nobody",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ username: login, password }).toString(),
    });
    expect(reply.status).toBe(200);
    expect(reply.text.trim()).toBe(sessionOf(reply.cookies));
  });
});
