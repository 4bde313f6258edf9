import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DownloadOptions, downloadResource } from "#shared/xnat/download.ts";
import { scanPath } from "#shared/xnat/owner-path.ts";
import { type FakeXnat, fakeXnat, md5 } from "./fake-xnat.ts";

const scan = scanPath("XNAT_E00001", "3");
const text = (words: string): Buffer => Buffer.from(words);
const many = (n: number): Record<string, Uint8Array> =>
  Object.fromEntries(
    Array.from({ length: n }, (_, i) => [`sub${i % 3}/${i}.dcm`, text(`image ${i}`)]),
  );

let fake: FakeXnat;
let folder: string;
beforeEach(() => {
  fake = fakeXnat();
  folder = mkdtempSync(join(tmpdir(), "download-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const download = (options: DownloadOptions = {}) =>
  downloadResource(fake.x, scan, "DICOM", folder, { pause: async () => {}, ...options });

function here(): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "latin1")]),
  );
}

const count = (word: string): number => fake.calls.filter((call) => call.startsWith(word)).length;

describe("a download", () => {
  test("of few files brings them one by one, of many as one zip", async () => {
    fake.add("DICOM", many(7));
    const few = await download();
    expect(here()).toEqual(fake.contents("DICOM"));
    expect([count("GET"), count("ZIP")]).toEqual([7, 0]);
    expect(few.files[0]).toEqual({ path: "sub0/0.dcm", size: 7, md5: md5(text("image 0")) });
    fake.resources.length = 0;
    fake.add("DICOM", many(30));
    await downloadResource(fake.x, scan, "DICOM", join(folder, "other"));
    expect(count("ZIP")).toBe(1);
    expect(count("GET")).toBe(7);
    expect(readdirSync(join(folder, "other")).sort()).toEqual(["sub0", "sub1", "sub2"]);
  });

  test("a second time fetches nothing, and what was changed or lost again", async () => {
    fake.add("DICOM", many(5));
    await download();
    const before = fake.calls.length;
    expect((await download()).alreadyHere).toBe(5);
    expect(fake.calls.length).toBe(before + 1);
    rmSync(join(folder, "sub0/0.dcm"));
    writeFileSync(join(folder, "sub1/1.dcm"), "imagE 1");
    expect((await download()).alreadyHere).toBe(3);
    expect(here()).toEqual(fake.contents("DICOM"));
  });

  test("of chosen files brings those alone; a missing one is named", async () => {
    fake.add("DICOM", many(20));
    await download({ files: ["sub1/4.dcm"] });
    expect(Object.keys(here())).toEqual(["sub1/4.dcm"]);
    await expect(download({ files: ["x"] })).rejects.toMatchObject({ kind: "not-found" });
  });

  test("of an empty resource brings nothing", async () => {
    fake.add("DICOM", {});
    expect((await download()).files).toEqual([]);
  });

  test.each([
    "",
    "x/DICOM/",
    "DICOM/scans/3/resources/DICOM/files/",
    "s/scans/3-a/DICOM/",
    "files/",
  ])("finds its files in a zip of the layout %j", async (layout) => {
    fake.add("DICOM", { ...many(10), "DICOM/files/a": text("a"), a: text("b") });
    fake.layout = () => layout;
    await download();
    expect(here()).toEqual(fake.contents("DICOM"));
    expect(count("ZIP")).toBe(1);
  });

  test.each([
    { breakAt: 500 },
    { endAt: 500 },
    { endAt: 0 },
    { refuse: "not-found" as const },
    { refuse: "transient" as const },
    { body: text("<html>no zip</html>") },
  ])("survives a zip that comes as %j", async (fault) => {
    fake.add("DICOM", many(40));
    fake.fault = (_, shown) => (shown.startsWith("ZIP") ? fault : undefined);
    await download();
    expect(here()).toEqual(fake.contents("DICOM"));
  });

  test("survives bodies that break off, and gives up at last without halves", async () => {
    fake.add("DICOM", { "a.nii": Buffer.alloc(200_000, 1) });
    let broken = 0;
    fake.fault = (_, shown) => (shown.startsWith("GET") && broken++ < 3 ? { breakAt: 70_000 } : {});
    await download();
    expect(here()).toEqual(fake.contents("DICOM"));
    rmSync(join(folder, "a.nii"));
    fake.fault = (_, shown) => (shown.startsWith("GET") ? { breakAt: 70_000 } : {});
    await expect(download()).rejects.toMatchObject({ kind: "transient" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("does not take half a file for one with a stale size, nor a page for one of no known size", async () => {
    const { files } = fake.add("DICOM", { a: text("abcdef") });
    const file = files.get("a");
    if (file === undefined) throw new Error();
    file.listed = { digest: "" };
    // Neither Content-Length nor chunks: the end of the connection is the only sign of the end.
    fake.fault = (_, shown) => (shown.startsWith("GET") ? { endAt: 4 } : {});
    await expect(download()).rejects.toMatchObject({ kind: "transient" });
    file.listed = { digest: "", Size: "" };
    fake.fault = () => ({ body: text("<html>Log in</html>"), contentType: "text/html" });
    await expect(download()).rejects.toMatchObject({ kind: "protocol", rule: "A2" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes a size for stale when the same bytes come twice (D6), a digest not", async () => {
    const { files } = fake.add("DICOM", { a: text("abcd") });
    const file = files.get("a");
    if (file === undefined) throw new Error();
    file.listed = { Size: "3", digest: "" };
    expect((await download()).warnings).toEqual(["a: the list says 3 bytes, it has 4."]);
    rmSync(join(folder, "a"));
    file.listed = { Size: "3" };
    expect((await download()).warnings).toEqual([]);
    rmSync(join(folder, "a"));
    file.listed = { Size: "0" };
    expect((await download()).alreadyHere).toBe(0);
    expect((await download()).alreadyHere).toBe(1);
    rmSync(join(folder, "a"));
    file.listed = { digest: md5(text("other")) };
    await expect(download()).rejects.toMatchObject({ kind: "protocol", rule: "D6" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("does not take a page for a file", async () => {
    const { files } = fake.add("DICOM", { a: text("abcd") });
    for (const file of files.values()) file.listed = { digest: "" };
    fake.fault = (_, shown) =>
      shown.startsWith("GET") ? { body: text("<html>"), contentType: "text/html" } : {};
    await expect(download()).rejects.toMatchObject({ kind: "protocol", rule: "A2" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes all of two resources of one label, and says so (D8)", async () => {
    fake.add("DICOM", { a: text("1"), both: text("x") });
    fake.add("DICOM", { b: text("2"), both: text("x") });
    const { warnings } = await download();
    expect(here()).toEqual({ a: "1", b: "2", both: "x" });
    expect(warnings).toEqual(["2 resources share the label DICOM (101, 102); all were taken."]);
    fake.add("DICOM", { a: text("other") });
    await expect(download()).rejects.toMatchObject({ kind: "conflict", rule: "D8" });
  });

  test("asks for nothing when the disk has no room for what is listed", async () => {
    const { files } = fake.add("DICOM", { a: text("1") });
    for (const file of files.values()) file.listed = { Size: "999999999999999" };
    await expect(download()).rejects.toMatchObject({ kind: "disk" });
    expect(count("GET")).toBe(0);
    expect(existsSync(join(folder, ".xnat-partial"))).toBe(false);
  });

  test("a body without end is cut", async () => {
    fake.add("DICOM", { a: text("1") });
    const block = Buffer.alloc(1 << 20);
    let sent = 0;
    const endless = () =>
      new Readable({
        read() {
          sent += block.length;
          this.push(block);
        },
      });
    fake.fault = (_, shown) => (shown.startsWith("GET") ? { body: endless } : {});
    await expect(download()).rejects.toMatchObject({ kind: "too-large" });
    expect(sent).toBeLessThan(80 * 2 ** 20);
  });

  test.each(["../a", "/etc/x", "sub/../../a", "a\\b", "nul.txt", ".xnat-partial/1", "a\0"])(
    "with the hostile name %j fetches nothing at all",
    async (path) => {
      fake.add("DICOM", { good: text("1"), [path]: text("2") });
      await expect(download()).rejects.toMatchObject({ kind: "protocol" });
      expect(count("GET")).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("of names that are one on other systems is refused", async () => {
    fake.add("DICOM", { "a.dcm": text("1"), "A.dcm": text("2") });
    await expect(download()).rejects.toThrow(/a\.dcm.*A\.dcm/);
  });

  test("of any tree, with any faults in between, ends right or says why, and a later one completes it", async () => {
    // The first letters keep them clear of device names (nul, con, lpt1), which are refused.
    const name = fc.stringMatching(/^f[a-z0-9]{0,6}(\/f[a-z0-9]{0,6}){0,2}\.x$/);
    const trees = fc.dictionary(name, fc.uint8Array({ maxLength: 300 }), { maxKeys: 25 });
    const faults = fc.array(
      fc.oneof(
        fc.constant({}),
        fc.record({ breakAt: fc.nat(400) }),
        fc.record({ endAt: fc.nat(400) }),
        fc.constant({ refuse: "transient" as const }),
        fc.constant({ refuse: "auth" as const }),
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(trees, faults, fc.boolean(), async (tree, schedule, digests) => {
        fake = fakeXnat();
        fake.digests = digests;
        rmSync(folder, { recursive: true, force: true });
        fake.add("DICOM", { ...tree });
        let next = 0;
        fake.fault = (_, shown) => (shown.startsWith("LIST") ? {} : schedule[next++]);
        const outcome = await download().catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toHaveProperty("kind");
        for (const [path, content] of Object.entries(here())) {
          expect(fake.contents("DICOM")[path]).toBe(content);
        }
        fake.fault = () => ({});
        await download();
        expect(here()).toEqual(fake.contents("DICOM"));
      }),
      { numRuns: 60 },
    );
  });
});
