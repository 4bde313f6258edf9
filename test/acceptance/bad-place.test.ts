import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  expectRefusal,
  expectSuccess,
  fillFolder,
  fingerprint,
  isRoot,
  type LaunchOptions,
  launchProcessT2,
  launchProgram,
  newFolder,
} from "./launch.ts";
import { scanFiles } from "./small-scan.ts";
import { soundScans } from "./sound-scans.ts";

// Places that cannot be read or written, programs that are stopped, and folders with far too many files.

const base = newFolder();
const scan = join(base, "scan");
/** A user without a name and without rights. */
const stranger = 12345;

beforeAll(() => {
  chmodSync(base, 0o755);
  fillFolder(scan, scanFiles());
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let homes = 0;
/** A new folder that everybody may write to. */
function newHome(): string {
  const home = join(base, `home-${++homes}`);
  mkdirSync(home);
  chmodSync(home, 0o777);
  return home;
}

/** Whether another user can run the checkout: not when it lies in somebody's closed home. */
const strangerRuns =
  isRoot &&
  spawnSync(fileURLToPath(new URL("../../xnat-pic", import.meta.url)), ["--version"], {
    uid: stranger,
    gid: stranger,
  }).status === 0;

describe("an input folder", () => {
  test.concurrent("that is a file is refused", async () => {
    const file = join(newHome(), "scan.dcm");
    writeFileSync(file, "DICM");
    const run = await launchProcessT2(file);
    expectRefusal(run, { exitCode: 2, code: "E-INPUT-FOLDER", says: /is a file, not a folder/ });
  });

  test.concurrent("with one file too few, because it is a link, is not taken for complete", async () => {
    const home = newHome();
    const files = scanFiles();
    const [name = ""] = Object.keys(files);
    writeFileSync(join(home, name), files[name]!);
    const { [name]: _, ...others } = files;
    const input = fillFolder(join(home, "in"), others);
    symlinkSync(join(home, name), join(input, name));
    const run = await launchProcessT2(input, [], { output: join(home, "out") });
    expectRefusal(run, { exitCode: 3, code: "E-RECTANGLE", says: /missing TE/ });
  });

  test.concurrent("with a loop of links ends", async () => {
    const home = newHome();
    const input = fillFolder(join(home, "in"), { "notes.txt": Buffer.from("none") });
    symlinkSync(input, join(input, "again"));
    const run = await launchProcessT2(input, [], { output: join(home, "out") });
    expectRefusal(run, { exitCode: 3, code: "E-NO-DICOM", says: /1 file / });
  });

  test.concurrent("with a pipe and nobody at its other end does not hang", async () => {
    const home = newHome();
    const input = fillFolder(join(home, "in"), {});
    execFileSync("mkfifo", [join(input, "image.dcm")]);
    const run = await launchProcessT2(input, [], { output: join(home, "out") });
    expectRefusal(run, { exitCode: 3, code: "E-NO-DICOM", says: /is empty/ });
  });
});

describe.skipIf(!strangerRuns)("as another user (needs root to become one)", () => {
  test.concurrent("an image without the right to read it is refused by name", async () => {
    const home = newHome();
    const input = fillFolder(join(home, "in"), scanFiles({ name: (k, e) => `${k}-${e}.dcm` }));
    chmodSync(join(input, "1-2.dcm"), 0);
    const run = await launchProcessT2(input, [], { output: join(home, "out"), uid: stranger });
    expectRefusal(run, { exitCode: 3, code: "E-UNREADABLE", says: /1-2\.dcm.*EACCES.*right/ });
  });

  test.concurrent("a folder without the right to read it is refused by name", async () => {
    const home = newHome();
    const input = fillFolder(join(home, "in"), { "deep/er/1.dcm": Buffer.alloc(9) });
    chmodSync(join(input, "deep"), 0o700);
    const run = await launchProcessT2(input, [], { output: join(home, "out"), uid: stranger });
    expectRefusal(run, {
      exitCode: 2,
      code: "E-INPUT-FOLDER",
      says: /deep cannot be read.*EACCES/,
    });
  });

  test.concurrent("an output folder without the right to write is refused with the user's number", async () => {
    const home = newHome();
    mkdirSync(join(home, "out"), { mode: 0o755 });
    const run = await launchProcessT2(scan, [], { output: join(home, "out"), uid: stranger });
    expectRefusal(run, { exitCode: 2, code: "E-OUTPUT", says: /cannot be written.*12345/ });
  });
});

describe("an output folder", () => {
  test.concurrent("that holds files is refused, and they stay", async () => {
    const output = join(newHome(), "out");
    fillFolder(output, { "notes.txt": Buffer.from("mine") });
    const run = await launchProcessT2(scan, [], { output });
    expect(run).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^E-OUTPUT-NOT-EMPTY: .*notes\.txt.*--overwrite.*\n$/),
    });
    expect(readdirSync(output)).toEqual(["notes.txt"]);
  });

  test.concurrent("inside the input folder is refused", async () => {
    const input = fillFolder(join(newHome(), "in"), scanFiles());
    const before = fingerprint(input);
    const run = await launchProcessT2(input, [], { output: join(input, "results") });
    expectRefusal(run, { exitCode: 2, code: "E-OUTPUT-IN-INPUT", says: /elsewhere/ });
    const same = await launchProcessT2(input, [], { output: input });
    expect(same.stderr).toMatch(/^E-OUTPUT-IN-INPUT: .+\n$/);
    expect(fingerprint(input)).toBe(before);
  });

  test.concurrent("that is a file is refused, and the file stays", async () => {
    const output = join(newHome(), "out");
    writeFileSync(output, "mine");
    const run = await launchProcessT2(scan, [], { output });
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^E-OUTPUT: .+\n$/) });
    expect(readFileSync(output, "utf8")).toBe("mine");
  });
});

/** A small file system of its own. */
async function onDisk<T>(options: string, use: (disk: string) => Promise<T>): Promise<T> {
  const disk = join(newHome(), "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]);
  try {
    return await use(disk);
  } finally {
    execFileSync("umount", [disk]);
  }
}

const mounts =
  isRoot &&
  (() => {
    const probe = newFolder();
    const mounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", probe]).status === 0;
    if (mounted) execFileSync("umount", [probe]);
    rmSync(probe, { recursive: true });
    return mounted;
  })();

describe.skipIf(!mounts)("a disk (needs root to mount one)", () => {
  test.concurrent("without a free file name is full too", () =>
    onDisk("nr_inodes=12", async (disk) => {
      const run = await launchProcessT2(scan, [], { output: disk });
      expectRefusal(run, { exitCode: 2, code: "E-OUTPUT-FULL", says: /no space left/ });
    }));

  test.concurrent("that is read-only is refused before any work", () =>
    onDisk("size=1m,ro", async (disk) => {
      const run = await launchProcessT2(scan, [], { output: disk });
      expectRefusal(run, { exitCode: 2, code: "E-OUTPUT", says: /read-only/ });
      expect(run.stdout).not.toContain("reading");
    }));

  test.concurrent("with the images may be read-only, as in a container", () =>
    onDisk("size=1m", async (disk) => {
      fillFolder(disk, scanFiles());
      execFileSync("mount", ["-o", "remount,ro", disk]);
      expectSuccess(await launchProcessT2(disk, ["--dicom=none"]));
    }));
});

describe.each(soundScans)("$program", ({ program, describe: describeSound, fileOptions, slow }) => {
  const own = join(base, program);
  beforeAll(() => {
    fillFolder(own, scanFiles(describeSound()));
  });
  const launch = (input: string, options: readonly string[], more: LaunchOptions = {}) =>
    launchProgram(program, input, options, more);

  test.concurrent("refuses an input folder that is missing", async () => {
    const run = await launch(join(base, "absent"), []);
    expectRefusal(run, { exitCode: 2, code: "E-INPUT-FOLDER", says: /absent does not exist/ });
  });

  test.concurrent("keeps earlier results when a run with --overwrite fails", async () => {
    const output = join(newHome(), "out");
    fillFolder(output, { "maps/map.nii.gz": Buffer.from("earlier") });
    const run = await launch(own, ["--overwrite", "--series=77"], { output });
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^E-SERIES: .*\n$/) });
    expect(readdirSync(output)).toEqual(["maps"]);
    expect(readFileSync(join(output, "maps/map.nii.gz"), "utf8")).toBe("earlier");
  });

  test.skipIf(!strangerRuns).concurrent.each(fileOptions)(
    "refuses the file of %s by name where the user has no right to read it",
    async (option, name, ...others) => {
      const home = newHome();
      writeFileSync(join(home, name), "1", { mode: 0o600 });
      const run = await launch(own, [`${option}=${join(home, name)}`, ...others], {
        ...{ output: join(home, "out"), uid: stranger },
      });
      expectRefusal(run, {
        exitCode: 3,
        code: "E-UNREADABLE",
        says: new RegExp(`${name}.*EACCES`),
      });
    },
  );

  test
    .skipIf(!strangerRuns)
    .concurrent("gives a user without name and home results, readable by everybody", async () => {
      const run = await launch(own, [], { output: join(newHome(), "out"), uid: stranger });
      expectSuccess(run);
      expect(readdirSync(run.output)).toEqual(["maps", "report"]);
    });

  test.skipIf(!mounts).concurrent.each(["16k", "60k", "150k"])(
    "on a disk of %s that fills up: a message, and nothing half-written",
    (size) =>
      onDisk(`size=${size}`, async (disk) => {
        const run = await launch(own, [], { output: disk });
        expectRefusal(run, {
          exitCode: 2,
          code: "E-OUTPUT-FULL",
          says: /no space left.*Free space/,
        });
      }),
  );

  test.concurrent.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("stopped by %s says so and leaves nothing", async (signal, exitCode) => {
    const output = join(newHome(), "out");
    const run = await launch(own, slow, {
      output,
      workers: 2,
      watch: (said, child) => {
        if (/ read \{/.test(said)) child.kill(signal);
      },
    });
    expect(run.stderr).toBe(`Stopped by ${signal}; nothing was written.\n`);
    expect(run.exitCode).toBe(exitCode);
    expect(existsSync(output)).toBe(false);
  });
});

// A solver slow enough for a run to be met at work.
const { slow } = soundScans[0]!;

describe("a run that is stopped", () => {
  test.concurrent("by SIGKILL leaves no results, and does not stand in the way of the next run", async () => {
    const output = join(newHome(), "out");
    const killed = await launchProcessT2(scan, slow, {
      output,
      watch: (said, child) => {
        if (said.includes("echo train read")) child.kill("SIGKILL");
      },
    });
    expect(killed.exitCode).toBe(137);
    expect(readdirSync(output).filter((name) => !name.startsWith("."))).toEqual([]);
    expectSuccess(await launchProcessT2(scan, ["--dicom=none"], { output }));
    expect(readdirSync(output).filter((name) => !name.startsWith("."))).toEqual(["maps", "report"]);
  });

  test.concurrent.each(["text", "json"])(
    "being listened to (| head -1, log as %s) still gives its results",
    async (format) => {
      const run = await launchProcessT2(scan, [`--log-format=${format}`], {
        watch: (_, child) => child.stdout?.destroy(),
      });
      expectSuccess(run);
      expect(readdirSync(run.output)).toEqual(["maps", "report"]);
    },
  );
});

describe("a folder with far too many files", () => {
  const many = 20_000;
  /** Reading that many names and first bytes; a run alone takes a fraction of it. */
  const longest = 40;
  const mostMemoryMB = 1000;

  test("that are no images is refused in time and memory", async () => {
    const home = newHome();
    const note = Buffer.from("tiny");
    const input = fillFolder(
      join(home, "in"),
      Object.fromEntries(Array.from({ length: many }, (_, n) => [`${n % 100}/${n}.txt`, note])),
    );
    const run = await launchProcessT2(input, [], { output: join(home, "out") });
    expectRefusal(run, { exitCode: 3, code: "E-NO-DICOM", says: /20000 files \(20000 × \.txt\)/ });
    expect(run.peakMemoryMB).toBeLessThan(mostMemoryMB);
  });

  test("that are tiny images of one scan is read in time and memory", async () => {
    const home = newHome();
    const slices = many / 8;
    const files = scanFiles({
      columns: 4,
      rows: 3,
      slices,
      value: (i, j, k, e) => 9000 - 1000 * e - i - j - (k % 7),
    });
    const input = fillFolder(join(home, "in"), files);
    const run = await launchProcessT2(input, ["--dicom=none"], {
      output: join(home, "out"),
      workers: 2,
    });
    expectSuccess(run);
    expect(run.stdout).toContain(`"shape":[4,3,${slices}]`);
    expect(run.seconds).toBeLessThan(longest);
    expect(run.peakMemoryMB).toBeLessThan(mostMemoryMB);
  });
});
