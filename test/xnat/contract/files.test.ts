import { createHash } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { addResource } from "../resources.ts";
import { storeFiles } from "../stored-files.ts";
import { openTarget, type Reply, rowsOf, rulesOf } from "./target.ts";

const target = await openTarget();
afterAll(() => target.close());
const rule = rulesOf(target);
const { ask } = target;

let project = "";
let subject = "";
beforeAll(async () => {
  project = await target.makeProject();
  subject = `/data/projects/${project}/subjects/M01`;
  await ask("PUT", subject);
});

const stream = { "Content-Type": "application/octet-stream" };
const put = (path: string, body: string, query = "", as: "user" | "second" = "user") =>
  ask("PUT", `${path}?inbody=true${query}`, { body, headers: stream, as });
const list = async (resource: string) => rowsOf(await ask("GET", `${resource}/files?format=json`));
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** A request without Content-Length, which fetch does not make. */
function putChunked(path: string, contentType: string): Promise<Pick<Reply, "status" | "text">> {
  return new Promise((resolve, reject) => {
    const { login, password } = target.account("user");
    const asked = request(
      target.url + path,
      {
        method: "PUT",
        auth: `${login}:${password}`,
        headers: { "Content-Type": contentType, "Transfer-Encoding": "chunked" },
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }),
        );
      },
    );
    asked.on("error", reject);
    asked.end("abc");
  });
}

describe("resources and files", () => {
  rule("U15", "a resource is made once, then 409; a missing one is 404", [], async () => {
    const resource = `${subject}/resources/MADE`;
    expect((await ask("GET", resource)).status).toBe(404);
    expect((await ask("PUT", `${resource}?format=NIFTI&content=MAP`)).status).toBe(200);
    const again = await ask("PUT", resource);
    expect(again.status).toBe(409);
    expect(again.text).toContain("Specified resource already exists.");
    const catalog = await ask("GET", `${resource}?format=json`);
    expect(catalog.text).toContain("<cat:Catalog");
    const rows = rowsOf(await ask("GET", `${subject}/resources?format=json&file_stats=true`));
    expect(rows.find(({ label }) => label === "MADE")).toMatchObject({
      file_count: "0",
      format: "NIFTI",
      content: "MAP",
    });
  });

  rule(
    "D10",
    "a stored file is listed with size, digest and numbered URI, and comes back",
    [],
    async () => {
      const resource = `${subject}/resources/STORED`;
      const { status, text } = await put(`${resource}/files/sub/a.nii`, "hello", "&format=NIFTI");
      expect([status, text]).toEqual([200, ""]);
      const [row] = await list(resource);
      expect(row).toMatchObject({
        Name: "a.nii",
        Size: "5",
        collection: "STORED",
        file_format: "NIFTI",
        digest: md5("hello"),
      });
      expect(row?.["URI"]).toMatch(/\/resources\/\d+\/files\/sub\/a\.nii$/);
      const back = await ask("GET", row?.["URI"] ?? "");
      expect([back.status, back.text, back.headers.get("content-length")]).toEqual([
        200,
        "hello",
        "5",
      ]);
    },
  );

  rule("D4", "a missing file is 404, or 204 when asked so", [], async () => {
    const path = `${subject}/resources/STORED/files/none.nii`;
    const missing = await ask("GET", path);
    expect(missing.status).toBe(404);
    expect(missing.text).toContain("Unable to find catalog entry for given uri.");
    expect((await ask("GET", `${path}?accept-not-found=true`)).status).toBe(204);
  });

  rule("D7", "ranges are not served and files have no ETag", [], async () => {
    await put(`${subject}/resources/RANGE/files/a`, "0123456789");
    const reply = await ask("GET", `${subject}/resources/RANGE/files/a`, {
      headers: { Range: "bytes=2-3" },
    });
    expect([reply.status, reply.text]).toEqual([200, "0123456789"]);
    expect(reply.headers.get("etag")).toBeNull();
  });

  rule(
    "U6, D8",
    "two first uploads at once make two resources with one label, and both are listed",
    ["simOnly"],
    async () => {
      target.simulated.addFault({
        match: { method: "PUT", path: "/data/projects/*/subjects/M01/resources/TWINS**", times: 2 },
        action: { name: "duplicateResourceRace", ms: 100 },
      });
      await Promise.all([
        put(`${subject}/resources/TWINS/files/a`, "a"),
        put(`${subject}/resources/TWINS/files/b`, "b"),
      ]);
      const rows = rowsOf(await ask("GET", `${subject}/resources?format=json`));
      expect(rows.filter(({ label }) => label === "TWINS")).toHaveLength(2);
      expect((await list(`${subject}/resources/TWINS`)).map(({ Name }) => Name).sort()).toEqual([
        "a",
        "b",
      ]);
    },
  );

  rule("D5", "digests may be missing", ["simOnly"], async () => {
    await put(`${subject}/resources/NODIGEST/files/a`, "a");
    target.simulated.addFault({
      match: { path: "**/NODIGEST/files" },
      action: { name: "noDigest" },
    });
    expect((await list(`${subject}/resources/NODIGEST`))[0]?.["digest"]).toBe("");
    target.simulated.clearFaults();
  });

  rule("D6", "counts lag behind until a refresh", [], async () => {
    const resource = `${subject}/resources/LAG`;
    await put(`${resource}/files/a`, "a");
    await put(`${resource}/files/b`, "b", "&update-stats=false");
    const count = async () =>
      rowsOf(await ask("GET", `${subject}/resources?format=json&file_stats=true`)).find(
        ({ label }) => label === "LAG",
      )?.["file_count"];
    if (!target.isLive) expect(await count()).toBe("1");
    if (target.isLive) return;
    const uri = `/archive/projects/${project}/subjects/M01/resources/LAG`;
    const query = `resource=${encodeURIComponent(uri)}&options=populateStats`;
    expect((await ask("POST", `/data/services/refresh/catalog?${query}`)).status).toBe(200);
    expect(await count()).toBe("2");
  });

  rule("D9", "pages and pictures come as files, not as pages", [], async () => {
    await put(`${subject}/resources/PAGES/files/report.html`, "<html><script>1</script></html>");
    const { type, headers } = await ask("GET", `${subject}/resources/PAGES/files/report.html`);
    expect(type.startsWith("text/html") && headers.get("content-disposition") === null).toBe(false);
  });

  rule(
    "U1",
    "what is there is not replaced: 200 with a list of duplicates as text/html",
    [],
    async () => {
      const path = `${subject}/resources/DUPLICATE/files/t2.nii`;
      await put(path, "old");
      const reply = await put(path, "new");
      expect(reply.status).toBe(200);
      expect(reply.type).toContain("text/html");
      expect(JSON.parse(reply.text)).toEqual({ duplicates: ["t2.nii"] });
      expect((await ask("GET", path)).text).toBe("old");
      expect((await put(path, "newer", "&overwrite=true")).text).toBe("");
      expect((await ask("GET", path)).text).toBe("newer");
    },
  );

  rule("U2", "without the right to edit: 200, empty, nothing stored", ["simOnly"], async () => {
    target.simulated.site.projects.get(project)?.members.set("outsider", "collaborator");
    const reply = await put(`${subject}/resources/SILENT/files/a`, "a", "", "second");
    expect([reply.status, reply.text]).toEqual([200, ""]);
    const rows = rowsOf(await ask("GET", `${subject}/resources?format=json`));
    expect(rows.filter(({ label }) => label === "SILENT")).toEqual([]);
    expect((await ask("PUT", `${subject}/resources/SILENT`, { as: "second" })).status).toBe(403);
  });

  rule("U3", "a body without length is refused unless it is a zip", [], async () => {
    const path = `${subject}/resources/CHUNKED/files/a.bin?inbody=true`;
    const refused = await putChunked(path, "application/octet-stream");
    expect(refused.status).toBe(500);
    expect(refused.text).toContain(
      "In-body File posts must include the file directly as the body of the message. In this case, the request entity size is -1 but the media type is not application/zip",
    );
    expect((await putChunked(path, "application/zip")).status).toBe(200);
  });

  rule("U4", "an empty body is refused; an empty file goes by multipart", [], async () => {
    const path = `${subject}/resources/EMPTY/files/empty.txt`;
    const refused = await put(path, "");
    expect([400, 500]).toContain(refused.status);
    const body =
      '--XX\r\nContent-Disposition: form-data; name="file"; filename="empty.txt"\r\nContent-Type: text/plain\r\n\r\n\r\n--XX--\r\n';
    const headers = { "Content-Type": "multipart/form-data; boundary=XX" };
    expect((await ask("PUT", path, { headers, body })).status).toBe(200);
    expect((await list(`${subject}/resources/EMPTY`)).map(({ Size }) => Size)).toEqual(["0"]);
  });

  rule("U5", "inbody and multipart at once are refused", [], async () => {
    const headers = { "Content-Type": "multipart/form-data; boundary=XX" };
    const body =
      '--XX\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\na\r\n--XX--\r\n';
    const path = `${subject}/resources/BOTH/files/a?inbody=true`;
    expect((await ask("PUT", path, { headers, body })).status).toBe(400);
  });

  rule("U5", "a body that nothing says is a file is refused", [], async () => {
    const reply = await ask("PUT", `${subject}/resources/PLAIN/files/a`, {
      headers: { "Content-Type": "text/plain" },
      body: "abc",
    });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("You tried to PUT a payload of 3 B to this service");
  });

  rule("U7", "names are decoded only when they hold %20 or %2B", [], async () => {
    const resource = `${subject}/resources/NAMES`;
    await put(`${resource}/files/a%23b.txt`, "1");
    await put(`${resource}/files/a%20b.txt`, "2");
    const names = (await list(resource)).map(({ Name }) => Name);
    expect(names.sort()).toEqual(["a b.txt", "a%23b.txt"]);
    expect((await ask("GET", `${resource}/files/a%20b.txt`)).text).toBe("2");
  });

  rule("U8", "every PUT rewrites the catalog", ["simOnly"], async () => {
    const resource = `${subject}/resources/AUDIT`;
    for (const name of ["a", "b", "c"]) await put(`${resource}/files/${name}`, name);
    const { text } = await ask("GET", resource);
    expect(text.match(/=Added:1/g)).toHaveLength(3);
  });

  rule(
    "U11",
    "a name that ends in _catalog.xml is not listed and cannot be overwritten",
    [],
    async () => {
      const resource = `${subject}/resources/CATALOG`;
      await put(`${resource}/files/x_catalog.xml`, "<x/>");
      expect((await list(resource)).map(({ Name }) => Name)).toEqual([]);
      const again = await put(`${resource}/files/x_catalog.xml`, "<y/>", "&overwrite=true");
      expect(again.status).toBe(500);
      expect(again.text).toContain("XNAT cannot catalog");
    },
  );

  rule(
    "U12",
    "deleting what is not there: 200 for a resource, 404 for a file",
    ["delete"],
    async () => {
      const resource = `${subject}/resources/GONE`;
      expect((await ask("DELETE", `${resource}?removeFiles=true`)).status).toBe(200);
      await put(`${resource}/files/a`, "a");
      const missing = await ask("DELETE", `${resource}/files/b`);
      expect(missing.status).toBe(404);
      expect(missing.text).toContain("No matched files");
      expect((await ask("DELETE", `${resource}/files/a`)).status).toBe(200);
      expect(await list(resource)).toEqual([]);
      expect((await ask("DELETE", `${resource}?removeFiles=true`)).status).toBe(200);
      expect((await ask("GET", resource)).status).toBe(404);
    },
  );

  rule("U13", "a gateway gives up while the server goes on", ["simOnly"], async () => {
    target.simulated.addFault({
      match: { path: "**/PROXY/**", times: 1 },
      action: { name: "status", status: 504, afterWork: true },
    });
    expect((await put(`${subject}/resources/PROXY/files/a`, "a")).status).toBe(504);
    expect(await list(`${subject}/resources/PROXY`)).toHaveLength(1);
  });

  rule(
    "U14",
    "a full disk: 500, half a file that is not listed and bars the next upload",
    ["simOnly"],
    async () => {
      const path = `${subject}/resources/FULL/files/a`;
      target.simulated.addFault({
        match: { path: "**/FULL/**", times: 1 },
        action: { name: "diskFull", afterBytes: 2 },
      });
      const full = await put(path, "hello");
      expect([full.status, full.text.includes("No space left on device")]).toEqual([500, true]);
      expect(await list(`${subject}/resources/FULL`)).toEqual([]);
      expect((await put(path, "hello")).text).toContain("duplicates");
      expect((await put(path, "hello", "&overwrite=true")).text).toBe("");
      expect((await list(`${subject}/resources/FULL`))[0]?.["Size"]).toBe("5");
    },
  );

  rule("U16", "a path without /files is refused", [], async () => {
    expect((await put(`${subject}/resources/PATH/a.nii`, "a")).status).toBe(400);
  });

  rule("D11", "files that a server says it stored may be lost", ["simOnly"], async () => {
    target.simulated.addFault({
      match: { path: "**/LOST/**", times: 1 },
      action: { name: "dropStored" },
    });
    await put(`${subject}/resources/LOST/files/a`, "a");
    const reply = await ask("GET", `${subject}/resources/LOST/files/a`);
    expect([reply.status, reply.text.includes("Unable to find file.")]).toEqual([404, true]);
  });

  rule("D12", "10,000 files are listed within a second", ["simOnly"], async () => {
    const { site } = target.simulated;
    const owner = site.projects.get(project)!;
    const resource = await addResource(site, owner, "MANY");
    const names = Array.from({ length: 10_000 }, (_, n) => `slice-${n}.dcm`);
    await storeFiles(
      site,
      resource,
      names.map((path) => ({ path, source: "x" })),
    );
    const before = performance.now();
    expect(await list(`/data/projects/${project}/resources/MANY`)).toHaveLength(10_000);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  rule("D13", "2 GB go up and down in flat memory", ["simOnly", "slow"], async () => {
    const path = `/data/projects/${project}/resources/BIG/files/big.bin`;
    const before = process.memoryUsage().rss;
    let peak = before;
    const piece = Buffer.alloc(1 << 20, 7);
    const { login, password } = target.account("user");
    const options = { auth: `${login}:${password}` };
    await new Promise<void>((resolve, reject) => {
      const headers = { ...stream, "Content-Length": 2048 * piece.length };
      const sent = request(
        `${target.url}${path}?inbody=true`,
        { ...options, method: "PUT", headers },
        (answer) => answer.resume().on("end", resolve),
      ).on("error", reject);
      let count = 0;
      const write = () => {
        for (; count < 2048; count++) {
          peak = Math.max(peak, process.memoryUsage().rss);
          if (sent.write(piece)) continue;
          count++;
          sent.once("drain", write);
          return;
        }
        sent.end();
      };
      write();
    });
    let bytes = 0;
    await new Promise<void>((resolve, reject) => {
      const asked = request(`${target.url}${path}`, options, (answer) => {
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          peak = Math.max(peak, process.memoryUsage().rss);
        });
        answer.on("end", resolve);
      });
      asked.on("error", reject).end();
    });
    expect(bytes).toBe(2048 * piece.length);
    expect(peak - before).toBeLessThan(300 * 2 ** 20);
  });
});
