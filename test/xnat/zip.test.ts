import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileParts } from "./multipart.ts";
import { readZipStream } from "./zip-in.ts";
import { writeZip } from "./zip-out.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xnat-zip-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In chunks of a size, so that every border is crossed. */
async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unzip(bytes: Uint8Array, chunk = 7): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of readZipStream(inChunks(bytes, chunk))) {
    const pieces: Buffer[] = [];
    for await (const piece of entry.bytes) pieces.push(piece);
    found[entry.name] = Buffer.concat(pieces).toString();
  }
  return found;
}

async function zipOf(names: readonly string[], compress: boolean): Promise<Buffer> {
  const files = [];
  for (const [n, name] of names.entries()) {
    const path = join(folder, `source-${n}`);
    await writeFile(path, name.repeat(1000));
    files.push({ name, path, size: Buffer.byteLength(name.repeat(1000)) });
  }
  const pieces: Buffer[] = [];
  for await (const piece of writeZip(files, { compress })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** One entry by hand. */
function entryOf({
  flags = 0,
  method = 0,
  body = Buffer.from("abc"),
  size = 3,
  crc = crc32("abc"),
}) {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(body.length, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(1, 26);
  return Buffer.concat([header, Buffer.from("a"), body]);
}

describe("zips", () => {
  const names = ["a.txt", "sub/ä.txt"];
  for (const compress of [true, false]) {
    test(`what is written ${compress ? "deflated" : "stored"} is read back, whatever the chunks`, async () => {
      const zip = await zipOf(names, compress);
      const expected = Object.fromEntries(names.map((name) => [name, name.repeat(1000)]));
      for (const chunk of [1, 7, 100_000]) expect(await unzip(zip, chunk)).toEqual(expected);
    });

    test(`python reads what is written ${compress ? "deflated" : "stored"}`, async () => {
      const path = join(folder, "python.zip");
      await writeFile(path, await zipOf(names, compress));
      const script = `import zipfile; z = zipfile.ZipFile(${JSON.stringify(path)}); assert z.testzip() is None; print(z.namelist())`;
      expect(execFileSync("python3", ["-c", script], { encoding: "utf8" }).trim()).toBe(
        "['a.txt', 'sub/ä.txt']",
      );
    });
  }

  test("Java's refusals are ours, word for word", async () => {
    await expect(unzip(entryOf({ flags: 8 }))).rejects.toThrow(
      "only DEFLATED entries can have EXT descriptor",
    );
    await expect(unzip(entryOf({ flags: 1 }))).rejects.toThrow("encrypted ZIP entry not supported");
    await expect(unzip(entryOf({ method: 12 }))).rejects.toThrow("invalid compression method");
    await expect(unzip(entryOf({ crc: 5 }))).rejects.toThrow(
      "invalid entry CRC (expected 0x5 but got 0x352441c2)",
    );
    await expect(unzip(entryOf({ size: 10 }))).rejects.toThrow("unexpected EOF");
    const body = deflateRawSync("abc");
    await expect(unzip(entryOf({ method: 8, body, size: 4 }))).rejects.toThrow(
      "invalid entry size (expected 4 but got 3 bytes)",
    );
    await expect(unzip(entryOf({ method: 8, body: body.subarray(0, 2), size: 3 }))).rejects.toThrow(
      "Unexpected end of ZLIB input stream",
    );
  });

  test("what is no zip has no entries", async () => {
    expect(await unzip(Buffer.from("not a zip, whatever it says of itself"))).toEqual({});
  });
});

describe("multipart", () => {
  test("files come out as they were, fields are passed over", async () => {
    const body = Buffer.from(
      '--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nline\r\n--no\r\n\r\n--B\r\nContent-Disposition: form-data; name="g"; filename="empty"\r\n\r\n\r\n--B--\r\n',
    );
    for (const chunk of [1, 5, 1000]) {
      const found: Record<string, string> = {};
      for await (const { fileName, bytes } of readFileParts(inChunks(body, chunk), "B")) {
        const pieces: Buffer[] = [];
        for await (const piece of bytes) pieces.push(piece);
        found[fileName] = Buffer.concat(pieces).toString();
      }
      expect(found).toEqual({ "a.txt": "line\r\n--no\r\n", empty: "" });
    }
  });
});
