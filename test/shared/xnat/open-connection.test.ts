import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Call } from "#shared/xnat/connection.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { XnatError } from "#shared/xnat/xnat-error.ts";
import { authorization, end, password, refusalOf, startOdd, stopServers } from "./odd-server.ts";

afterEach(stopServers);

const get = (...path: string[]): Call => ({ method: "GET", path: ["data", ...path] });
const loginPage =
  "<!DOCTYPE html><html><body><!-- BEGIN xnat-templates/screens/Login.vm --><form/></body></html>";

describe("an open connection", () => {
  test("logs in once by Basic, then sends the cookie alone, and logs out (A1)", async () => {
    const odd = await startOdd();
    const x = await openConnection({ ...odd.options, url: `${odd.url}/xnat/` });
    expect(x.baseUrl).toBe(`${odd.url}/xnat`);
    expect(x.user).toBe("demo");
    await Promise.all(Array.from({ length: 10 }, () => x.text(get("projects"))));
    await x.close();
    expect(odd.logins()).toBe(1);
    expect(odd.sessions.size).toBe(0);
    expect(odd.seen.filter(({ headers }) => headers.authorization !== undefined).length).toBe(1);
    expect(odd.seen.every(({ url }) => url.startsWith("/xnat/data/"))).toBe(true);
    expect(odd.seen.every(({ headers }) => headers["user-agent"] === "xnat-pic/0.1")).toBe(true);
    await x.close();
    await expect(x.text(get("projects"))).rejects.toThrow("closed");
  });

  test("20 refusals at once make one login; guest cookies of late answers are not taken (A3)", async () => {
    const odd = await startOdd();
    const x = await openConnection({ ...odd.options, connections: 20 });
    odd.sessions.clear();
    const answers = await Promise.all(Array.from({ length: 20 }, () => x.text(get("projects"))));
    expect(answers.every(({ text }) => text === "fine")).toBe(true);
    expect(odd.logins()).toBe(2);
    await x.close();
  });

  test("replays an upload once after a 401, from its start", async () => {
    const bodies: string[] = [];
    const odd = await startOdd(async (request) => {
      if (request.method !== "PUT") return false;
      const pieces = await request.toArray();
      bodies.push(Buffer.concat(pieces).toString());
      return false;
    });
    const x = await openConnection(odd.options);
    odd.sessions.clear();
    await x.text({
      ...get("a"),
      method: "PUT",
      body: { contentType: "text/plain", length: 5, open: () => Buffer.from("hello") },
    });
    expect(bodies).toEqual(["hello", "hello"]);
    await x.close();
  });

  test("takes HTML with 200 for what it is: login page or no XNAT (A2)", async () => {
    let pages = 0;
    const odd = await startOdd((request, response) => {
      if (request.url === "/data/once" && pages++ === 0) {
        response.setHeader("Content-Type", "text/html");
        end(response, 200, loginPage);
        return true;
      }
      if (request.url === "/data/page") {
        end(response, 200, "<!DOCTYPE html><html><body>Welcome</body></html>");
        return true;
      }
      return false;
    });
    const x = await openConnection(odd.options);
    expect((await x.text(get("once"))).text).toBe("fine");
    expect(odd.logins()).toBe(2);
    pages = 0;
    const streamed = await x.stream(get("once"), async (body) => (await body.toArray()).join(""));
    expect(streamed).toBe("fine");
    expect(await refusalOf(x.text(get("page")))).toMatchObject({
      kind: "protocol",
      excerpt: "Welcome",
    });
    await x.close();
  });

  test("a 401 on one path after a login that works is a missing role, and costs no second login (A11)", async () => {
    const odd = await startOdd((request, response) => {
      if (!request.url?.startsWith("/xapi/commands")) return false;
      end(response, 401, "");
      return true;
    });
    const x = await openConnection(odd.options);
    const call: Call = { method: "GET", path: ["xapi", "commands"] };
    expect(await refusalOf(x.text(call))).toMatchObject({ kind: "forbidden", rule: "A11" });
    expect(await refusalOf(x.text(call))).toMatchObject({ kind: "forbidden" });
    expect(odd.logins()).toBe(2);
    await x.close();
  });

  test("cookies that grew make a 400 without reason: they are dropped once (A8)", async () => {
    const odd = await startOdd((request, response, { sessions }) => {
      if ((request.headers.cookie?.length ?? 0) > 500) {
        end(
          response,
          400,
          "<html><head><title>Bad Request</title></head><h1>HTTP Status 400 - Bad Request</h1>",
        );
        return true;
      }
      if (request.url === "/data/grow") {
        response.setHeader("Set-Cookie", `junk=${"x".repeat(600)}`);
        end(response, 200, `${sessions.size}`);
        return true;
      }
      if (request.url === "/data/reason") {
        end(response, 400, "Invalid value for parameter xsiType");
        return true;
      }
      return false;
    });
    const x = await openConnection(odd.options);
    await x.text(get("grow"));
    expect((await x.text(get("projects"))).text).toBe("fine");
    expect(odd.logins()).toBe(2);
    expect(await refusalOf(x.text(get("reason")))).toMatchObject({ kind: "validation" });
    expect(odd.logins()).toBe(2);
    await x.close();
  });

  test("redirects are not followed, and the other host sees nothing (P1)", async () => {
    const other = await startOdd();
    const odd = await startOdd((request, response) => {
      const status = Number(/\/data\/(30\d)/.exec(request.url ?? "")?.[1]);
      if (Number.isNaN(status)) return false;
      response.setHeader("Location", `${other.url}/steal`);
      end(response, status, "moved");
      return true;
    });
    const x = await openConnection(odd.options);
    for (const status of ["301", "302", "303", "307", "308"]) {
      expect(await refusalOf(x.text(get(status)))).toMatchObject({ kind: "refused-redirect" });
    }
    const accepted = await x.text({ ...get("301"), accept: [301, 303] });
    expect(accepted).toMatchObject({ status: 301, text: "moved" });
    expect(accepted.headers["location"]).toBe(`${other.url}/steal`);
    expect(other.seen).toEqual([]);
    await x.close();
  });

  test("repeats what is safe to repeat, and nothing else", async () => {
    const tries = new Map<string, number>();
    const odd = await startOdd((request, response) => {
      if (!request.url?.includes("/flaky")) return false;
      const key = `${request.method} ${request.url}`;
      const count = (tries.get(key) ?? 0) + 1;
      tries.set(key, count);
      if (count > 3) return false;
      if (count === 1) request.socket.destroy();
      else if (count === 2) {
        response.setHeader("Retry-After", "0");
        end(response, 503, "busy");
      } else {
        response.setHeader("Content-Length", "100");
        response.write("half");
        setTimeout(() => request.socket.destroy(), 20);
      }
      return true;
    });
    const x = await openConnection(odd.options);
    expect((await x.text(get("flaky", "1"))).text).toBe("fine");
    expect((await x.text({ ...get("flaky", "2"), method: "DELETE" })).text).toBe("fine");
    expect((await x.text({ ...get("flaky", "3"), method: "PUT", repeatable: true })).text).toBe(
      "fine",
    );
    expect(await refusalOf(x.text({ ...get("flaky", "4"), method: "PUT" }))).toMatchObject({
      kind: "transient",
      status: undefined,
    });
    expect(await refusalOf(x.text({ ...get("flaky", "5"), method: "POST" }))).toMatchObject({
      kind: "transient",
    });
    expect(tries.get("PUT /data/flaky/4")).toBe(1);
    await x.close();
  });

  test("a slow head is given up in time", async () => {
    const odd = await startOdd((request) => request.url === "/data/slow");
    const x = await openConnection({ ...odd.options, retries: { tries: 2, baseMs: 1 } });
    const error = await refusalOf(x.text({ ...get("slow"), answerWithinMs: 100 }));
    expect(error).toMatchObject({ kind: "transient" });
    expect(error.message).toContain("no answer came in time");
    expect(odd.seen.filter(({ url }) => url === "/data/slow").length).toBe(2);
    await x.close();
  });

  test("a head that drips is given up as well", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/drip") return false;
      const { socket } = response;
      socket?.write("HTTP/1.1 200 OK\r\nX-Long: ");
      const timer = setInterval(() => socket?.write("x"), 50);
      socket?.once("close", () => clearInterval(timer));
      return true;
    });
    const x = await openConnection({ ...odd.options, retries: { tries: 1 } });
    const error = await refusalOf(x.text({ ...get("drip"), answerWithinMs: 500 }));
    expect(error).toMatchObject({ kind: "transient" });
    await x.close();
  });

  test("a body that drips is given up; one whose reader takes its time is not", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url === "/data/drip") {
        const timer = setInterval(() => response.write("x"), 20);
        response.once("close", () => clearInterval(timer));
        return true;
      }
      if (request.url !== "/data/much") return false;
      end(response, 200, "y".repeat(4_000_000));
      return true;
    });
    const timeouts = { paceMs: 300, slowestBytes: 1_000 };
    const x = await openConnection({ ...odd.options, timeouts, retries: { tries: 1 } });
    const began = performance.now();
    for (const asked of [x.text(get("drip")), x.stream(get("drip"), (body) => body.toArray())]) {
      const error = await refusalOf(asked);
      expect(error).toMatchObject({ kind: "transient" });
      expect(error.message).toContain("too slowly");
    }
    expect(performance.now() - began).toBeLessThan(5_000);
    const size = await x.stream(get("much"), async (body) => {
      await wait(1_000);
      return (await body.toArray()).reduce((sum, piece) => sum + piece.length, 0);
    });
    expect(size).toBe(4_000_000);
    await x.close();
  });

  test("a body that stalls, breaks off or is cut fails as transient in the reader", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url === "/data/stall") {
        response.write("a");
        return true;
      }
      if (request.url === "/data/cut") {
        response.write("a");
        setTimeout(() => response.destroy(), 20);
        return true;
      }
      if (request.url?.startsWith("/data/gzip")) {
        response.setHeader("Content-Encoding", "gzip");
        response.end(gzipSync("x".repeat(1000)).subarray(0, -9));
        return true;
      }
      return false;
    });
    const x = await openConnection({ ...odd.options, timeouts: { idleMs: 200 } });
    for (const path of ["stall", "cut", "gzip"]) {
      const error = await refusalOf(x.stream(get(path), (body) => body.toArray()));
      expect([path, error]).toEqual([path, expect.objectContaining({ kind: "transient" })]);
    }
    await x.close();
  });

  test("an answer longer than allowed is refused, compressed ones too", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url === "/data/bomb") {
        response.setHeader("Content-Encoding", "gzip");
        response.end(gzipSync(Buffer.alloc(50_000_000)));
        return true;
      }
      if (request.url === "/data/endless") {
        const pour = (): void => {
          while (response.write("x".repeat(65_536)));
          response.once("drain", pour);
        };
        pour();
        return true;
      }
      return false;
    });
    const x = await openConnection(odd.options);
    expect(await refusalOf(x.text(get("bomb")))).toMatchObject({ kind: "too-large" });
    expect(await refusalOf(x.text(get("endless"), 100_000))).toMatchObject({ kind: "too-large" });
    expect(odd.seen.filter(({ url }) => url === "/data/bomb").length).toBe(1);
    await x.close();
  });

  test("compressed answers are read", async () => {
    const odd = await startOdd((request, response) => {
      if (!request.url?.startsWith("/data/list")) return false;
      expect(request.headers["accept-encoding"]).toBe("gzip");
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync('{"a":"ä"}'));
      return true;
    });
    const x = await openConnection(odd.options);
    const shape = z.object({ a: z.string() });
    const call = { ...get("list"), query: { format: "json" } };
    expect(await x.json(call, shape)).toEqual({ a: "ä" });
    await x.close();
  });

  test("JSON of another form is quoted, without secrets", async () => {
    const odd = await startOdd((request, response) => {
      if (!request.url?.startsWith("/data/odd")) return false;
      const { cookie } = request.headers;
      if (request.url === "/data/odd/cut") end(response, 200, `{"a":"${password}"`);
      else end(response, 200, JSON.stringify({ b: password, c: cookie, d: authorization }));
      return true;
    });
    const x = await openConnection(odd.options);
    const shape = z.object({ a: z.string() });
    for (const path of ["form", "cut"]) {
      const error = await refusalOf(x.json(get("odd", path), shape));
      expect(error).toMatchObject({ kind: "protocol", status: 200 });
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(
        /p4ss|SESSION0|ZGVtb/,
      );
    }
    await x.close();
  });

  test("the session stays secret when a server sets another cookie with each answer", async () => {
    let count = 0;
    const odd = await startOdd((request, response) => {
      if (request.url === "/data/echo") {
        end(response, 403, `you are ${request.headers.cookie?.replace(/JSESSIONID=/, "")}`);
        return true;
      }
      if (request.url?.startsWith("/data/projects") === true)
        response.setHeader("Set-Cookie", `load-balancer=node${String(++count).padStart(8, "0")}`);
      return false;
    });
    const x = await openConnection(odd.options);
    for (let asked = 0; asked < 150; asked++) await x.text(get("projects"));
    const error = await refusalOf(x.text(get("echo")));
    expect(error.message).toContain("you are ***");
    expect(error.message).not.toMatch(/SESSION0|node0/);
    await x.close();
  });

  test("JSON that is nested without end is refused, not a crash", async () => {
    const deep = '{"children":['.repeat(200_000) + "]}".repeat(200_000);
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/deep") return false;
      end(response, 200, deep);
      return true;
    });
    const shape: z.ZodType = z.object({
      get children() {
        return z.array(shape);
      },
    });
    const x = await openConnection(odd.options);
    expect(await refusalOf(x.json(get("deep"), shape))).toMatchObject({ kind: "protocol" });
    await x.close();
  });

  test("no error and no log event shows a secret that the server echoes", async () => {
    const odd = await startOdd((request, response) => {
      if (!request.url?.startsWith("/data/echo")) return false;
      const status = Number(/\d+/.exec(request.url)?.[0]);
      const basic = authorization.slice(6);
      end(
        response,
        status,
        `<html><p>${request.headers.cookie} ${basic} ${password} ${encodeURIComponent(password)} ${password.replace(/&/g, "&amp;")} p4ss<b></b>&word/öä 'x"</p>`,
      );
      return true;
    });
    const x = await openConnection(odd.options);
    for (const status of [400, 403, 404, 409, 422, 500, 502, 503]) {
      const error = await refusalOf(x.text(get("echo", `${status}`)));
      const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(shown).not.toMatch(/p4ss|SESSION0{5}|ZGVtb/);
      expect(shown).toContain("***");
    }
    expect(JSON.stringify(odd.events)).not.toMatch(/p4ss|SESSION0{5}|ZGVtb/);
    await x.close();
  });

  test("requests at a time are limited", async () => {
    let now = 0;
    let most = 0;
    const odd = await startOdd(async (request) => {
      if (request.url !== "/data/work") return false;
      most = Math.max(most, ++now);
      await wait(5);
      now -= 1;
      return false;
    });
    const x = await openConnection({ ...odd.options, connections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => x.text(get("work"))));
    expect(most).toBe(3);
    await x.close();
  });

  test("requests can be made while bodies are open, even with one connection", async () => {
    const odd = await startOdd();
    const x = await openConnection({ ...odd.options, connections: 1 });
    const text = await x.stream(get("a"), () =>
      x.stream(get("b"), async () => (await x.text(get("c"))).text),
    );
    expect(text).toBe("fine");
    await x.close();
  });

  test("what is left of a body is thrown away, and what use throws comes out", async () => {
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/long") return false;
      const pour = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", pour);
      };
      pour();
      return true;
    });
    const x = await openConnection(odd.options);
    const head = await x.stream(get("long"), async (_body, answer) => answer.status);
    expect(head).toBe(200);
    const error = new Error("mine");
    expect(await refusalOf(x.stream(get("long"), () => Promise.reject(error)))).toBe(error);
    await x.close();
  });

  test("a broken body of the caller's own comes out as it is", async () => {
    const odd = await startOdd(async (request) => {
      if (request.method === "PUT") await request.toArray();
      return false;
    });
    const x = await openConnection(odd.options);
    const mine = new Error("the file is gone");
    const open = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from("a");
          await wait(10);
          throw mine;
        })(),
      );
    const call: Call = {
      ...get("upload"),
      method: "PUT",
      repeatable: true,
      body: { contentType: "text/plain", length: 10, open },
    };
    expect(await refusalOf(x.text(call))).toBe(mine);
    const short = () => Readable.from([Buffer.from("abc")]);
    expect(
      await refusalOf(x.text({ ...call, body: { ...call.body!, open: short } })),
    ).toMatchObject({ kind: "validation" });
    await x.close();
  });

  test("a chunk that is garbled on the way is repeated, not taken for another protocol", async () => {
    let count = 0;
    const odd = await startOdd((request) => {
      if (request.url !== "/data/garbled" || count++ > 0) return false;
      request.socket.end(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n",
      );
      return true;
    });
    const x = await openConnection(odd.options);
    expect((await x.text(get("garbled"))).text).toBe("fine");
    await x.close();
  });

  test("large bodies flow without filling the memory", async () => {
    const length = 300_000_000;
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/large") return false;
      const piece = Buffer.alloc(1_000_000);
      let left = length;
      const pour = (): void => {
        for (let more = true; more && left > 0; left -= piece.length) more = response.write(piece);
        if (left > 0) response.once("drain", pour);
        else response.end();
      };
      pour();
      return true;
    });
    const x = await openConnection(odd.options);
    const before = process.memoryUsage().rss;
    let most = 0;
    const read = await x.stream(get("large"), async (body) => {
      let bytes = 0;
      for await (const piece of body as AsyncIterable<Uint8Array>) {
        bytes += piece.length;
        if (bytes % 8 === 0) most = Math.max(most, process.memoryUsage().rss);
      }
      return bytes;
    });
    expect(read).toBe(length);
    expect(most - before).toBeLessThan(150_000_000);
    expect(odd.events.at(-1)).toMatchObject({ path: "/data/large", bytes: length, status: 200 });
    await x.close();
  });

  test("whatever goes wrong in whatever order, the answer is right or an error of its own kind", async () => {
    const faults = [
      "none",
      "reset",
      "503",
      "500",
      "half",
      "garbled",
      "login",
      "401",
      "page",
      "431",
    ] as const;
    let schedule: (typeof faults)[number][] = [];
    const odd = await startOdd((request, response) => {
      if (request.url !== "/data/fault") return false;
      const fault = schedule.shift() ?? "none";
      if (/^\d+$/.test(fault)) end(response, Number(fault), `${request.headers.cookie}`);
      else if (fault === "reset") request.socket.destroy();
      else if (fault === "garbled") request.socket.end("HTTP/1.1 200 OK\r\nContent-Le");
      else if (fault === "login") end(response, 200, loginPage);
      else if (fault === "page") end(response, 200, `<html>${request.headers.cookie}</html>`);
      else if (fault === "half") {
        response.setHeader("Content-Length", "100");
        response.write("half");
        setTimeout(() => response.destroy(), 1);
      } else return false;
      return true;
    });
    const x = await openConnection({ ...odd.options, retries: { baseMs: 0, budget: 1e9 } });
    const drawn = fc.array(fc.constantFrom(...faults), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(drawn, async (faults) => {
        schedule = [...faults];
        try {
          expect((await x.text(get("fault"))).text).toBe("fine");
        } catch (error) {
          expect(error).toBeInstanceOf(XnatError);
          expect((error as Error).message).not.toContain("SESSION0");
        }
      }),
      { numRuns: 150 },
    );
    await x.close();
  });

  test("closing ends what is under way", async () => {
    const odd = await startOdd((request) => request.url === "/data/never");
    const x = await openConnection({ ...odd.options, retries: { baseMs: 60_000 } });
    const under = refusalOf(x.text(get("never")));
    await wait(20);
    await x.close();
    expect(await under).toMatchObject({ kind: "transient" });
  });

  test("an IPv6 address works, credentials in the address are not used or shown", async () => {
    const odd = await startOdd(undefined, undefined, "::1");
    const x = await openConnection({
      ...odd.options,
      url: odd.url.replace("http://", "http://other:hidden1@"),
    });
    expect(x.baseUrl).toBe(odd.url);
    expect((await x.text(get("projects"))).text).toBe("fine");
    await x.close();
  });
});
