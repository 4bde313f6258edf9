import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { slices, writeReconstruction } from "../../phantom/paravision-study.ts";
import { convertStudy, digestTree, plainChoices } from "./convert-study.ts";

let folder: string;
let study: string;
let output: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "convert-"));
  study = join(folder, "study");
  await writeReconstruction(study, { examination: 1, groups: [slices(5)], size: [8, 6] });
  await writeReconstruction(study, { examination: 2, groups: [slices(2)], size: [8, 6] });
  await writeReconstruction(study, { examination: 3, groups: [slices(600)], size: [6, 4] });
});
let turn = 0;
beforeEach(() => {
  output = join(folder, `output ${turn++}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const statesOf = (results: readonly { readonly status: string }[]) =>
  results.map(({ status }) => status);
const program = join(import.meta.dirname, "convert-study.ts");

describe("a conversion", () => {
  test("writes every reconstruction, the same bytes by one thread and by three, and leaves the raw tree alone", async () => {
    const raw = digestTree(study);
    const results = await convertStudy(study, output);
    expect(statesOf(results)).toEqual(["converted", "converted", "converted"]);
    const other = `${output} of three`;
    const again = await convertStudy(study, other, { threads: 3 });
    expect(digestTree(other)).toEqual(digestTree(output));
    expect(again.map(({ seconds: _s, ...rest }) => rest)).toEqual(
      results.map(({ seconds: _s, ...rest }) => rest),
    );
    expect(digestTree(study)).toEqual(raw);
    expect(readdirSync(join(output, "dicom/M01/day1/1_1"))).toHaveLength(5);
    expect(existsSync(join(output, "dicom/M01/day1/3_1/MRIm600.dcm"))).toBe(true);
    const written = digestTree(join(output, "dicom"));
    for (const { path, size, sha256 } of results.flatMap(
      ({ conversion }) => conversion?.files ?? [],
    )) {
      expect(written[path]).toBe(sha256);
      expect(statSync(join(output, "dicom", path)).size).toBe(size);
    }
  });

  test("done before is not done again, and says the same", async () => {
    const [first] = await convertStudy(study, output);
    const before = statSync(join(output, "dicom/M01/day1/1_1/MRIm001.dcm"));
    const [second] = await convertStudy(study, output);
    expect(second?.status).toBe("current");
    expect(second?.conversion).toEqual(first?.conversion);
    expect(statSync(join(output, "dicom/M01/day1/1_1/MRIm001.dcm")).ino).toBe(before.ino);
  });

  test("mends what is missing or has another length, and with recheck what has other bytes", async () => {
    await convertStudy(study, output);
    const whole = digestTree(output);
    rmSync(join(output, "dicom/M01/day1/1_1/MRIm003.dcm"));
    writeFileSync(join(output, "dicom/M01/day1/2_1/MRIm001.dcm"), "short");
    const flipped = join(output, "dicom/M01/day1/3_1/MRIm300.dcm");
    const bytes = readFileSync(flipped);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(flipped, bytes);
    expect(statesOf(await convertStudy(study, output))).toEqual([
      "converted",
      "converted",
      "current",
    ]);
    expect(statesOf(await convertStudy(study, output, { recheck: true }))).toEqual([
      "current",
      "current",
      "converted",
    ]);
    expect(digestTree(output)).toEqual(whole);
  });

  test("with other choices keeps the earlier result, and replaces it only with overwrite", async () => {
    await convertStudy(study, output);
    const before = digestTree(output);
    const choices = { ...plainChoices, bodyPart: "SKULL" };
    const kept = await convertStudy(study, output, { choices });
    expect(statesOf(kept)).toEqual(["kept", "kept", "kept"]);
    expect(kept[0]?.skip?.text).toContain("--overwrite");
    expect(digestTree(output)).toEqual(before);
    const replaced = await convertStudy(study, output, { choices, overwrite: true });
    expect(statesOf(replaced)).toEqual(["converted", "converted", "converted"]);
    const fresh = `${output} fresh`;
    await convertStudy(study, fresh, { choices });
    expect(digestTree(output)).toEqual(digestTree(fresh));
  });

  test("never touches a folder with files it did not write", async () => {
    const foreign = join(output, "dicom/M01/day1/1_1");
    mkdirSync(foreign, { recursive: true });
    writeFileSync(join(foreign, "notes.txt"), "mine");
    const results = await convertStudy(study, output, { overwrite: true });
    expect(statesOf(results)).toEqual(["skipped", "converted", "converted"]);
    expect(results[0]?.skip?.skip).toBe("foreign-folder");
    expect(results[0]?.skip?.text).toContain("notes.txt");
    expect(readdirSync(foreign)).toEqual(["notes.txt"]);
    writeFileSync(join(output, "dicom/M01/day1/2_1/notes.txt"), "mine");
    rmSync(join(output, "dicom/M01/day1/2_1/MRIm001.dcm"));
    const later = await convertStudy(study, output, { overwrite: true });
    expect(later[1]?.skip?.skip).toBe("foreign-folder");
    expect(readdirSync(join(output, "dicom/M01/day1/2_1"))).toEqual(["MRIm002.dcm", "notes.txt"]);
  });

  test("never replaces another study", async () => {
    await convertStudy(study, output);
    const other = join(folder, "another study");
    await writeReconstruction(other, { examination: 1, study: { studyUid: "2.25.999" } });
    const before = digestTree(join(output, "dicom"));
    const [result] = await convertStudy(other, output, { overwrite: true });
    expect(result?.skip?.text).toContain("another study");
    expect(digestTree(join(output, "dicom"))).toEqual(before);
  });

  test("of a cut 2dseq is skipped, and the others go on", async () => {
    const broken = join(folder, "broken");
    const place = await writeReconstruction(broken, { examination: 1, bytes: Buffer.alloc(7) });
    await writeReconstruction(broken, { examination: 2 });
    const results = await convertStudy(broken, output);
    expect(statesOf(results)).toEqual(["skipped", "converted"]);
    expect(results[0]?.skip?.skip).toBe("size-mismatch");
    expect(existsSync(join(place, "2dseq"))).toBe(true);
  });
});

describe("a conversion that is killed", () => {
  test("at any moment leaves whole folders only; the next run ends it, byte for byte as if undisturbed", async () => {
    const undisturbed = `${output} undisturbed`;
    const began = performance.now();
    const plain = spawnSync(process.execPath, [program, study, undisturbed, "2", ""]);
    const wholeMs = performance.now() - began;
    expect(plain.stdout.toString()).toBe('["converted","converted","converted"]');
    const expected = digestTree(undisturbed);
    const counts: Record<string, number> = { "1_1": 5, "2_1": 2, "3_1": 600 };
    let interrupted = 0;
    for (let n = 0; n < 10; n++) {
      // Start, work, and end of a run; every third one replaces what is there.
      const version = `version-${1 + (n % 3)}`;
      const child = spawn(process.execPath, [program, study, output, "2", "overwrite", version]);
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await pause((wholeMs * (3 + n)) / 14);
      if (child.exitCode === null) interrupted++;
      child.kill("SIGKILL");
      await ended;
      const session = join(output, "dicom/M01/day1");
      for (const name of existsSync(session) ? readdirSync(session) : []) {
        const files = readdirSync(join(session, name));
        expect(files).toHaveLength(counts[name]!);
        // The version that wrote a file stands in it.
        const versions = files.map(
          (file) => /version-\d/.exec(readFileSync(join(session, name, file), "latin1"))?.[0],
        );
        expect(new Set(versions).size).toBe(1);
        expect(versions[0]).toBeDefined();
      }
    }
    expect(interrupted).toBeGreaterThan(3);
    const last = spawnSync(process.execPath, [program, study, output, "2", "overwrite"]);
    expect([last.status, last.stderr.toString()]).toEqual([0, ""]);
    expect(digestTree(output)).toEqual(expected);
  }, 60_000);
});

const root = process.getuid?.() === 0;

describe("an output that cannot be written", () => {
  test.skipIf(!root)(
    "for want of space ends the run, without half a folder; with space it goes on",
    () => {
      mkdirSync(output);
      const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=900k", "tmpfs", output]);
      if (mount.status !== 0) return;
      try {
        const run = spawnSync(process.execPath, [program, study, output, "2"]);
        expect([run.status, run.stdout.toString()]).toEqual([2, "E-OUTPUT-FULL"]);
        expect(existsSync(join(output, "dicom/M01/day1/3_1"))).toBe(false);
        spawnSync("mount", ["-o", "remount,size=20m", output]);
        const again = spawnSync(process.execPath, [program, study, output, "2"]);
        expect(again.stdout.toString()).toMatch(/^\["(converted|current)",.*"converted"\]$/);
      } finally {
        spawnSync("umount", [output]);
      }
    },
  );

  test.skipIf(!root)("for want of rights says so", async () => {
    await convertStudy(study, output);
    rmSync(join(output, "dicom/M01/day1/1_1"), { recursive: true });
    chmodSync(join(output, "dicom/M01/day1"), 0o555);
    for (const path of [folder, output, join(output, ".mri2dicom")]) chmodSync(path, 0o777);
    const run = spawnSync(process.execPath, [program, study, output, "1"], { uid: 65534 });
    expect([run.status, run.stdout.toString()]).toEqual([2, "E-OUTPUT"]);
    expect(readdirSync(join(output, "dicom/M01/day1"))).toEqual(["2_1", "3_1"]);
  });
});
