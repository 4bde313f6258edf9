import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readZip } from "#shared/files/zip-read.ts";

const folder = mkdtempSync(join(tmpdir(), "zip-read-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An entry as a forger writes it: every field may lie. */
interface Forged {
  readonly name: string;
  readonly bytes?: Buffer;
  readonly packed?: Buffer;
  readonly method?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly mode?: number;
  /** Offset of the local header in place of the true one. */
  readonly offset?: number;
  readonly comment?: Buffer;
}

function forge(entries: readonly Forged[], { cut = 0, count = entries.length } = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const bytes = entry.bytes ?? Buffer.alloc(0);
    const packed = entry.packed ?? bytes;
    const name = Buffer.from(entry.name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    shared.writeUInt16LE(entry.method ?? 0, 4);
    shared.writeUInt32LE(entry.crc ?? crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(entry.size ?? bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, name, packed]);
    const tail = Buffer.alloc(14);
    const comment = entry.comment ?? Buffer.alloc(0);
    tail.writeUInt16LE(comment.length, 0);
    tail.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    tail.writeUInt32LE(entry.offset ?? offset, 10);
    const made = Buffer.from([20, entry.mode === undefined ? 0 : 3]);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02"), made, shared, tail, name, comment]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  const all = Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
  return all.subarray(0, all.length - cut);
}

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
