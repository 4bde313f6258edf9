import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openOutput } from "#shared/program/outputs.ts";

let base: string;
let input: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "outputs-"));
  input = join(base, "input");
  mkdirSync(input);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const failure = (code: string) => expect.objectContaining({ code, exitCode: 2 });

describe("an output folder", () => {
  test("shows nothing before the end and everything after it", async () => {
    const output = openOutput(join(base, "out"), [input], false);
    await output.write("maps/a.nii.gz", Uint8Array.of(1, 2, 3));
    await output.write("report/summary.json", "{}");
    expect(readdirSync(join(base, "out")).filter((name) => !name.startsWith("."))).toEqual([]);
    output.commit();
    expect(readdirSync(join(base, "out"))).toEqual(["maps", "report"]);
    expect(readFileSync(join(base, "out/maps/a.nii.gz"))).toEqual(Buffer.of(1, 2, 3));
  });

  test("knows size and digest of each file", async () => {
    const output = openOutput(join(base, "out"), [input], false);
    await output.write("a", "abc");
    const sha256 = createHash("sha256").update("abc").digest("hex");
    expect(output.files).toEqual([{ path: "a", size: 3, sha256 }]);
  });

  test("of a failed run is as it was: absent when it was absent", async () => {
    const output = openOutput(join(base, "deep/er/out"), [input], false);
    await output.write("maps/a", "abc");
    output.discard();
    expect(existsSync(join(base, "deep"))).toBe(false);
  });

  test("of a failed run is as it was: empty when it was empty", async () => {
    mkdirSync(join(base, "out"));
    const output = openOutput(join(base, "out"), [input], false);
    await output.write("maps/a", "abc");
    output.discard();
    expect(readdirSync(join(base, "out"))).toEqual([]);
  });

  test("of a failed run stays as it was while other parts of the run are still writing", async () => {
    const output = openOutput(join(base, "out"), [input], false);
    const writes = Array.from({ length: 20 }, (_, n) => output.write(`maps/${n}/a`, "abc"));
    output.discard();
    await Promise.allSettled(writes);
    await output.write("maps/late", "abc");
    expect(existsSync(join(base, "out"))).toBe(false);
  });

  test("that holds files is refused without --overwrite", () => {
    mkdirSync(join(base, "out"));
    writeFileSync(join(base, "out/notes.txt"), "mine");
    expect(() => openOutput(join(base, "out"), [input], false)).toThrow(
      failure("E-OUTPUT-NOT-EMPTY"),
    );
  });

  test("keeps the earlier results until the new ones are complete, and files that are not ours for ever", async () => {
    const out = join(base, "out");
    mkdirSync(join(out, "maps"), { recursive: true });
    writeFileSync(join(out, "maps/old"), "old");
    writeFileSync(join(out, "notes.txt"), "mine");
    const failed = openOutput(out, [input], true);
    await failed.write("maps/new", "new");
    failed.discard();
    expect(readFileSync(join(out, "maps/old"), "utf8")).toBe("old");
    const complete = openOutput(out, [input], true);
    await complete.write("maps/new", "new");
    complete.commit();
    expect(readdirSync(join(out, "maps"))).toEqual(["new"]);
    expect(readdirSync(out)).toEqual(["maps", "notes.txt"]);
  });

  test("inside the input folder is refused", () => {
    expect(() => openOutput(join(input, "results"), [input], false)).toThrow(
      failure("E-OUTPUT-IN-INPUT"),
    );
    expect(() => openOutput(input, [input], false)).toThrow(failure("E-OUTPUT-IN-INPUT"));
  });

  test("inside the input folder is refused by whatever way it is reached", () => {
    const link = join(base, "link-to-input");
    symlinkSync(input, link);
    for (const folder of [join(link, "results"), join(link, "a", "b"), join(input, "..results")]) {
      expect(() => openOutput(folder, [input], false), folder).toThrow(
        failure("E-OUTPUT-IN-INPUT"),
      );
    }
  });

  test("inside any of several input folders is refused, and the message names that one", () => {
    const other = join(base, "other");
    mkdirSync(other);
    expect(() => openOutput(join(other, "results"), [input, other], false)).toThrow(
      `inside the input folder ${other}`,
    );
  });

  test("beside a file that is read, or where an input is missing, is a folder like any other", () => {
    const map = join(base, "map.nii");
    writeFileSync(map, "");
    const output = openOutput(join(base, "results"), [map, join(base, "nowhere")], false);
    output.discard();
    expect(readdirSync(base)).not.toContain("results");
  });

  test("that is a file is refused", () => {
    writeFileSync(join(base, "out"), "");
    expect(() => openOutput(join(base, "out"), [input], false)).toThrow(failure("E-OUTPUT"));
  });

  test("without rights is refused by name", () => {
    expect(() => openOutput("/proc/nowhere", [input], false)).toThrow(/\/proc\/nowhere/);
  });
});

const root = process.getuid?.() === 0;

describe.skipIf(!root)("on a file system of its own (needs root to mount one)", () => {
  let disk: string;
  const mount = (options: string) => {
    disk = join(base, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]);
  };
  afterEach(() => execFileSync("umount", [disk]));

  test("a full disk ends in a message, and what was written is removed", async () => {
    mount("size=64k");
    const output = openOutput(disk, [input], false);
    await output.write("maps/small", "fits");
    await expect(output.write("maps/large", new Uint8Array(1 << 20))).rejects.toEqual(
      failure("E-OUTPUT-FULL"),
    );
    output.discard();
    expect(readdirSync(disk)).toEqual([]);
  });

  test("a read-only output ends in a message before any work", () => {
    mount("size=64k,ro");
    expect(() => openOutput(disk, [input], false)).toThrow(failure("E-OUTPUT"));
    expect(() => openOutput(disk, [input], false)).toThrow(/read-only/);
  });
});
