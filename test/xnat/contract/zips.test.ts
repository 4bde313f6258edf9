import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { seedSample } from "../seed-sample.ts";
import { readZipStream } from "../zip-in.ts";
import { openTarget, rowsOf, rulesOf } from "./target.ts";

const target = await openTarget();
afterAll(() => target.close());
const rule = rulesOf(target);
const { ask } = target;

let project = "";
let resources = "";
beforeAll(async () => {
  project = await target.makeProject();
  resources = `/data/projects/${project}/resources`;
});

const zipHeaders = { "Content-Type": "application/zip" };
const list = async (label: string) =>
  rowsOf(await ask("GET", `${resources}/${label}/files?format=json`));

/** A zip by hand: stored or deflated, sizes in front or behind. */
function zipOf(files: Readonly<Record<string, string>>, deflate = false, behind = false) {
  return Buffer.concat(
    Object.entries(files).map(([name, text]) => {
      const body = deflate ? deflateRawSync(text) : Buffer.from(text);
      const sizes = Buffer.alloc(12);
      sizes.writeUInt32LE(crc32(text), 0);
      sizes.writeUInt32LE(body.length, 4);
      sizes.writeUInt32LE(text.length, 8);
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(behind ? 8 : 0, 6);
      header.writeUInt16LE(deflate ? 8 : 0, 8);
      if (!behind) sizes.copy(header, 14);
      header.writeUInt16LE(name.length, 26);
      const descriptor = Buffer.concat([Buffer.from("PK\x07\x08", "latin1"), sizes]);
      return Buffer.concat([
        header,
        Buffer.from(name),
        body,
        behind ? descriptor : Buffer.alloc(0),
      ]);
    }),
  );
}

const putZip = (label: string, body: Buffer, query = "") =>
  ask("PUT", `${resources}/${label}/files/x.zip?inbody=true&extract=true${query}`, {
    headers: zipHeaders,
    body: new Uint8Array(body),
  });

async function namesIn(bytes: Uint8Array): Promise<readonly string[]> {
  const names: string[] = [];
  async function* whole() {
    yield bytes;
  }
  for await (const { name } of readZipStream(whole())) names.push(name);
  return names.sort();
}

describe("zips", () => {
  rule("U9", "a zip is unpacked with its folders; names that were there are told", [], async () => {
    const files = { "a.txt": "1", "sub/b.txt": "22" };
    expect((await putZip("UNPACK", zipOf(files))).text).toBe("");
    expect((await list("UNPACK")).map(({ Name, Size }) => [Name, Size])).toEqual([
      ["a.txt", "1"],
      ["b.txt", "2"],
    ]);
    expect((await ask("GET", `${resources}/UNPACK/files/sub/b.txt`)).text).toBe("22");
    const again = await putZip("UNPACK", zipOf({ ...files, "c.txt": "3" }));
    expect((JSON.parse(again.text) as { duplicates: string[] }).duplicates).toHaveLength(2);
    expect(await list("UNPACK")).toHaveLength(3);
  });

  rule(
    "U9",
    "deflated entries may have their sizes behind them, stored ones may not",
    [],
    async () => {
      expect((await putZip("BEHIND", zipOf({ a: "hello" }, true, true))).status).toBe(200);
      const refused = await putZip("REFUSED", zipOf({ a: "hello" }, false, true));
      expect(refused.status).toBeGreaterThanOrEqual(400);
      if (!target.isLive) {
        expect(refused.text).toContain("only DEFLATED entries can have EXT descriptor");
      }
      expect(await list("BEHIND")).toHaveLength(1);
    },
  );

  rule("U17", "a tar and a gzipped tar are unpacked as a zip is", [], async () => {
    const header = Buffer.alloc(512);
    header.write("sub/a.txt");
    header.write("00000000005\0", 124);
    header.write("        ", 148);
    header.write("0ustar\x0000", 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const tar = Buffer.concat([header, Buffer.from("hello"), Buffer.alloc(507 + 1024)]);
    for (const [name, body] of [
      ["x.tar", tar],
      ["x.tar.gz", gzipSync(tar)],
    ] as const) {
      const label = name.toUpperCase().replaceAll(".", "_");
      const reply = await ask(
        "PUT",
        `${resources}/${label}/files/${name}?inbody=true&extract=true`,
        {
          headers: { "Content-Type": "application/octet-stream" },
          body: new Uint8Array(body),
        },
      );
      expect([reply.status, reply.text]).toEqual([200, ""]);
      const [row] = await list(label);
      expect([row?.["Name"], row?.["Size"]]).toEqual(["a.txt", "5"]);
      expect(row?.["URI"]).toContain("/files/sub/a.txt");
    }
  });

  rule("U10", "what was unpacked before an error stays", ["simOnly"], async () => {
    target.simulated.addFault({
      match: { path: "**/HALF/**", times: 1 },
      action: { name: "extractStops", after: 2 },
    });
    expect((await putZip("HALF", zipOf({ a: "1", b: "2", c: "3" }))).status).toBe(500);
    expect((await list("HALF")).map(({ Name }) => Name)).toEqual(["a", "b"]);
  });

  rule(
    "D1",
    "a zip comes without length; when it is cut nothing else tells",
    ["simOnly"],
    async () => {
      await putZip("CUT", zipOf({ a: "1", b: "2" }));
      const path = `${resources}/CUT/files?format=zip`;
      const whole = await ask("GET", path);
      expect(whole.headers.get("content-length")).toBeNull();
      expect(whole.headers.get("content-disposition")).toContain("attachment");
      target.simulated.addFault({
        match: { path: "**/CUT/files", times: 1 },
        action: { name: "truncateZip", bytes: 30 },
      });
      const cut = await ask("GET", path);
      expect([cut.status, cut.bytes.length]).toEqual([200, whole.bytes.length - 30]);
      target.simulated.addFault({
        match: { path: "**/CUT/files", times: 1 },
        action: { name: "corruptZip" },
      });
      const corrupt = await ask("GET", path);
      expect(corrupt.bytes.length).toBe(whole.bytes.length);
      await expect(namesIn(corrupt.bytes)).rejects.toThrow();
    },
  );

  rule("D2", "names in zips: four layouts, types mangled", ["simOnly"], async () => {
    const { project: sample, sessions } = await seedSample(target.simulated.site, {
      project: "ZIPS",
      subjects: 1,
      scans: [2],
      regions: false,
    });
    const { id, label, subject } = sessions[0]!;
    const session = target.simulated.site.sessions.get(id)!;
    session.scans[0]!.type = "T2w (fat-sat)";
    const base = `/data/projects/${sample}/subjects/${subject}/experiments/${label}/scans/ALL`;
    const first = async (query: string) =>
      (await namesIn((await ask("GET", `${base}/files?format=zip${query}`)).bytes))[0] ?? "";
    expect(await first("")).toMatch(
      /^DM01_MR1\/scans\/2-T2w__fat_sat_\/resources\/DICOM\/files\/\w+\.dcm$/,
    );
    expect(await first("&structure=simplified")).toMatch(
      /^DM01_MR1\/scans\/2-T2w__fat_sat_\/DICOM\/\w+\.dcm$/,
    );
    expect(await first("&structure=improved")).toMatch(/^scans\/2_T2w__fat_sat_\/DICOM\/\w+\.dcm$/);
    expect(await first("&structure=legacy")).toContain(
      "/archive/ZIPS/arc001/DM01_MR1/SCANS/2/DICOM/",
    );
    const stored = await ask("GET", `${base}/files?format=zip&compression=0`);
    expect(stored.bytes.readUInt16LE(8)).toBe(0);
  });

  rule("D3", "nothing to zip: 404", [], async () => {
    await ask("PUT", `${resources}/VOID`);
    expect((await ask("GET", `${resources}/VOID/files?format=zip`)).status).toBe(404);
    expect(await list("VOID")).toEqual([]);
  });
});

describe("attributes, the user's cache, regions", () => {
  rule("V1", "dicomdump tells attributes of the first image of a scan", ["simOnly"], async () => {
    const { sessions } = await seedSample(target.simulated.site, { project: "DUMP", subjects: 1 });
    const src = `/archive/projects/DUMP/subjects/DM01/experiments/${sessions[0]!.label}/scans/2`;
    const query = `src=${src}&field=00180081&field=RepetitionTime&field=00089999&format=json`;
    expect(rowsOf(await ask("GET", `/data/services/dicomdump?${query}`))).toEqual([
      { tag1: "(0018,0080)", tag2: "", vr: "DS", value: "4000", desc: "Repetition Time" },
      { tag1: "(0018,0081)", tag2: "", vr: "DS", value: "36", desc: "Echo Time" },
    ]);
  });

  rule("V2", "each user has a cache of files", ["simOnly"], async () => {
    const files = "/data/user/cache/resources/RUN/files";
    const headers = { "Content-Type": "application/octet-stream" };
    await ask("PUT", `${files}/a.txt?inbody=true`, { headers, body: "hello" });
    expect(rowsOf(await ask("GET", `${files}?format=json`))).toEqual([
      { Name: "a.txt", Size: "5", URI: `${files}/a.txt` },
    ]);
    expect((await ask("GET", `${files}/a.txt`)).text).toBe("hello");
    expect((await ask("GET", `${files}/a.txt`, { as: "second" })).status).toBe(404);
    expect((await ask("DELETE", `${files}/a.txt`)).status).toBe(200);
  });

  rule(
    "V3",
    "a collection of regions is stored once, and only when it names the session",
    ["roi", "simOnly"],
    async () => {
      const { sessions } = await seedSample(target.simulated.site, { project: "ROI", subjects: 2 });
      const [{ id }, other] = [sessions[0]!, sessions[1]!];
      const collections = rowsOf(await ask("GET", `/data/experiments/${id}/assessors?format=json`));
      const drawn = collections.find(({ label }) => label?.startsWith("AIM"))!;
      const aim = await ask("GET", `/xapi/roi/projects/ROI/collections/${drawn["ID"]}?type=AIM`);
      expect(aim.text).toContain("<ImageAnnotationCollection");
      const put = (session: string, label: string, query = "") =>
        ask(
          "PUT",
          `/xapi/roi/projects/ROI/sessions/${session}/collections/${label}?type=AIM${query}`,
          {
            headers: { "Content-Type": "application/octet-stream" },
            body: aim.text,
          },
        );
      const stored = await put(id, "NEW");
      expect(stored.text).toMatch(/^RoiCollection_/);
      expect((await ask("GET", `/xapi/roi/projects/ROI/exists/${stored.text}`)).text).toBe("true");
      expect((await put(id, "NEW")).status).toBe(422);
      expect((await put(id, "NEW", "&overwrite=true")).text).toBe(stored.text);
      expect((await put(other.id, "NEW")).status).toBe(409);
      expect((await put(other.id, "ELSEWHERE")).status).toBe(422);
      expect(
        (await ask("DELETE", `/xapi/roi/projects/ROI/collections/${stored.text}`)).status,
      ).toBe(200);
      expect((await ask("GET", `/xapi/roi/projects/ROI/exists/${stored.text}`)).text).toBe("false");
    },
  );
});
