import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { makeSampleSession, type SampleSession } from "../sample-session.ts";
import { openTarget, type Reply, rowsOf, rulesOf } from "./target.ts";

const target = await openTarget();
afterAll(() => target.close());
const rule = rulesOf(target);
const { ask } = target;

let project = "";
let sample: SampleSession;
let other: SampleSession;
beforeAll(async () => {
  project = await target.makeProject();
  sample = await makeSampleSession("SAMPLE", "DM01", "DM01_MR1", 101);
  other = await makeSampleSession("SAMPLE", "DM02", "DM02_MR1", 201);
});

/** Images of one scan as a stored zip with sizes in front. */
async function zipOf(
  session: SampleSession,
  scan: number,
  extra: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const files: (readonly [string, Buffer])[] = [];
  for (const { file } of session.scans.find(({ number }) => number === scan)?.images ?? []) {
    files.push([file, await readFile(join(session.folder, file))]);
  }
  for (const [name, text] of Object.entries(extra)) files.push([name, Buffer.from(text)]);
  return new Uint8Array(
    Buffer.concat(
      files.map(([name, bytes]) => {
        const header = Buffer.alloc(30);
        header.writeUInt32LE(0x04034b50, 0);
        header.writeUInt32LE(crc32(bytes), 14);
        header.writeUInt32LE(bytes.length, 18);
        header.writeUInt32LE(bytes.length, 22);
        header.writeUInt16LE(name.length, 26);
        return Buffer.concat([header, Buffer.from(name), bytes]);
      }),
    ),
  );
}

const send = (body: Uint8Array<ArrayBuffer>, label: string, query = ""): Promise<Reply> =>
  ask(
    "POST",
    `/data/services/import?import-handler=DICOM-zip&PROJECT_ID=${project}&SUBJECT_ID=M01&EXPT_LABEL=${label}&inbody=true${query}`,
    { body, headers: { "Content-Type": "application/zip" } },
  );
const held = "&prevent_auto_commit=true&SOURCE=uploader";
const rows = async () =>
  rowsOf(await ask("GET", `/data/prearchive/projects/${project}?format=json`));

// The tests follow one another: what one stores, the next finds.
describe("import, prearchive, archive", () => {
  rule(
    "I12, P1, P6, P7",
    "a zip of DICOM becomes a row, is built, and is archived with its fields",
    ["simOnly"],
    async () => {
      const stored = await send(await zipOf(sample, 2), "M01 pre", held);
      expect([stored.status, stored.type]).toEqual([200, "text/uri-list"]);
      const uri = stored.text.trim();
      expect(uri).toMatch(
        new RegExp(`^/data/prearchive/projects/${project}/\\d{8}_\\d{9}/M01_pre$`),
      );
      const [row] = await rows();
      // P6, P7: the name is as sent, the folder is not.
      expect(row).toMatchObject({
        status: "RECEIVING",
        name: "M01 pre",
        folderName: "M01_pre",
        tag: sample.studyUID,
        scan_date: "2026-01-05",
        prevent_auto_commit: "true",
      });
      expect((await ask("POST", `${uri}?action=build`)).status).toBe(200);
      expect((await rows())[0]?.["status"]).toBe("READY");
      const source = uri.replace("/data", "");
      const checks = rowsOf(await ask("POST", `/data/services/validate-archive?src=${source}`));
      expect(checks.map(({ code, type }) => `${code} ${type}`)).toEqual(["12 WARN"]);
      const field = encodeURIComponent("xnat:mrSessionData/fields/field[name=timepoint]/field");
      const done = await ask("POST", `${uri}?action=commit&AA=true&${field}=pre`);
      expect(done.status).toBe(301);
      expect(done.headers.get("location")).toBe(done.text);
      expect(await rows()).toEqual([]);
      const item = await ask("GET", `${done.text}?format=json`);
      expect(item.text).toContain(sample.studyUID);
      expect(item.text).toContain('"pre"');
      const files = rowsOf(
        await ask("GET", `${done.text}/scans/2/resources/DICOM/files?format=json`),
      );
      expect(files).toHaveLength(4);
      expect(files[0]?.["Name"]).toMatch(/^[\d.]+-2-\d+-[a-z0-9]{6,7}\.dcm$/);
    },
  );

  rule(
    "P2",
    "another scan of an archived session is merged without a word; the same files are not",
    ["simOnly"],
    async () => {
      const merged = await send(await zipOf(sample, 5), "M01_pre", "&action=commit");
      expect(merged.status).toBe(200);
      const again = await send(await zipOf(sample, 5), "M01_pre", "&action=commit");
      expect([again.status, again.text.includes("same UID and number")]).toEqual([400, true]);
      const replaced = await send(
        await zipOf(sample, 5),
        "M01_pre",
        "&action=commit&overwrite=delete",
      );
      expect(replaced.status).toBe(200);
      const scans = rowsOf(await ask("GET", `${replaced.text.trim()}/scans?format=json`));
      expect(scans.map(({ ID }) => ID).sort()).toEqual(["2", "5"]);
    },
  );

  rule("P3", "a conflict inside is 500 with FAILED outside", ["simOnly"], async () => {
    const { text } = await send(await zipOf(other, 2), "M01_pre", held);
    const source = text.trim().replace("/data", "");
    const refused = await ask("POST", `/data/services/archive?src=${source}`);
    expect(refused.status).toBe(500);
    expect(refused.text).toContain("FAILED: Unable to archive M01_pre: Session already exists");
    expect((await ask("DELETE", text.trim())).status).toBe(200);
    expect(await rows()).toEqual([]);
  });

  rule("I1", "nothing imported: 200, empty", ["simOnly"], async () => {
    target.simulated.addFault({
      match: { path: "/data/services/import", times: 1 },
      action: { name: "emptyImport" },
    });
    const reply = await send(await zipOf(sample, 2), "M01_empty", held);
    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  rule("I2", "a body that is no zip: 200, empty", [], async () => {
    const reply = await send(
      new Uint8Array(Buffer.from("this is no zip, and long enough for a header")),
      "M01_none",
      held,
    );
    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  rule("I3", "a file that is no DICOM: 400, what came before is stored", [], async () => {
    const body = await zipOf(sample, 2, { "notes.txt": "not DICOM ".repeat(20) });
    const refused = await send(body, "M01_half", held);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("unable to read DICOM object notes.txt");
    const half = (await rows()).find(({ name }) => name === "M01_half");
    expect(half).toBeDefined();
    expect((await send(body, "M01_half", `${held}&Ignore-Unparsable=true`)).status).toBe(200);
    const uri = `/data/prearchive/projects/${project}/${half?.["timestamp"]}/${half?.["folderName"]}`;
    expect((await ask("DELETE", uri)).status).toBe(200);
  });

  rule("I4", "two studies in one zip: 400; one study and label: one row", ["simOnly"], async () => {
    const two = new Uint8Array(Buffer.concat([await zipOf(sample, 2), await zipOf(other, 2)]));
    expect((await send(two, "M01_two", held)).status).toBe(400);
    const first = await send(await zipOf(sample, 2), "M01_one", held);
    const second = await send(await zipOf(sample, 6), "M01_one", held);
    expect(second.text).toBe(first.text);
    const scans = rowsOf(await ask("GET", `${first.text.trim()}/scans?format=json`));
    expect(scans.map(({ ID }) => ID).sort()).toEqual(["2", "6"]);
  });

  rule(
    "I6",
    "what is idle for five minutes is archived half, unless it was told to wait",
    ["simOnly"],
    async () => {
      for (const row of await rows()) {
        await ask(
          "DELETE",
          `/data/prearchive/projects/${project}/${row["timestamp"]}/${row["folderName"]}`,
        );
      }
      await send(await zipOf(sample, 2), "M01_waits", held);
      await send(await zipOf(other, 2), "M01_hurried");
      target.simulated.site.clock.advance(6 * 60_000);
      expect((await rows()).map(({ name, status }) => [name, status])).toEqual([
        ["M01_waits", "RECEIVING"],
      ]);
      const sessions = rowsOf(
        await ask("GET", `/data/projects/${project}/experiments?format=json`),
      );
      expect(sessions.map(({ label }) => label)).toContain("M01_hurried");
    },
  );

  rule("I7", "prearchive_code with overwrite: 400", [], async () => {
    const reply = await send(
      await zipOf(sample, 2),
      "M01_x",
      "&prearchive_code=1&overwrite=append",
    );
    expect(reply.status).toBe(400);
  });

  rule("I10", "another series of the same number becomes 2-MR1", ["simOnly"], async () => {
    const first = await send(await zipOf(other, 2), "M01_ids", held);
    // The same images with another series UID of the same length.
    const uid = other.scans[0]!.seriesUID;
    const changed = `${uid.slice(0, -1)}${uid.endsWith("1") ? "2" : "1"}`;
    const { simulated } = target;
    const body = Buffer.from(await zipOf(other, 2));
    const renamed = Buffer.from(body.toString("latin1").replaceAll(uid, changed), "latin1");
    let at = 0;
    while (at < renamed.length) {
      const size = renamed.readUInt32LE(at + 22);
      const start = at + 30 + renamed.readUInt16LE(at + 26);
      renamed.writeUInt32LE(crc32(renamed.subarray(start, start + size)), at + 14);
      at = start + size;
    }
    await send(new Uint8Array(renamed), "M01_ids", held);
    const scans = rowsOf(await ask("GET", `${first.text.trim()}/scans?format=json`));
    expect(scans.map(({ ID }) => ID)).toEqual(["2", "2-MR1"]);
    expect(simulated.site.prearchive.length).toBeGreaterThan(0);
  });

  rule(
    "P1, P8",
    "a locked row: 409 at one door, 403 at the other; redirects where asked",
    ["simOnly"],
    async () => {
      const row = (await rows()).find(({ name }) => name === "M01_ids")!;
      const uri = `/prearchive/projects/${project}/${row["timestamp"]}/${row["folderName"]}`;
      target.simulated.addFault({ match: { method: "POST" }, action: { name: "lockPrearchive" } });
      const built = await ask("POST", `/data${uri}?action=build`);
      const archived = await ask("POST", `/data/services/archive?src=${uri}`);
      target.simulated.clearFaults();
      expect([built.status, archived.status]).toEqual([409, 403]);
      expect((await ask("POST", `/data${uri}`)).status).toBe(400);
      const redirected = await ask("POST", `/data/services/archive?src=${uri}&redirect=true`);
      expect(redirected.status).toBe(303);
    },
  );

  rule("I5", "the same data twice at once: 400 for one of them", ["simOnly"], async () => {
    const body = await zipOf(sample, 5);
    const replies = await Promise.all([
      send(body, "M01_twice", held),
      send(body, "M01_twice", held),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
    const refused = replies.find(({ status }) => status === 400);
    expect(refused?.text).toContain("Concurrent file sends of the same data is not supported.");
  });

  rule(
    "I8",
    "with action=commit files that are no DICOM are passed over",
    ["simOnly"],
    async () => {
      const body = await zipOf(sample, 2, { "notes.txt": "not DICOM ".repeat(20) });
      expect((await send(body, "M01_passed", "&action=commit")).status).toBe(200);
    },
  );

  rule("I9", "a filter of the site drops a series without a word", ["simOnly"], async () => {
    const { seriesUID: uid } = sample.scans.find(({ number }) => number === 2)!;
    target.simulated.addFault({
      match: { path: "/data/services/import", times: 1 },
      action: { name: "filterSeries", uid },
    });
    const both = Buffer.concat([await zipOf(sample, 2), await zipOf(sample, 5)]);
    const reply = await send(new Uint8Array(both), "M01_filtered", held);
    expect(reply.status).toBe(200);
    const scans = rowsOf(await ask("GET", `${reply.text.trim()}/scans?format=json`));
    expect(scans.map(({ ID }) => ID)).toEqual(["5"]);
  });

  rule("O6", "archiving finds a subject whatever the case of its label", ["simOnly"], async () => {
    const { text } = await send(await zipOf(other, 5), "M01_case", held);
    const done = await ask("POST", `${text.trim()}?action=commit&AA=true&subject=m01`);
    expect(done.status).toBe(301);
    const subjects = rowsOf(await ask("GET", `/data/projects/${project}/subjects?format=json`));
    expect(subjects.map(({ label }) => label)).toEqual(["M01"]);
  });

  rule("P5", "a row that is abandoned stays RECEIVING", ["simOnly"], async () => {
    await send(await zipOf(sample, 2), "M01_left", held);
    target.simulated.site.clock.advance(12 * 60_000);
    const row = (await rows()).find(({ name }) => name === "M01_left");
    expect(row?.["status"]).toBe("RECEIVING");
  });

  rule("P4", "archiving goes on after its answer gave up", ["simOnly"], async () => {
    const { text } = await send(await zipOf(sample, 2), "M01_slow", held);
    target.simulated.addFault({
      match: { path: "/data/prearchive/**", method: "POST", times: 1 },
      action: { name: "archiveSlow", seconds: 0.05 },
    });
    const gaveUp = await ask("POST", `${text.trim()}?action=commit&AA=true`);
    expect([gaveUp.status, gaveUp.text.includes("configured timeout interval")]).toEqual([
      500,
      true,
    ]);
    await expect.poll(async () => (await ask("GET", text.trim())).status).toBe(404);
  });

  rule(
    "P9",
    "with a listener the answer comes at once and the end is kept",
    ["simOnly"],
    async () => {
      const { text } = await send(await zipOf(sample, 6), "M01_heard", held);
      const begun = await ask(
        "POST",
        `${text.trim()}?action=commit&AA=true&http-session-listener=K1`,
      );
      expect([begun.status, begun.text]).toEqual([200, "Archival initiated"]);
      const event = async () =>
        JSON.parse((await ask("GET", "/xapi/event_tracking/K1")).text) as object;
      await expect.poll(event).toMatchObject({ key: "K1", succeeded: true });
      expect((await ask("GET", "/xapi/event_tracking/none")).status).toBe(404);
    },
  );
});
