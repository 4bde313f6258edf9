import { beforeEach, describe, expect, test } from "vitest";
import { deleteFile, listFiles, readStoredFile } from "#shared/xnat/files.ts";
import { projectPath, userCachePath } from "#shared/xnat/owner-path.ts";
import { type FakeXnat, fakeXnat, md5 } from "./fake-xnat.ts";

const owner = projectPath("RATT1");
let fake: FakeXnat;
beforeEach(() => {
  fake = fakeXnat();
});

describe("a list of files", () => {
  test("has paths inside the resource, sizes and digests", async () => {
    fake.add("MAPS", { "sub/a.nii": Buffer.from("abc") });
    expect(await listFiles(fake.x, owner, "MAPS")).toEqual([
      {
        path: "sub/a.nii",
        size: 3,
        digest: md5(Buffer.from("abc")),
        uri: "/data/projects/RATT1/resources/101/files/sub/a.nii",
        resourceId: "101",
        format: "",
        content: "",
      },
    ]);
    await expect(listFiles(fake.x, owner, "OTHER")).rejects.toMatchObject({ kind: "not-found" });
  });

  test.each([
    ["a blank size", { Size: "", digest: "" }, undefined, undefined],
    ["a negative size", { Size: "-1", digest: "xyz" }, undefined, undefined],
    ["a size beyond counting", { Size: "9".repeat(20) }, undefined, md5(Buffer.from("abc"))],
    ["a digest in upper case", { digest: "AB".repeat(16) }, 3, "ab".repeat(16)],
  ])("with %s says what it knows", async (_, listed, size, digest) => {
    const { files } = fake.add("MAPS", { a: Buffer.from("abc") });
    for (const file of files.values()) file.listed = listed;
    expect(await listFiles(fake.x, owner, "MAPS")).toMatchObject([{ path: "a", size, digest }]);
  });

  test.each([
    ["/data/projects/P/resources/101/files/a%20b.txt", "a b.txt", "a b.txt"],
    ["/data/projects/P/resources/101/files/a%20b.txt", "a%20b.txt", "a%20b.txt"],
    ["/data/projects/P/resources/101/files/100%%20a.txt", "100% a.txt", "100% a.txt"],
    ["/data/projects/P/resources/101/files/100%.txt", "100%.txt", "100%.txt"],
    ["/data/projects/P/resources/101/files/resources/5/files/a", "a", "resources/5/files/a"],
    ["/data/experiments/E/assessors/A/resources/7/files/x/y", "y", "x/y"],
    ["/user/cache/resources/X/files/s.jsonl", "s.jsonl", "s.jsonl"],
  ])("finds in %s of the name %s the path %s", async (URI, Name, path) => {
    const { files } = fake.add("MAPS", { a: Buffer.from("abc") });
    for (const file of files.values()) file.listed = { URI, Name };
    expect(await listFiles(fake.x, userCachePath(), "MAPS")).toMatchObject([{ path }]);
  });

  test("with a row that is no file of a resource is refused", async () => {
    const { files } = fake.add("MAPS", { a: Buffer.from("abc") });
    for (const file of files.values()) file.listed = { URI: "https://evil.example/a" };
    await expect(listFiles(fake.x, owner, "MAPS")).rejects.toMatchObject({ kind: "protocol" });
  });
});

describe("a stored file", () => {
  test("is read whole, up to a limit", async () => {
    fake.add("MAPS", { "sub/a": Buffer.from("abc") });
    expect(Buffer.from(await readStoredFile(fake.x, owner, "MAPS", "sub/a", 3))).toEqual(
      Buffer.from("abc"),
    );
    await expect(readStoredFile(fake.x, owner, "MAPS", "sub/a", 2)).rejects.toMatchObject({
      kind: "too-large",
    });
    await expect(readStoredFile(fake.x, owner, "MAPS", "../a", 2)).rejects.toMatchObject({
      kind: "protocol",
    });
  });

  test("is deleted, which a server that only says so is asked about", async () => {
    fake.add("MAPS", { a: Buffer.from("abc"), b: Buffer.from("abc") });
    expect(await deleteFile(fake.x, owner, "MAPS", "a")).toBe(true);
    expect(await deleteFile(fake.x, owner, "MAPS", "a")).toBe(false);
    expect(fake.contents("MAPS")).toEqual({ b: "abc" });
    fake.fault = (call) => (call.method === "DELETE" ? { silent: true } : undefined);
    await expect(deleteFile(fake.x, owner, "MAPS", "b")).rejects.toMatchObject({
      kind: "not-stored",
    });
  });
});
