import { Readable } from "node:stream";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { scanPath, userCachePath } from "#shared/xnat/owner-path.ts";
import { type UploadFile, type UploadOptions, uploadFiles } from "#shared/xnat/upload.ts";
import { type FakeXnat, type Fault, fakeXnat, md5 } from "./fake-xnat.ts";

const scan = scanPath("XNAT_E00001", "3");
const file = (path: string, bytes: Uint8Array | string): UploadFile => {
  const content = Buffer.from(bytes);
  return {
    path,
    size: content.length,
    open: () => Readable.from(content.length > 0 ? [content] : [], { objectMode: false }),
  };
};
const many = (n: number): UploadFile[] =>
  Array.from({ length: n }, (_, i) => file(`sub${i % 3}/${i}.nii`, `map ${i}`));
const expected = (files: readonly UploadFile[]) =>
  Object.fromEntries(files.map(({ path }) => [path, `map ${/\d+(?=\.nii)/.exec(path)?.[0]}`]));

let fake: FakeXnat;
beforeEach(() => {
  fake = fakeXnat();
});

const upload = (files: readonly UploadFile[], options: UploadOptions = {}) =>
  uploadFiles(fake.x, scan, "MAPS", files, { pause: async () => {}, ...options });
const count = (word: string): number => fake.calls.filter((call) => call.startsWith(word)).length;
/** Faults for the requests that bring files: the first, the second... */
function faults(...schedule: (Fault | undefined)[]): void {
  let next = 0;
  fake.fault = (_, shown) =>
    /^PUT resources\/MAPS\/files/.test(shown) ? schedule[next++] : undefined;
}

describe("an upload", () => {
  test("of up to twenty files sends each, of more zips", async () => {
    const result = await upload(many(20));
    expect(fake.contents("MAPS")).toEqual(expected(many(20)));
    expect(count("PUT")).toBe(21);
    expect(result.files[3]).toEqual({
      path: "sub0/3.nii",
      size: 5,
      md5: md5(Buffer.from("map 3")),
      evidence: "digest",
    });
    fake.resources.length = 0;
    await upload(many(50), { limits: { bytes: 1e6, files: 30 } });
    expect(fake.contents("MAPS")).toEqual(expected(many(50)));
    expect(count("PUT")).toBe(21 + 3);
  });

  test("brings empty files, and archives and large files outside of zips", async () => {
    const odd = [file("empty.txt", ""), file("a.zip", "no zip"), file("large", Buffer.alloc(2000))];
    await upload([...many(30), ...odd], { limits: { bytes: 1500, files: 100 } });
    expect(Object.keys(fake.contents("MAPS"))).toHaveLength(33);
    expect(fake.calls).toContain("PUT resources/MAPS/files/a.zip");
    expect(fake.calls).toContain("PUT resources/MAPS/files/large");
  });

  test("leaves alone what is there already, and replaces nothing unless it may", async () => {
    fake.add("MAPS", { a: Buffer.from("same"), b: Buffer.from("old") });
    const files = [file("a", "same"), file("b", "new")];
    await expect(upload(files)).rejects.toMatchObject({ kind: "exists", rule: "U1" });
    expect(fake.contents("MAPS")).toEqual({ a: "same", b: "old" });
    const { alreadyThere } = await upload(files, { overwrite: true });
    expect(alreadyThere).toBe(1);
    expect(fake.contents("MAPS")).toEqual({ a: "same", b: "new" });
    expect(fake.calls).not.toContain("PUT resources/MAPS/files/a");
  });

  test("sees duplicates that XNAT reports with a 200 (U1) and leaves them", async () => {
    const resource = fake.add("MAPS", {});
    fake.fault = (_, shown) => {
      // Another writer is faster, between our list and our request.
      if (shown.startsWith("PUT resources/MAPS/files"))
        resource.files.set("a", { bytes: Buffer.from("x") });
      return undefined;
    };
    await expect(upload([file("a", "ours")])).rejects.toMatchObject({ kind: "exists", rule: "U1" });
    expect(fake.contents("MAPS")).toEqual({ a: "x" });
  });

  test("that is silently not stored is told (U2), after few requests", async () => {
    fake.fault = (_, shown) => (shown.startsWith("PUT") ? { silent: true } : undefined);
    fake.add("MAPS", {});
    await expect(upload(many(3))).rejects.toMatchObject({ kind: "not-stored", rule: "U2" });
    fake.calls.length = 0;
    const large = Array.from({ length: 10 }, (_, i) => file(`${i}.bin`, Buffer.alloc(2 ** 20, i)));
    await expect(upload(large)).rejects.toMatchObject({ kind: "not-stored" });
    expect(count("PUT")).toBeLessThanOrEqual(4);
  });

  test.each<readonly [string, Fault[]]>([
    ["a silent 200", [{ silent: true }]],
    ["a lost answer", [{ loseAnswer: "transient" }]],
    ["a lost answer of a proxy", [{ loseAnswer: "proxy" }]],
    ["a request that never came", [{ refuse: "transient" }, {}, { refuse: "proxy" }]],
    ["a locked resource", [{ refuse: "locked" }]],
    ["a half file and a 500", [{ stopAfter: 2, stopWith: "transient" }]],
    ["a half file and a 200", [{ stopAfter: 2 }]],
  ])("survives %s", async (_, schedule) => {
    for (const digests of [true, false]) {
      for (const n of [3, 40]) {
        fake.resources.length = 0;
        fake.digests = digests;
        faults(...schedule);
        const { files } = await upload(many(n));
        expect(fake.contents("MAPS")).toEqual(expected(many(n)));
        expect(files.map(({ evidence }) => evidence)).toContain(digests ? "digest" : "content");
      }
    }
  });

  test("completes file by file what a zip left undone (U10)", async () => {
    faults({ stopAfter: 25, stopWith: "validation" });
    await upload(many(40));
    expect(fake.contents("MAPS")).toEqual(expected(many(40)));
    expect(count("PUT resources/MAPS/files")).toBe(1 + 15);
  });

  test("a server that does not unpack gets the files alone, and the zip is taken away", async () => {
    fake.fault = (call) => (call.query?.["extract"] === "true" ? { keepZip: true } : undefined);
    await upload(many(25));
    expect(fake.contents("MAPS")).toEqual(expected(many(25)));
    const unpacks = fake.fault;
    fake.resources.length = 0;
    fake.fault = (call, shown) =>
      call.method === "DELETE" ? { silent: true } : unpacks(call, shown);
    const { warnings } = await upload(many(25));
    expect(warnings).toEqual([expect.stringMatching(/xnat-pic-parcel\.zip is left in MAPS/)]);
  });

  test("takes back the half of a file that a full disk has left, never an older one", async () => {
    fake.fault = (_, shown) =>
      shown.startsWith("PUT resources/MAPS/files") ? { stopAfter: 2, stopWith: "disk" } : undefined;
    await expect(upload([file("new", "content")])).rejects.toMatchObject({ kind: "disk" });
    expect(fake.contents("MAPS")).toEqual({});
    fake.add("MAPS", { old: Buffer.from("longer than new") });
    await expect(upload([file("old", "content")], { overwrite: true })).rejects.toMatchObject({
      kind: "disk",
    });
    expect(Object.keys(fake.contents("MAPS"))).toEqual(["old"]);
  });

  test("stops at a refusal", async () => {
    for (const kind of ["auth", "token-ended", "forbidden"] as const) {
      fake.resources.length = 0;
      faults({}, { refuse: kind });
      await expect(upload(many(3))).rejects.toMatchObject({ kind });
    }
  });

  test("judges a large file without digest by its size, after a look at a stale one (D6)", async () => {
    fake.digests = false;
    const large = file("large", Buffer.alloc(2 ** 21, 1));
    const { files } = await upload([large]);
    expect(files[0]?.evidence).toBe("size");
    for (const stored of fake.resources[0]?.files.values() ?? []) stored.listed = { Size: "5" };
    expect((await upload([large], { overwrite: true })).files[0]?.evidence).toBe("size");
    expect(count("POST")).toBe(1);
  });

  test.each(["a b", "../a", "/a", "x_catalog.xml", "ä", "a%20b", ""])(
    "of the name %j is refused before anything is sent",
    async (path) => {
      await expect(upload([file(path, "1")])).rejects.toMatchObject({ code: "E-FILE-NAME" });
      expect(fake.calls).toEqual([]);
    },
  );

  test("of one name twice is refused; of a file that is not as long as it says too", async () => {
    await expect(upload([file("a", "1"), file("A", "2")])).rejects.toThrow(/"a" and "A"/);
    await expect(upload([{ ...file("a", "123"), size: 5 }])).rejects.toMatchObject({
      code: "E-FILE-CHANGED",
    });
  });

  test("to the user's cache makes no resource beforehand", async () => {
    fake.digests = false;
    const cache = userCachePath();
    const { files } = await uploadFiles(fake.x, cache, "STATE", [file("s.jsonl", "{}")]);
    expect(files[0]?.evidence).toBe("content");
    expect(fake.calls).not.toContain("PUT resources/STATE");
    await expect(uploadFiles(fake.x, cache, "../x", [])).rejects.toMatchObject({
      code: "E-RESOURCE-LABEL",
    });
  });

  test("waits for another one to the same resource", async () => {
    await Promise.all([upload(many(5)), upload(many(8)), upload(many(3))]);
    expect(fake.resources).toHaveLength(1);
    expect(fake.contents("MAPS")).toEqual(expected(many(8)));
    expect(count("PUT resources/MAPS/files")).toBe(8);
  });

  test("of any tree with any faults ends right or says why, and the next one completes it", async () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,6}(\/[a-z0-9]{1,6}){0,2}\.x$/);
    const trees = fc.dictionary(name, fc.uint8Array({ maxLength: 200 }), { maxKeys: 30 });
    const fault = fc.constantFrom<Fault>(
      {},
      { refuse: "transient" },
      { loseAnswer: "proxy" },
      { silent: true },
      { stopAfter: 3 },
      { stopAfter: 3, stopWith: "transient" },
      { stopAfter: 3, stopWith: "disk" },
      { refuse: "token-ended" },
    );
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.array(fault, { maxLength: 20 }),
        fc.boolean(),
        async (tree, schedule, digests) => {
          fake = fakeXnat();
          fake.digests = digests;
          const files = Object.entries(tree).map(([path, bytes]) => file(path, bytes));
          const whole = Object.fromEntries(
            Object.entries(tree).map(([path, bytes]) => [
              path,
              Buffer.from(bytes).toString("latin1"),
            ]),
          );
          faults(...schedule);
          const outcome = await upload(files).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toHaveProperty("kind");
          else expect(fake.contents("MAPS")).toEqual(whole);
          fake.fault = () => undefined;
          await upload(files, { overwrite: true });
          expect(fake.contents("MAPS")).toEqual(whole);
        },
      ),
      { numRuns: 100 },
    );
  });
});
