import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTarStream } from "./tar-in.ts";
import { ZipRefused } from "./zip-in.ts";

// Archives come from GNU tar itself, in each of its formats.

const folder = mkdtempSync(join(tmpdir(), "xnat-tar-"));
const long = `${"deep/".repeat(40)}${"n".repeat(120)}.txt`;
const files: Record<string, string> = {
  "a.txt": "a",
  "empty.txt": "",
  "sub/ä.txt": "umlaut".repeat(200),
  "sub/block.bin": "x".repeat(512),
};

beforeAll(() => {
  mkdirSync(join(folder, "tree/sub"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "tree", name), text);
  mkdirSync(join(folder, "deep", long, ".."), { recursive: true });
  writeFileSync(join(folder, "deep", long), "long");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tar = (...asked: readonly string[]): Buffer =>
  execFileSync("tar", ["-C", folder, ...asked, "-cf", "-", "."], { maxBuffer: 1 << 26 });

async function untar(bytes: Uint8Array, options: { gzipped?: boolean } = {}, chunk = 7) {
  const found: Record<string, string> = {};
  const source = async function* () {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  };
  for await (const entry of readTarStream(source(), options)) {
    const pieces: Buffer[] = [];
    for await (const piece of entry.bytes) pieces.push(piece);
    found[entry.name] = Buffer.concat(pieces).toString();
  }
  return found;
}

describe("tar", () => {
  for (const format of ["gnu", "pax", "ustar"]) {
    test(`GNU tar's format ${format} is read, plain and gzipped, whatever the chunks`, async () => {
      const plain = tar(`--format=${format}`, "-C", "tree");
      for (const chunk of [7, 512, 100_000]) expect(await untar(plain, {}, chunk)).toEqual(files);
      const packed = tar("-z", `--format=${format}`, "-C", "tree");
      expect(gunzipSync(packed)).toEqual(plain);
      expect(await untar(packed, { gzipped: true })).toEqual(files);
    });
  }

  for (const format of ["gnu", "pax"]) {
    test(`a name of ${long.length} characters survives in ${format}`, async () => {
      expect(await untar(tar(`--format=${format}`, "-C", "deep"))).toEqual({ [long]: "long" });
    });
  }

  test("what is cut or is no archive is refused", async () => {
    const plain = tar("-C", "tree");
    await expect(untar(plain.subarray(0, 1500))).rejects.toThrow(ZipRefused);
    await expect(untar(Buffer.alloc(2000, "no archive"))).rejects.toThrow(ZipRefused);
    await expect(untar(plain, { gzipped: true })).rejects.toThrow("incorrect header check");
    const packed = tar("-z", "-C", "tree");
    await expect(untar(packed.subarray(0, 60), { gzipped: true })).rejects.toThrow(ZipRefused);
  });
});
