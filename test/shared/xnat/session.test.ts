import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "#shared/xnat/clock.ts";
import type { Call } from "#shared/xnat/connection.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { end, refusalOf, startOdd, stopServers } from "./odd-server.ts";

afterEach(stopServers);

const projects: Call = { method: "GET", path: ["data", "projects"] };
const alias = "7f2d6e7e-3a51-4a0c-9a55-2f3d1f5b1a11";

describe("the login", () => {
  test("a refused password is sent once, and never again (A4)", async () => {
    const odd = await startOdd();
    const wrong = { ...odd.options, password: "wrong1" };
    expect(await refusalOf(openConnection(wrong))).toMatchObject({ kind: "auth", status: 401 });
    expect(odd.seen.length).toBe(1);
  });

  test("a password that is changed while we work is asked once for all requests (A4)", async () => {
    let closed = false;
    const odd = await startOdd((request, response) => {
      if (!closed || !request.url?.endsWith("JSESSION")) return false;
      end(response, 401, "User account is locked");
      return true;
    });
    const x = await openConnection({ ...odd.options, connections: 20 });
    closed = true;
    odd.sessions.clear();
    const before = odd.seen.length;
    const errors = await Promise.all(Array.from({ length: 20 }, () => refusalOf(x.text(projects))));
    expect(errors.every((error) => (error as { kind?: string }).kind === "auth")).toBe(true);
    expect(errors[0]?.message).toContain("locked");
    expect(await refusalOf(x.text(projects))).toMatchObject({ kind: "auth" });
    const asked = odd.seen.slice(before).filter(({ url }) => url.endsWith("JSESSION"));
    expect(asked.length).toBe(1);
    await x.close();
  });

  test("a token that ended says so, at login and later (A5)", async () => {
    for (const status of [401, 403]) {
      const odd = await startOdd((request, response) => {
        if (request.url !== "/data/JSESSION") return false;
        end(response, status, "");
        return true;
      });
      const error = await refusalOf(openConnection({ ...odd.options, user: alias }));
      expect(error).toMatchObject({ kind: "token-ended", code: "E-XNAT-TOKEN-ENDED" });
    }
    let dead = false;
    const odd = await startOdd((request, response, { sessions }) => {
      if (request.method !== "GET" || request.url !== "/data/JSESSION") return false;
      if (!dead) sessions.add("TOKENSESSION");
      end(response, dead ? 401 : 200, "TOKENSESSION");
      return true;
    });
    const x = await openConnection({ ...odd.options, user: alias });
    expect(x.user).toBe("demo");
    dead = true;
    odd.sessions.clear();
    expect(await refusalOf(x.text(projects))).toMatchObject({ kind: "token-ended" });
    const requests = odd.seen.length;
    expect(await refusalOf(x.text(projects))).toMatchObject({ kind: "token-ended" });
    expect(odd.seen.length).toBe(requests);
    await x.close();
  });

  test("a session that only stands in the body is used", async () => {
    const odd = await startOdd((request, response, { sessions }) => {
      if (request.method !== "GET" || request.url !== "/data/JSESSION") return false;
      sessions.add("BODYSESSION");
      end(response, 200, "BODYSESSION; XNAT_CSRF=abc");
      return true;
    });
    const x = await openConnection(odd.options);
    expect((await x.text(projects)).text).toBe("fine");
    await x.close();
  });

  test("an address without an XNAT is told from a refused login", async () => {
    const pages: [number, string, string, string][] = [
      [200, "<html><body>Welcome to nginx</body></html>", "protocol", "Welcome"],
      [200, "", "protocol", "no session"],
      [200, "Welcome to another service", "protocol", "no session"],
      [404, "<html>not here</html>", "protocol", "not here"],
      [405, "use POST", "protocol", "address"],
      [200, "<html><!-- BEGIN xnat-templates/screens/Login.vm --></html>", "auth", ""],
    ];
    for (const [status, page, kind, word] of pages) {
      const odd = await startOdd((_request, response) => {
        end(response, status, page);
        return true;
      });
      const error = await refusalOf(openConnection(odd.options));
      expect(error).toMatchObject({ kind });
      expect(`${error.message} ${(error as { hint?: string }).hint}`).toContain(word);
      expect(odd.seen.length).toBe(1);
    }
  });

  test("an overloaded server is asked again, not a guest's login", async () => {
    let count = 0;
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/JSESSION" || ++count > 2) return false;
      end(response, 503, "starting");
      return true;
    });
    const x = await openConnection(odd.options);
    expect(count).toBeGreaterThan(2);
    await x.close();
  });

  test("a site that takes us for a guest has not logged us in", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/auth") return false;
      end(response, 200, "User 'guest' is logged in");
      return true;
    });
    expect(await refusalOf(openConnection(odd.options))).toMatchObject({ kind: "auth" });
    expect(odd.sessions.size).toBe(0);
  });

  test("while XNAT starts again, its login is not there, and is waited for", async () => {
    let missing = 0;
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/JSESSION" || missing-- <= 0) return false;
      end(response, 404, "<h1>HTTP Status 404 - Not Found</h1>");
      return true;
    });
    const x = await openConnection(odd.options);
    missing = 2;
    odd.sessions.clear();
    expect((await x.text(projects)).text).toBe("fine");
    await x.close();
  });

  test("a redirect to another path of the same host is followed at login (A9)", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/JSESSION") return false;
      response.setHeader("Location", "/xnat/data/JSESSION");
      end(response, 302, "");
      return true;
    });
    const x = await openConnection(odd.options);
    expect(x.baseUrl).toBe(`${odd.url}/xnat`);
    expect((await x.text(projects)).text).toBe("fine");
    expect(odd.seen.at(-1)?.url).toBe("/xnat/data/projects");
    await x.close();
  });

  test("a redirect to another host or port gets nothing, and circles end (A9)", async () => {
    const other = await startOdd();
    const places = [
      `${other.url}/data/JSESSION`,
      other.url.replace("127.0.0.1", "localhost"),
      "//evil.invalid/data/JSESSION",
      "/data/JSESSION",
    ];
    for (const place of places) {
      const odd = await startOdd((_request, response) => {
        response.setHeader("Location", place);
        end(response, 302, "");
        return true;
      });
      const error = await refusalOf(openConnection(odd.options));
      expect(error).toMatchObject({ kind: "refused-redirect", rule: "A9" });
      expect(odd.seen.length).toBeLessThan(6);
    }
    expect(other.seen).toEqual([]);
    const odd = await startOdd((_request, response) => {
      response.setHeader("Location", "/app/template/Login.vm");
      end(response, 302, "");
      return true;
    });
    expect(await refusalOf(openConnection(odd.options))).toMatchObject({ kind: "auth" });
  });

  test("a site that answers guests does not hide that the session is over (A3)", async () => {
    const guest = "JSESSIONID=GUESTGUESTGUEST; Path=/; HttpOnly";
    const odd = await startOdd((request, response, { sessions }) => {
      const id = /JSESSIONID=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
      if (request.url === "/data/JSESSION" || sessions.has(id)) return false;
      if (id !== "GUESTGUESTGUEST") response.setHeader("Set-Cookie", guest);
      end(response, request.url === "/data/hidden" ? 404 : 200, "what guests see");
      return true;
    });
    const x = await openConnection(odd.options);
    odd.sessions.clear();
    expect((await x.text(projects)).text).toBe("fine");
    odd.sessions.clear();
    const hidden: Call = { method: "GET", path: ["data", "hidden"], accept: [404] };
    expect((await x.text(hidden)).text).toBe("fine");
    expect(odd.logins()).toBe(3);
    // What a guest was told about a change may not be asked twice; the next request finds out.
    odd.sessions.clear();
    const change: Call = { method: "POST", path: ["data", "launch"] };
    expect((await x.text(change)).text).toBe("what guests see");
    expect((await x.text(projects)).text).toBe("fine");
    expect(odd.logins()).toBe(4);
    expect(odd.seen.some(({ headers }) => /GUEST/.test(headers.cookie ?? ""))).toBe(false);
    await x.close();
  });

  test("a site that changes its session with each answer costs one login more, not one per request", async () => {
    let count = 0;
    const odd = await startOdd((request, response) => {
      if (request.url === "/data/JSESSION") return false;
      response.setHeader("Set-Cookie", `JSESSIONID=WANDERING${++count}`);
      end(response, 200, request.url === "/data/auth" ? "User 'demo' is logged in" : "fine");
      return true;
    });
    const x = await openConnection(odd.options);
    for (let asked = 0; asked < 5; asked++) expect((await x.text(projects)).text).toBe("fine");
    expect(odd.logins()).toBe(2);
    await x.close();
  });

  test("the heartbeat comes at half the session, by a timer that keeps no process alive (A3)", async () => {
    const timers: { ms: number; call: () => void }[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: async () => {},
      later(ms, call) {
        const timer = { ms, call };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
      },
    };
    const odd = await startOdd((_request, response) => {
      response.setHeader("Set-Cookie", [
        'SESSION_EXPIRATION_TIME="1668081619871,900000"; Version=1; Path=/',
      ]);
      return false;
    });
    // The ordinary login replaces the header: the cookie comes with the next answer.
    const x = await openConnection({ ...odd.options, clock });
    await x.text(projects);
    const beats = () => timers.filter(({ ms }) => ms === 450_000);
    expect(beats().length).toBe(1);
    const requests = odd.seen.length;
    beats()[0]?.call();
    await expect.poll(() => odd.seen.length).toBe(requests + 1);
    expect(odd.seen.at(-1)?.url).toBe("/data/auth");
    await expect.poll(() => beats().length).toBeGreaterThan(0);
    await x.close();
    expect(beats().length).toBe(0);
  });

  test("a login that ends in a broken line is made again, and a 20-fold wait for it is one", async () => {
    let breaks = 0;
    const odd = await startOdd((request) => {
      if (request.url !== "/data/JSESSION" || breaks-- <= 0) return false;
      request.socket.destroy();
      return true;
    });
    const x = await openConnection({ ...odd.options, connections: 20 });
    breaks = 2;
    odd.sessions.clear();
    await Promise.all(Array.from({ length: 20 }, () => x.text(projects)));
    expect(odd.logins()).toBe(2);
    await x.close();
  });
});
