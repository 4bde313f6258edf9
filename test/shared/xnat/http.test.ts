import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, createServer as createTcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Call } from "#shared/xnat/connection.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { authorization, end, listen, refusalOf, startOdd, stopServers } from "./odd-server.ts";

afterEach(stopServers);

const projects: Call = { method: "GET", path: ["data", "projects"] };

/** A proxy that forwards http and tunnels CONNECT, and what it saw. */
async function startProxy(
  answer?: number,
): Promise<{ url: string; seen: string[]; auth: string[] }> {
  const seen: string[] = [];
  const auth: string[] = [];
  const note = (request: IncomingMessage): void => {
    seen.push(`${request.method} ${request.url}`);
    auth.push(String(request.headers["proxy-authorization"] ?? ""));
  };
  const proxy = createServer((request, response) => {
    note(request);
    if (answer !== undefined) return end(response, answer, "no");
    const { "proxy-authorization": _, ...headers } = request.headers;
    const forwarded = httpRequest(request.url!, { method: request.method!, headers }, (reply) => {
      response.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(response);
    });
    request.pipe(forwarded);
  });
  proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
    note(request);
    socket.on("error", () => {});
    if (answer !== undefined) return void socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
    const [host = "", port = ""] = request.url!.split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, seen, auth };
}

describe("proxies", () => {
  test("http goes through HTTP_PROXY, with its own login, which no error shows", async () => {
    const proxy = await startProxy();
    const odd = await startOdd();
    const environment = { HTTP_PROXY: proxy.url.replace("//", "//who:proxypass@") };
    const x = await openConnection({ ...odd.options, environment });
    expect((await x.text(projects)).text).toBe("fine");
    expect(proxy.seen).toContain(`GET ${odd.url}/data/projects`);
    expect(proxy.auth[0]).toBe(`Basic ${Buffer.from("who:proxypass").toString("base64")}`);
    await x.close();
  });

  test("NO_PROXY goes straight, and an address without http:// is understood", async () => {
    const proxy = await startProxy();
    const odd = await startOdd();
    const short = { http_proxy: proxy.url.slice("http://".length) };
    const x = await openConnection({
      ...odd.options,
      environment: { ...short, NO_PROXY: "127.0.0.1" },
    });
    expect(proxy.seen).toEqual([]);
    await x.close();
    const y = await openConnection({ ...odd.options, environment: short });
    expect(proxy.seen.length).toBeGreaterThan(0);
    await y.close();
  });

  test("a proxy that refuses is named as such", async () => {
    const odd = await startOdd();
    const busy = await startProxy(502);
    const gone = await refusalOf(
      openConnection({ ...odd.options, environment: { HTTP_PROXY: busy.url } }),
    );
    expect(gone).toMatchObject({ kind: "proxy", status: 502 });
    expect(busy.seen.length).toBe(5);
    const closed = await startProxy(407);
    const environment = { HTTP_PROXY: closed.url, HTTPS_PROXY: closed.url };
    for (const url of [odd.url, "https://xnat.invalid"]) {
      const refused = await refusalOf(openConnection({ ...odd.options, url, environment }));
      expect(refused.message).toMatch(/proxy/);
      expect(refused).toMatchObject({ exitCode: 5 });
    }
    expect(closed.seen.length).toBe(2);
    const broken = openConnection({ ...odd.options, environment: { HTTP_PROXY: "http://[" } });
    expect(await refusalOf(broken)).toMatchObject({ kind: "protocol", exitCode: 5 });
  });
});

describe("TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  let tls: { key: string; cert: string };
  beforeAll(() => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const args =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost";
    execFileSync("openssl", [...args.split(" "), "-keyout", key, "-out", cert], {
      stdio: "ignore",
    });
    tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const startSecure = async () => {
    const odd = await startOdd(undefined, (listener) => createSecureServer(tls, listener));
    return { ...odd.options, seen: odd.seen, url: odd.url.replace("127.0.0.1", "localhost") };
  };

  test("an unknown certificate is refused before anything is sent, and not tried again", async () => {
    const { seen, ...options } = await startSecure();
    const error = await refusalOf(openConnection(options));
    expect(error).toMatchObject({ kind: "protocol" });
    expect(error.message).toContain("certificate");
    expect(seen).toEqual([]);
  });

  test("a certificate that is given is trusted, for its name only", async () => {
    const { seen, ...options } = await startSecure();
    const x = await openConnection({ ...options, ca: tls.cert });
    expect((await x.text(projects)).text).toBe("fine");
    expect(seen.length).toBe(3);
    await x.close();
    const other = options.url.replace("localhost", "127.0.0.1");
    const error = await refusalOf(openConnection({ ...options, url: other, ca: tls.cert }));
    expect(error).toMatchObject({ kind: "protocol" });
  });

  test("https goes through a tunnel: the proxy sees the host and nothing else", async () => {
    const proxy = await startProxy();
    const { seen, ...options } = await startSecure();
    const x = await openConnection({
      ...options,
      ca: tls.cert,
      environment: { HTTPS_PROXY: proxy.url },
    });
    await x.text(projects);
    await x.close();
    expect(seen.length).toBeGreaterThan(3);
    expect(proxy.seen.every((line) => line.startsWith("CONNECT localhost:"))).toBe(true);
    expect(proxy.auth.join("")).toBe("");
  });

  test("from http to https of the same host is followed at login, never back (A9)", async () => {
    const { seen, ...options } = await startSecure();
    const plain = await startOdd((_request, response) => {
      response.setHeader("Location", `${options.url}/data/JSESSION`);
      end(response, 301, "");
      return true;
    });
    const url = plain.url.replace("127.0.0.1", "localhost");
    const x = await openConnection({ ...options, url, ca: tls.cert });
    expect(x.baseUrl).toBe(options.url);
    expect(plain.seen.length).toBe(1);
    await x.close();
    expect(seen.length).toBe(3);
    const back = await startOdd(
      (_request, response) => {
        response.setHeader("Location", `${url}/data/JSESSION`);
        end(response, 301, "");
        return true;
      },
      (listener) => createSecureServer(tls, listener),
    );
    const secure = back.url.replace("127.0.0.1", "localhost");
    const error = await refusalOf(openConnection({ ...options, url: secure, ca: tls.cert }));
    expect(error).toMatchObject({ kind: "refused-redirect" });
    expect(plain.seen.length).toBe(1);
  });
});

describe("the line", () => {
  test("a slow upload is not taken for a slow answer", async () => {
    const odd = await startOdd(async (request) => {
      if (request.method === "PUT") await request.toArray();
      return false;
    });
    const x = await openConnection(odd.options);
    const open = () =>
      Readable.from(
        (async function* () {
          for (let piece = 0; piece < 8; piece++) {
            await wait(400);
            yield Buffer.from("a");
          }
        })(),
      );
    const body = { contentType: "text/plain", length: 8, open };
    const call: Call = { method: "PUT", path: ["data", "x"], body, answerWithinMs: 1000 };
    expect((await x.text(call)).status).toBe(200);
    await x.close();
  });

  test("nobody there, no such host and no HTTP are told apart", async () => {
    const odd = await startOdd();
    const nobody = await refusalOf(openConnection({ ...odd.options, url: "http://127.0.0.1:9" }));
    expect(nobody).toMatchObject({ kind: "transient" });
    expect(nobody.message).toContain("nothing listens");
    const talker = createTcpServer((socket) => {
      socket.once("data", () => socket.end("SSH-2.0-server\r\n\r\n"));
    });
    const port = await listen(talker);
    const odder = await refusalOf(
      openConnection({ ...odd.options, url: `http://127.0.0.1:${port}` }),
    );
    expect(odder).toMatchObject({ kind: "protocol" });
  });

  test("Authorization goes to the login and nowhere else", async () => {
    const odd = await startOdd();
    const x = await openConnection(odd.options);
    await x.text(projects);
    await x.close();
    const sent = odd.seen.map(({ url, headers }) => [url, headers.authorization]);
    expect(sent[0]).toEqual(["/data/JSESSION", authorization]);
    expect(sent.slice(1).every(([, header]) => header === undefined)).toBe(true);
  });

  test("an open connection keeps no process alive", () => {
    const script = `
      import { createServer } from "node:http";
      import { openConnection } from ${JSON.stringify(new URL("../../../shared/xnat/open-connection.ts", import.meta.url).href)};
      const server = createServer((q, r) => {
        r.setHeader("Set-Cookie", ["JSESSIONID=ABCDEFGH", 'SESSION_EXPIRATION_TIME="1,900000"']);
        r.end(q.url.endsWith("auth") ? "User 'u' is logged in" : "ABCDEFGH");
      }).listen(0, async () => {
        await openConnection({ url: "http://127.0.0.1:" + server.address().port, user: "u", password: "p", environment: {} });
        server.close(); server.closeAllConnections(); server.unref();
      });`;
    const began = Date.now();
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
    expect(Date.now() - began).toBeLessThan(15_000);
  });
});
