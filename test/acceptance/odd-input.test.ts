import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ByteElement, encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { type Changes, enhancedImage, frameGroup } from "#test/phantom/dicom-images.ts";
import { encodeRle } from "#test/phantom/rle.ts";
import { readRecord } from "./dataset.ts";
import { type Ended, expectRefusal, expectSuccess, launchOn } from "./launch.ts";
import {
  describeScan,
  type ScanFiles,
  type SmallScan,
  scanFiles,
  scanImage,
} from "./small-scan.ts";
import { type SoundScan, soundScans } from "./sound-scans.ts";

// Sound scans in unusual clothes: each gives the value that was put in.

const t2Scan = soundScans[0]!;

/** Runs a program with the mask that takes the bright rectangle as it is. */
function runOn(
  { program }: Pick<SoundScan, "program">,
  files: ScanFiles,
  ...options: readonly string[]
): Promise<Ended> {
  return launchOn(program, files, "--mask=threshold", ...options);
}

interface Statistics {
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
}

/** Quartiles of the valid voxels, in the unit of the map: of three slices of one size the value of each. */
function quartiles(run: Ended, { map }: Pick<SoundScan, "map">): Statistics {
  const maps = readRecord(run, "summary.json")["maps"] as Record<string, Statistics>;
  return maps[map]!;
}

/** The 16, 32 or other bits of the images of a scan. */
function pixels(
  width: number,
  write: (bytes: Buffer, at: number, value: number) => void,
): (scan: SoundScan, k: number, e: number) => Buffer {
  return (scan, k, e) => {
    const { columns, rows, value } = scan.describe();
    const bytes = Buffer.alloc(columns * rows * width);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) write(bytes, (j * columns + i) * width, value(i, j, k, e));
    }
    return bytes;
  };
}

const words = pixels(2, (bytes, at, value) => bytes.writeUInt16LE(value, at));
const signed = pixels(2, (bytes, at, value) => bytes.writeInt16LE(value - 25_000, at));
const long = pixels(4, (bytes, at, value) => bytes.writeUInt32LE(value * 200_000, at));
const huge = pixels(4, (bytes, at, value) => bytes.writeFloatLE(value * 1e30, at));
const twelve = { "00280101": ["US", 12], "00280102": ["US", 11] } as const;

const filesOf = (scan: SoundScan, wish?: Partial<SmallScan>): ScanFiles =>
  scanFiles(scan.describe(wish));

/** The scan as one Enhanced MR object. */
function enhanced(): ScanFiles {
  const { columns, rows, slices, echoTimesMs } = describeScan();
  const places = Array.from({ length: slices }, (_, k) =>
    echoTimesMs.map((_te, e) => [k, e] as const),
  ).flat();
  const groups = places.map(([k, e]) =>
    // Without the slopes of the phantom: these pixels are as measured.
    frameGroup(k, 0)
      .filter(([tag]) => tag !== "00289145" && tag !== "00189114")
      .concat([["00189114", "SQ", [[["00189082", "FD", echoTimesMs[e]!] as ByteElement]]]]),
  );
  const changes: Changes = {
    "00280008": ["IS", String(places.length)],
    "00280010": ["US", rows],
    "00280011": ["US", columns],
    "52009230": ["SQ", groups],
    "7FE00010": ["OW", Buffer.concat(places.map(([k, e]) => words(t2Scan, k, e)))],
  };
  return { "enhanced.dcm": encodeDicom(enhancedImage(slices, changes)) };
}

const sound: Readonly<Record<string, (scan: SoundScan) => ScanFiles>> = {
  "big-endian": (scan) => filesOf(scan, { writing: { writing: "big endian" } }),
  deflated: (scan) => filesOf(scan, { writing: { writing: "deflated" } }),
  "implicit, without meta header": (scan) =>
    filesOf(scan, { writing: { writing: "implicit", header: "none" } }),
  "RLE compressed": (scan) =>
    filesOf(scan, {
      writing: { transferSyntaxUID: "1.2.840.10008.1.2.5" },
      changes: (k, e) => ({
        "7FE00010": ["OB", { table: [], fragments: [encodeRle(words(scan, k, e))] }],
      }),
    }),
  "3D acquisition": (scan) => filesOf(scan, { changes: () => ({ "00180023": ["CS", "3D"] }) }),
  "12 bits of 16, with an overlay in the upper ones": (scan) => {
    const { value } = scan.describe({ s0: 4000 });
    return filesOf(scan, { value: (...at) => value(...at) | 0xa000, changes: () => twelve });
  },
  "signed values below zero, lifted by the intercept": (scan) =>
    filesOf(scan, {
      changes: (k, e) => ({
        "00280103": ["US", 1],
        "00281052": ["DS", "25000"],
        "00281053": ["DS", "1"],
        "7FE00010": ["OW", signed(scan, k, e)],
      }),
    }),
  "32-bit values in the thousands of millions": (scan) =>
    filesOf(scan, {
      changes: (k, e) => ({
        "00280100": ["US", 32],
        "00280101": ["US", 32],
        "00280102": ["US", 31],
        "7FE00010": ["OW", long(scan, k, e)],
      }),
    }),
  "float values near the largest a float can hold": (scan) =>
    filesOf(scan, {
      changes: (k, e) => ({
        ...{ "00280101": undefined, "00280102": undefined, "00280103": undefined },
        ...{ "00280100": ["US", 32], "7FE00010": undefined, "7FE00008": ["OF", huge(scan, k, e)] },
      }),
    }),
  "a slope of its own in every image of a slice": (scan) => {
    const { value } = scan.describe();
    return filesOf(scan, {
      value: (i, j, k, e) => Math.round(value(i, j, k, e) / (1 + e / 4)),
      changes: (_, e) => ({ "00281052": ["DS", "0"], "00281053": ["DS", String(1 + e / 4)] }),
    });
  },
  "every image measured twice": (scan) => ({
    ...filesOf(scan, { changes: () => ({ "00200012": ["IS", "1"] }) }),
    ...filesOf(scan, {
      name: (k, e) => `second/${k}-${e}.dcm`,
      changes: (k, e) => ({
        "00080018": ["UI", `1.2.3.9.${k + 1}.${e + 1}`],
        "00200012": ["IS", "2"],
      }),
    }),
  }),
  "folders and files named in every way": (scan) =>
    Object.fromEntries(
      Object.entries(filesOf(scan)).map(([name, bytes], n) => [
        `Tübingen 日本 "'$(id)%s\\/-- ${n % 3}/${n} ${name.slice(0, -4)}`,
        bytes,
      ]),
    ),
  "hidden files, catalogs and thumbnails beside the images": (scan) => ({
    ...filesOf(scan),
    ".DS_Store": Buffer.from("x"),
    "._IM00.dcm": Buffer.from("y"),
    ".hidden/1.dcm": Buffer.from("DICM"),
    "scan_4_catalog.xml": Buffer.from("<cat:Catalog/>"),
    "SNAPSHOTS/4_qc.gif": Buffer.from("GIF89a"),
  }),
};

/** Holds a run to the true value in each slice. */
function expectTruth(run: Ended, scan: SoundScan): void {
  expectSuccess(run);
  expect(run.stdout).toContain(`${scan.title}: 100.0 % of 180 voxels`);
  const { p25, median, p75 } = quartiles(run, scan);
  [p25, median, p75].forEach((found, k) => {
    expect(found / scan.truth(k)).toBeCloseTo(1, 2);
  });
}

describe.each(soundScans)("$program: what was put in comes out of", (scan) => {
  test.concurrent.each(Object.entries(sound))("%s", async (_, files) => {
    expectTruth(await runOn(scan, files(scan), "--dicom=none"), scan);
  });

  test.concurrent("a single slice", async () => {
    const run = await runOn(scan, filesOf(scan, { slices: 1 }));
    expectSuccess(run);
    expect(quartiles(run, scan).median / scan.truth(0)).toBeCloseTo(1, 2);
  });

  test.concurrent("a single pixel", async () => {
    const { value } = scan.describe();
    const bright = filesOf(scan, {
      ...{ columns: 1, rows: 1, slices: 1 },
      value: (_i, _j, _k, e) => value(8, 5, 0, e),
    });
    const run = await runOn(scan, bright);
    expectSuccess(run);
    expect(quartiles(run, scan).median / scan.truth(0)).toBeCloseTo(1, 2);
  });
});

describe("process-t2: what was put in comes out of", () => {
  test.concurrent.each([
    ["an Enhanced multi-frame object", enhanced],
    ["two echoes only", () => scanFiles({ echoTimesMs: [10, 40] })],
  ] as const)("%s", async (_, files) => {
    expectTruth(await runOn(t2Scan, files(), "--dicom=none"), t2Scan);
  });
});

describe("what looks wrong and may be right", () => {
  test.concurrent.each([
    [[0.01, 0.02, 0.03, 0.04], "seconds"],
    [[10_000, 20_000, 30_000, 40_000], "microseconds"],
  ])("echo times of %j ms are fitted, and said to look like %s", async (echoTimesMs, unit) => {
    const { value } = describeScan();
    const run = await runOn(t2Scan, scanFiles({ echoTimesMs, value }), "--dicom=none");
    expectSuccess(run);
    expect(run.stdout).toMatch(new RegExp(`looks like ${unit} .*W-TE-UNIT`));
    expect(readRecord(run, "status.json")["verdict"]).toBe("check");
  });
});

describe.each(soundScans)("$program: hostile texts", (scan) => {
  const hostile = filesOf(scan, {
    changes: () => ({
      "0008103E": ["LO", "<script>alert(1)</script>\u001b[31m"],
      "00100010": ["PN", "</style><img src=x onerror=alert(2)>"],
      "00100020": ["LO", "../../../../tmp/evil"],
      "00200010": ["SH", "..\\..\\evil"],
    }),
  });

  test.concurrent("stay texts: no path leaves the output, no mark-up reaches the page", async () => {
    const run = await runOn(scan, hostile, "--legacy-outputs");
    expectSuccess(run);
    const files = readdirSync(run.output, { recursive: true, encoding: "utf8" });
    expect(files.length).toBeGreaterThan(30);
    for (const name of files)
      expect(name).toMatch(/^(maps|report)(\/[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)*)*$/);
    expect(readdirSync(join(run.output, ".."))).toEqual(["in", "out"]);
    const page = readFileSync(join(run.output, "report/report.html"), "utf8");
    expect(page).not.toContain("<script>alert(1)");
    expect(page).not.toContain("<img src=x");
    expect(page).toContain("alert(1)");
    expect(run.stdout).not.toContain("\u001b");
  });

  test.concurrent("in names of files do not break the one line of a refusal", async () => {
    const cut = encodeDicom(scanImage(describeScan(), 0, 0)).subarray(0, 500);
    const run = await runOn(t2Scan, {
      ...scanFiles(),
      "bad\nE-FORGED: all is well\u001b[31m.dcm": cut,
    });
    expectRefusal(run, { exitCode: 3, code: "E-TRUNCATED", says: /bad E-FORGED/ });
    expect(run.stderr).not.toContain("\u001b");
  });
});
