import { execFileSync, spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readZip } from "#shared/files/zip-read.ts";
import type { Body } from "#shared/xnat/connection.ts";
import { openStoredZip, type ZipSource } from "#shared/xnat/zip-write.ts";

const folder = mkdtempSync(join(tmpdir(), "zip-write-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

const source = (path: string, bytes: Uint8Array): ZipSource => ({
  path,
  size: bytes.length,
  crc32: crc32(bytes),
  open: () => bytes,
});

async function save(body: Body, name: string): Promise<string> {
  const path = join(folder, name);
  await pipeline(body.open() as Readable, createWriteStream(path));
  return path;
}

const some = [
  source("t2.nii", Buffer.from("a map")),
  source("sub/empty.txt", Buffer.alloc(0)),
  source("sub/deeper/large.bin", Buffer.alloc(300_000, 7)),
];

/** Prints "name size crc" of each entry, as XNAT's stream reader meets them. */
const java = `import java.io.*; import java.util.zip.*;
class ReadZip { public static void main(String[] a) throws Exception {
  try (ZipInputStream in = new ZipInputStream(new BufferedInputStream(new FileInputStream(a[0])))) {
    byte[] b = new byte[65536];
    for (ZipEntry e; (e = in.getNextEntry()) != null; ) {
      CRC32 c = new CRC32(); long n = 0;
      for (int k; (k = in.read(b)) > 0; n += k) c.update(b, 0, k);
      System.out.println(e.getName() + " " + n + " " + c.getValue());
    } } } }`;

function readByJava(path: string): string {
  const program = join(folder, "ReadZip.java");
  writeFileSync(program, java);
  return execFileSync("java", [program, path], { encoding: "utf8" });
}

describe("a stored zip", () => {
  test("is as long as it says, and the same bytes each time", async () => {
    const body = openStoredZip(some);
    const first = readFileSync(await save(body, "a.zip"));
    expect(first.length).toBe(body.length);
    expect(readFileSync(await save(body, "b.zip")).equals(first)).toBe(true);
  });

  test.skipIf(!has("java", "-version"))("is read by Java's stream reader, as in XNAT", async () => {
    const lines = readByJava(await save(openStoredZip(some), "java.zip"));
    expect(lines.trim().split("\n")).toEqual(
      some.map(({ path, size, crc32 }) => `${path} ${size} ${crc32}`),
    );
  });

  test.skipIf(!has("python3", "--version"))("is read by Python", async () => {
    const path = await save(openStoredZip(some), "python.zip");
    const code =
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(*z.namelist())";
    expect(execFileSync("python3", ["-c", code, path], { encoding: "utf8" }).trim()).toBe(
      some.map(({ path }) => path).join(" "),
    );
  });

  test.skipIf(!has("unzip", "-v"))("passes unzip -t", async () => {
    const path = await save(openStoredZip(some), "unzip.zip");
    expect(execFileSync("unzip", ["-t", path], { encoding: "utf8" })).toMatch(/No errors detected/);
  });

  test("ends with an error when a file is not what it was", async () => {
    const shorter = { ...source("a.bin", Buffer.alloc(10)), size: 11 };
    await expect(save(openStoredZip([shorter]), "c.zip")).rejects.toThrow(/11 bytes and has 10/);
    const other = { ...source("a.bin", Buffer.alloc(10)), open: () => Buffer.alloc(10, 1) };
    await expect(save(openStoredZip([other]), "d.zip")).rejects.toThrow(/have changed/);
  });

  test("holds no name twice and none that XNAT does not keep", () => {
    const a = source("a", Buffer.alloc(1));
    expect(() => openStoredZip([a, a])).toThrow(/twice/);
    expect(() => openStoredZip([source("ä", Buffer.alloc(1))])).toThrow(/cannot be stored/);
    expect(() => openStoredZip([source("../a", Buffer.alloc(1))])).toThrow(/"\.\."/);
  });

  test("random trees come back as they went in", async () => {
    const name = fc.stringMatching(/^[a-z0-9_-]{1,8}(\/[a-z0-9_-]{1,8}){0,3}\.x$/);
    const trees = fc.dictionary(name, fc.uint8Array({ maxLength: 2_000 }), { maxKeys: 20 });
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const body = openStoredZip(
          Object.entries(tree).map(([path, bytes]) => source(path, bytes)),
        );
        const path = await save(body, "random.zip");
        const back: Record<string, Uint8Array> = {};
        await readZip(path, { entries: 20, bytes: 1e6 }, async (entry) => {
          back[entry.name] = Uint8Array.from(Buffer.concat(await (await entry.open()).toArray()));
        });
        expect(back).toEqual({ ...tree });
      }),
      { numRuns: 60 },
    );
  });

  test("more than 65,535 files have a zip64 directory that others read", async () => {
    const many = Array.from({ length: 66_000 }, (_, i) => source(`f/${i}`, Buffer.alloc(0)));
    const path = await save(openStoredZip(many), "many.zip");
    if (has("python3", "--version")) {
      const code = "import sys,zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))";
      expect(execFileSync("python3", ["-c", code, path], { encoding: "utf8" }).trim()).toBe(
        "66000",
      );
    }
    await expect(readZip(path, { entries: 10, bytes: 0 }, async () => {})).rejects.toThrow(/66000/);
  });

  test("files and offsets beyond 4 GiB are written as zip64, without the bytes in memory", async () => {
    const size = 4.5 * 2 ** 30;
    const block = Buffer.alloc(2 ** 20);
    let sum = 0;
    for (let done = 0; done < size; done += block.length) sum = crc32(block, sum);
    const huge: ZipSource = {
      path: "huge.bin",
      size,
      crc32: sum,
      open: () =>
        Readable.from(
          (function* () {
            for (let done = 0; done < size; done += block.length) yield block;
          })(),
          { objectMode: false },
        ),
    };
    const body = openStoredZip([huge, source("after.txt", Buffer.from("after"))]);
    // The bytes are counted, not kept: the ends hold all that differs from a small zip.
    let length = 0;
    let head = Buffer.alloc(0);
    let tail = Buffer.alloc(0);
    const before = process.memoryUsage().rss;
    let most = 0;
    for await (const chunk of body.open() as Readable) {
      length += chunk.length;
      if (head.length < 60) head = Buffer.concat([head, chunk]).subarray(0, 60);
      tail = Buffer.concat([tail, chunk.subarray(-400)]).subarray(-400);
      most = Math.max(most, process.memoryUsage.rss());
    }
    expect(length).toBe(body.length);
    expect(most - before).toBeLessThan(400 * 2 ** 20);
    expect(head.readUInt32LE(18)).toBe(0xffff_ffff);
    expect(head.readBigUInt64LE(30 + "huge.bin".length + 4)).toBe(BigInt(size));
    expect(tail.indexOf(Buffer.from([0x50, 0x4b, 6, 6]))).toBeGreaterThan(0);
  });
});
