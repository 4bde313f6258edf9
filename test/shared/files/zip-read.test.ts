import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readZip } from "#shared/files/zip-read.ts";
import { type Forged, forge } from "#test/phantom/zip-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "zip-read-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(zip: Buffer, limits = { entries: 100, bytes: 1e6 }) {
  const path = join(folder, "x.zip");
  writeFileSync(path, zip);
  const found: Record<string, string> = {};
  await readZip(path, limits, async (entry) => {
    found[entry.name] = Buffer.concat(await (await entry.open()).toArray()).toString();
  });
  return found;
}

const abc = Buffer.from("abc");
const deflated = (name: string, bytes: Buffer, more: Partial<Forged> = {}): Forged => ({
  name,
  bytes,
  packed: deflateRawSync(bytes),
  method: 8,
  ...more,
});

describe("a zip", () => {
  test("is read, stored and deflated, folders left out", async () => {
    const zip = forge([{ name: "d/" }, { name: "d/a", bytes: abc }, deflated("ü b", abc)]);
    expect(await read(zip)).toEqual({ "d/a": "abc", "ü b": "abc" });
  });

  test.each<readonly [string, Forged[], RegExp]>([
    ["leads out", [{ name: "../a" }], /relative path|not safe/],
    ["leads out from within", [{ name: "a/../../b" }], /relative path|not safe/],
    ["is absolute", [{ name: "/etc/passwd" }], /absolute/],
    ["names a drive", [{ name: "C:/a" }], /absolute|drive/],
    ["has a backslash", [{ name: "a\\..\\b" }], /invalid characters/],
    ["has a zero", [{ name: "a\0b" }], /control character/],
    ["is a device", [{ name: "sub/AUX.txt" }], /device/],
    ["is a folder that leads out", [{ name: "../" }], /relative path|not safe/],
    ["is too long", [{ name: "x".repeat(300) }], /longer/],
    ["is a link", [{ name: "a", bytes: Buffer.from("/etc/passwd"), mode: 0o120777 }], /link/],
    ["is a device file", [{ name: "a", mode: 0o020666 }], /no regular file/],
    ["is encrypted", [{ name: "a", bytes: abc, packed: Buffer.alloc(15), flags: 1 }], /encrypt/],
    ["is packed oddly", [{ name: "a", bytes: abc, method: 12 }], /method 12/],
    ["has a long comment", [{ name: "a", comment: Buffer.alloc(60_000) }], /huge header/],
    [
      "comes twice",
      [
        { name: "a", bytes: abc },
        { name: "a", bytes: abc },
      ],
      /twice/,
    ],
    [
      "shares its bytes",
      [deflated("a", Buffer.alloc(1000)), deflated("b", Buffer.alloc(1000), { offset: 0 })],
      /shares bytes/,
    ],
    ["has more bytes than it says", [deflated("a", Buffer.alloc(5000), { size: 10 })], /too many/],
  ])("whose file %s is refused", async (_, entries, reason) => {
    const wrong = read(forge(entries));
    await expect(wrong).rejects.toMatchObject({ name: "ZipError", reason: "refused" });
    await expect(wrong).rejects.toThrow(reason);
  });

  test("with more than the limits is refused before anything is unpacked", async () => {
    const bomb = forge([deflated("a", Buffer.alloc(5_000_000))]);
    await expect(read(bomb)).rejects.toMatchObject({ reason: "refused" });
    const many = forge([{ name: "a" }, { name: "b" }]);
    await expect(read(many, { entries: 1, bytes: 10 })).rejects.toMatchObject({
      reason: "refused",
    });
  });

  test.each<readonly [string, Buffer]>([
    ["cut short", forge([{ name: "a", bytes: abc }], { cut: 10 })],
    ["cut to its files", forge([{ name: "a", bytes: abc }], { cut: 80 })],
    ["empty", Buffer.alloc(0)],
    ["a page", Buffer.from("<!DOCTYPE html><html>login</html>")],
    ["of fewer files than it says", forge([{ name: "a", bytes: abc }], { count: 2 })],
    ["of a wrong CRC", forge([{ name: "a", bytes: abc, crc: 1 }])],
    ["of broken bytes", forge([deflated("a", abc, { packed: Buffer.from([255, 255, 255]) })])],
    ["of fewer bytes than it says", forge([deflated("a", abc, { size: 10 })])],
    ["past its end", forge([deflated("a", abc, { offset: 90 })])],
  ])("%s is damaged", async (_, zip) => {
    await expect(read(zip)).rejects.toMatchObject({ name: "ZipError", reason: "damaged" });
  });

  test("cut anywhere is never read as whole", async () => {
    const entries = [{ name: "a", bytes: abc }, deflated("b", Buffer.alloc(300, 5))];
    const whole = forge(entries).length;
    for (let cut = 1; cut < whole; cut += 1) {
      await expect(read(forge(entries, { cut }))).rejects.toThrow();
    }
  });
});
