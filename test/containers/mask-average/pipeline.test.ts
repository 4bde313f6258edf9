import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillFolder, fingerprint } from "#test/acceptance/launch.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import {
  columns,
  type DrawnRegion,
  drawnAim,
  drawnForms,
  drawnImage,
  drawnImages,
  drawnMaps,
  drawnRtstruct,
  drawnSegmentation,
  firstSeries,
  maskOf,
  placeOf,
  rectangle,
  rows,
  secondSeries,
  spoilt,
  trueT2,
  usualRegions,
} from "./drawn-scan.ts";
import { readMask } from "./read-mask.ts";
import { jsonOf, type MemoryRun, type Row, rowsOf, runInMemory } from "./run-in-memory.ts";

// The whole program on regions, images and maps of one small scan.

const base = mkdtempSync(join(tmpdir(), "mask-average-pipeline-"));
const scan = join(base, "scan");
const maps = join(base, "maps");
const forms = join(base, "forms");
const t2 = join(maps, "sub-1_T2map.nii");
const adc = join(maps, "sub-1_ADC.nii");

beforeAll(() => {
  fillFolder(scan, drawnImages());
  fillFolder(maps, drawnMaps());
  fillFolder(forms, drawnForms());
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let places = 0;
/** A new folder with these files. */
function put(files: Readonly<Record<string, Uint8Array>>): string {
  return fillFolder(join(base, `place-${++places}`), files);
}

const onScan = (...words: string[]) => runInMemory("--reference", scan, ...words);
const plain = ["--dicom=none", "--rates=none"];

/** Voxels of the maps that count in a region, and what they should give. */
function expected(region: DrawnRegion) {
  const mask = maskOf(region);
  const values: number[] = [];
  for (const [voxel, inside] of mask.entries()) {
    const place = [
      voxel % columns,
      Math.floor(voxel / columns) % rows,
      Math.floor(voxel / columns / rows),
    ];
    const at = (there: readonly number[]) => place.join() === there.join();
    if (inside === 0 || at(spoilt.nan) || at(spoilt.atBound)) continue;
    const [i, j, k] = place as [number, number, number];
    values.push(at(spoilt.zero) ? 0 : at(spoilt.negative) ? -10 : trueT2(i, j, k));
  }
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const nVoxels = mask.reduce((a, b) => a + b, 0);
  return { nVoxels, nValid: values.length, mean: mean / 1000, sd: Math.sqrt(square) / 1000 };
}

function textOf({ written }: MemoryRun, path: string): string {
  return Buffer.from(written.get(path) ?? []).toString("utf8");
}

const pathsOf = ({ written }: MemoryRun) => [...written.keys()];

describe("a usual run", () => {
  let run: MemoryRun;
  beforeAll(async () => {
    run = await onScan(
      "--roi",
      join(forms, "aim"),
      "--map",
      maps,
      "--series",
      scan,
      "--legacy-outputs",
    );
  });

  test("says that everything was done", () => {
    expect(run.partial).toEqual([]);
    expect(jsonOf(run.written, "report/status.json")).toMatchObject({ state: "done", partial: [] });
    expect(run.said.at(-1)).toBe("T2map: 3 regions");
  });

  test("writes tables, masks, masked maps, pictures, DICOM and records, each listed with its digest", () => {
    const masks = "stats/masks/reference/1_drawn";
    expect(pathsOf(run).sort()).toEqual(
      [
        ...["csv", "tsv", "json"].map((ending) => `stats/roi_statistics.${ending}`),
        ...["stats/roi_statistics_columns.json", "stats/statistics.txt"],
        ...["roi-01_kidney", "roi-02_ring", "roi-03_liver"].map(
          (name) => `${masks}/${name}.nii.gz`,
        ),
        ...["kidney", "ring", "liver"].map((name) => `${masks}/mask_${name}.nii.gz`),
        ...["nii.gz", "tsv", "json"].map((ending) => `${masks}/labels_dseg.${ending}`),
        ...["T2map", "ADC"].map((name) => `stats/maps/${name}_masked.nii.gz`),
        ...["reference", "sub-1-T2map", "sub-1-ADC"].map((name) => `stats/overlays/${name}.png`),
        ...["seg", "sr"].map((name) => `stats/dicom/1_drawn_${name}.dcm`),
        ...["report.html", "summary.json", "diagnostics.json", "status.json"].map(
          (name) => `report/${name}`,
        ),
        ...["provenance.json", "manifest.json"].map((name) => `report/${name}`),
      ].sort(),
    );
    const manifest = jsonOf(run.written, "report/manifest.json") as {
      files: { path: string; size: number }[];
    };
    const listed = new Map(manifest.files.map(({ path, size }) => [path, size]));
    for (const [path, { length }] of run.written) {
      // The length of provenance.json changes with the times in it.
      if (/manifest|provenance/.test(path)) expect(listed.has(path)).toBe(/provenance/.test(path));
      else expect(listed.get(path), path).toBe(length);
    }
    expect(listed.size).toBe(run.written.size - 1);
  });

  test("measures what the maps hold in the voxels whose centre is inside", () => {
    const own = rowsOf(run).filter(({ map }) => map === "T2map");
    expect(own.map(({ roi_name }) => roi_name)).toEqual(["kidney", "ring", "liver"]);
    for (const [n, region] of usualRegions.entries()) {
      const { nVoxels, nValid, mean, sd } = expected(region);
      expect(own[n]).toMatchObject({ n_voxels: nVoxels, n_valid: nValid, unit: "s" });
      expect(own[n]!["mean"]).toBeCloseTo(mean, 8);
      expect(own[n]!["sd"]).toBeCloseTo(sd, 8);
      expect(own[n]!["mean_se"]).toBeGreaterThan(0.001);
    }
    expect(own[0]).toMatchObject({
      n_excluded_nan: 1,
      n_excluded_status: 1,
      n_zero: 1,
      n_negative: 1,
    });
  });

  test("fits the mean signal, which is near the mean of the true values", () => {
    for (const row of rowsOf(run).filter(({ map }) => map === "T2map")) {
      const region = usualRegions[Number(row["roi_number"]) - 1]!;
      const mask = maskOf(region);
      const values = [...mask.keys()]
        .filter((voxel) => mask[voxel] === 1)
        .map((voxel) =>
          trueT2(
            voxel % columns,
            Math.floor(voxel / columns) % rows,
            Math.floor(voxel / columns / rows),
          ),
        );
      const mean = values.reduce((a, b) => a + b, 0) / values.length / 1000;
      expect(Math.abs(Number(row["mean_curve_fit"]) / mean - 1)).toBeLessThan(0.02);
    }
    expect(rowsOf(run).find(({ map }) => map === "ADC")?.["mean_curve_fit"]).toBeNull();
    expect(jsonOf(run.written, "report/status.json")).toMatchObject({ warnings: [] });
  });

  test("gives the same numbers in all three tables", () => {
    const json = rowsOf(run);
    const csv = textOf(run, "stats/roi_statistics.csv").trimEnd().split("\r\n");
    const tsv = textOf(run, "stats/roi_statistics.tsv").trimEnd().split("\n");
    const names = Object.keys(json[0]!);
    expect(csv[0]!.split(",")).toEqual(names);
    expect(tsv[0]!.split("\t")).toEqual(names);
    expect([csv.length, tsv.length]).toEqual([json.length + 1, json.length + 1]);
    for (const [n, row] of json.entries()) {
      const [commas, tabs] = [csv[n + 1]!.split(","), tsv[n + 1]!.split("\t")];
      names.forEach((name, at) => {
        const value = row[name];
        if (typeof value !== "number") return;
        expect([Number(commas[at]), Number(tabs[at])], name).toEqual([value, value]);
      });
    }
  });

  test("its label map and its masks hold the regions, voxel by voxel", () => {
    const folder = "stats/masks/reference/1_drawn";
    const labels = readMask(run.written, `${folder}/labels_dseg.nii.gz`);
    for (const [n, region] of usualRegions.entries()) {
      const name = `roi-0${n + 1}_${region.name}`;
      const truth = [...maskOf(region)];
      expect(readMask(run.written, `${folder}/${name}.nii.gz`), name).toEqual(truth);
      expect(labels.map((label) => (label === n + 1 ? 1 : 0))).toEqual(truth);
    }
    expect(textOf(run, `${folder}/labels_dseg.tsv`)).toMatch(/^1\tkidney\t1\t#e41a1c$/m);
  });

  test("its masked maps hold the map inside, and no number outside", () => {
    const values = readMask(run.written, "stats/maps/ADC_masked.nii.gz");
    const inside = usualRegions.map(maskOf);
    values.forEach((value, voxel) => {
      const isIn = inside.some((mask) => mask[voxel] === 1);
      expect(Number.isNaN(value)).toBe(!isIn);
    });
  });

  test("its pictures are PNG, its DICOM is DICOM, its report is one page with every region", () => {
    for (const [path, bytes] of run.written) {
      const head = Buffer.from(bytes);
      if (path.endsWith(".png")) expect(head.toString("latin1", 1, 4), path).toBe("PNG");
      if (path.endsWith(".dcm")) expect(head.toString("latin1", 128, 132), path).toBe("DICM");
    }
    const page = textOf(run, "report/report.html");
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toMatch(/<\/html>\s*$/);
    expect(page).not.toMatch(/>undefined|\[object|<script[^>]+src=|https?:\/\/(?!www\.w3\.org)/);
    for (const { name } of usualRegions) expect(page).toContain(name);
  });
});

/** What must not depend on the form of a collection. */
function numbersOf(run: MemoryRun): readonly Row[] {
  const ignored =
    /^(collection|source|roi_uid|diagnostics|contour_|weighted_|sum_of|n_touched|coverage)/;
  return rowsOf(run).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !ignored.test(name))),
  );
}

const masksOf = (run: MemoryRun) =>
  pathsOf(run)
    .filter((path) => /masks\/.*roi-.*\.nii\.gz$/.test(path))
    .map((path) => [path.split("/").at(-1), readMask(run.written, path)]);

describe("one drawing in four forms", () => {
  test.each(["rtstruct", "seg", "nifti"])(
    "AIM and %s: the same masks and numbers",
    async (form) => {
      const aim = await onScan("--roi", join(forms, "aim"), "--map", maps);
      const other = await onScan("--roi", join(forms, form), "--map", maps);
      expect(masksOf(other)).toEqual(masksOf(aim));
      expect(numbersOf(other)).toEqual(numbersOf(aim));
    },
  );

  test.each(["rtstruct", "seg", "nifti"])("%s needs no reference", async (form) => {
    const without = await runInMemory("--roi", join(forms, form), "--map", maps);
    const on = await onScan("--roi", join(forms, form), "--map", maps);
    expect(without.partial).toEqual([]);
    // What a slice is thick only the images say.
    const thickness = { volume_slice_thickness_mm3: null };
    const known = numbersOf(on).map((row) => ({ ...row, ...thickness }));
    expect(numbersOf(without).map((row) => ({ ...row, ...thickness }))).toEqual(known);
    expect(pathsOf(without).filter((path) => path.endsWith(".dcm"))).toEqual([]);
    expect(jsonOf(without.written, "report/status.json")).toMatchObject({
      warnings: [{ code: "W-NO-DICOM" }],
    });
  });

  test("AIM without reference is refused by name", async () => {
    const run = runInMemory("--roi", join(forms, "aim"), "--map", maps);
    await expect(run).rejects.toMatchObject({
      message: expect.stringMatching(/drawn\.xml.*reference/),
    });
  });

  test("AIM and RTSTRUCT of one collection in XNAT are one drawing", async () => {
    const run = await onScan("--roi", forms, "--map", adc, ...plain);
    expect(rowsOf(run).map(({ source }) => source)).toEqual(
      ["AIM", "NIFTI", "SEG"].flatMap((source) => [source, source, source]),
    );
  });

  test("all of them in places of their own are four collections, told apart by their paths", async () => {
    const apart = Object.entries(drawnForms()).map(([path, bytes]) => [`own-${path}`, bytes]);
    const run = await onScan("--roi", put(Object.fromEntries(apart)), "--map", adc, ...plain);
    expect(run.partial).toEqual([]);
    const own = rowsOf(run);
    expect(new Set(own.map(({ collection }) => collection)).size).toBe(4);
    expect(own).toHaveLength(12);
    for (let n = 0; n < 3; n++) {
      const means = [n, n + 3, n + 6, n + 9].map((at) => own[at]!["mean"]);
      expect(new Set(means).size).toBe(1);
    }
  });
});

describe("several series", () => {
  test("each collection lies on its own series of the session", async () => {
    const session = put({});
    fillFolder(join(session, "4"), drawnImages());
    fillFolder(join(session, "9"), drawnImages(secondSeries));
    const regions = usualRegions.slice(0, 2);
    const roi = put({
      "first.xml": drawnAim(usualRegions, undefined, "first"),
      "second.xml": drawnAim(regions, secondSeries, "second"),
    });
    const run = await runInMemory("--reference", session, "--roi", roi, "--map", adc);
    expect(run.partial).toEqual([]);
    const folders = pathsOf(run).filter((path) => path.endsWith("labels_dseg.nii.gz"));
    expect(folders.map((path) => dirname(path))).toEqual(
      expect.arrayContaining(["stats/masks/reference/1_first", "stats/masks/reference-2/2_second"]),
    );
    const second = rowsOf(run).filter(({ collection }) => collection === "second.xml");
    expect(second.map(({ n_voxels }) => n_voxels)).toEqual(
      regions.map((region) => expected(region).nVoxels),
    );
    expect(pathsOf(run).filter((path) => path.endsWith("seg.dcm"))).toHaveLength(2);
    const { references } = jsonOf(run.written, "report/summary.json") as { references: unknown[] };
    expect(references).toHaveLength(2);
  });

  test("a collection of a series that is not here is named, the other one is measured", async () => {
    const roi = put({
      "first.xml": drawnAim(),
      "second.xml": drawnAim(usualRegions.slice(0, 1), secondSeries),
    });
    const run = await onScan("--roi", roi, "--map", adc, ...plain);
    expect(run.partial.join(" ")).toContain("second.xml");
    const lost = rowsOf(run).filter(({ collection }) => collection === "second.xml");
    expect(lost).toMatchObject([{ status: "failed", n_voxels: 0, mean: null }]);
    expect(rowsOf(run)).toHaveLength(4);
  });
});

describe("inputs of which some cannot be read", () => {
  test("a broken collection is named, the others are measured", async () => {
    const roi = put({ "good.xml": drawnAim(), "bad.xml": drawnAim().subarray(0, 700) });
    const run = await onScan("--roi", roi, "--map", adc, ...plain);
    expect(run.partial).toMatchObject([expect.stringContaining("bad.xml")]);
    expect(rowsOf(run)).toHaveLength(3);
    expect(jsonOf(run.written, "report/status.json")).toMatchObject({ state: "partial" });
  });

  test("a broken map is named, the others are measured", async () => {
    const folder = put(drawnMaps());
    writeFileSync(
      join(folder, "sub-1_T1map.nii"),
      drawnImage("float32", () => 1).subarray(0, 3000),
    );
    const run = await onScan("--roi", join(forms, "seg"), "--map", folder, ...plain);
    expect(run.partial).toMatchObject([expect.stringContaining("sub-1_T1map.nii")]);
    expect(new Set(rowsOf(run).map(({ map }) => map))).toEqual(new Set(["T2map", "ADC"]));
  });

  test.each(["desc-stderr_T2map", "desc-status_dseg"])(
    "a broken %s is passed over with a remark",
    async (name) => {
      const folder = put(drawnMaps());
      writeFileSync(join(folder, `sub-1_${name}.nii`), "broken");
      const run = await onScan("--roi", join(forms, "seg"), "--map", folder, ...plain);
      expect(run.said.join("\n")).toContain(`sub-1_${name}.nii`);
      expect(rowsOf(run)).toHaveLength(6);
    },
  );

  test("a given series without images is refused, in a default place it would be a remark", async () => {
    const run = onScan("--roi", join(forms, "seg"), "--map", t2, "--series", put({}));
    await expect(run).rejects.toMatchObject({ code: "E-NO-DICOM", exitCode: 3 });
  });
});

describe("nothing to measure", () => {
  const far = { name: "far", outlines: [{ slice: 1, points: rectangle(80, 80, 90, 90) }] };
  const tiny = { name: "tiny", outlines: [{ slice: 1, points: rectangle(3.2, 3.2, 3.4, 3.4) }] };

  test.each([
    ["outside the images", [far]],
    ["smaller than a voxel", [tiny]],
    ["without outlines", [{ name: "empty", outlines: [] }]],
    ["one of each", [far, tiny, { name: "empty", outlines: [] }]],
  ])("regions %s: E-NO-REGION", async (_, regions) => {
    const roi = put({ "a.dcm": encodeDicom(drawnRtstruct(regions)) });
    await expect(onScan("--roi", roi, "--map", t2)).rejects.toMatchObject({
      code: "E-NO-REGION",
      exitCode: 3,
    });
  });

  test("beside a region that can be measured each of them has its status and its row", async () => {
    const regions = [...usualRegions, far, tiny, { name: "empty", outlines: [] }];
    const roi = put({ "a.dcm": encodeDicom(drawnRtstruct(regions)) });
    const run = await onScan("--roi", roi, "--map", adc, ...plain);
    const status = rowsOf(run).map(({ roi_name, status }) => [roi_name, status]);
    expect(status.slice(3)).toEqual([
      ["far", "outside"],
      ["tiny", "sub-voxel"],
      ["empty", "no-area"],
    ]);
    for (const name of ["far", "tiny", "empty"]) expect(run.partial.join("\n")).toContain(name);
  });

  test("a map without a value: E-NO-REGION", async () => {
    const folder = put({ "sub-1_T2map.nii": drawnImage("float32", () => Number.NaN) });
    await expect(onScan("--roi", join(forms, "seg"), "--map", folder)).rejects.toMatchObject({
      code: "E-NO-REGION",
    });
  });
});

describe("names of regions", () => {
  const square = (n: number) => [
    { slice: 1, points: rectangle(2 * n + 0.6, 2.6, 2 * n + 2.4, 8.4) },
  ];
  const names = [
    ...["kidney", "kidney", "Kidney", "", "", "../../etc/passwd", "/", "..", "a\\b", "Niere ä"],
    ...["腎臓", "\u202Etxt.exe", "CON", "x".repeat(60), "<script>alert(1)</script>"],
  ];

  test.each(["aim", "rtstruct", "seg"])(
    "of %s never make files that clash, or lie elsewhere",
    async (form) => {
      const regions = names.map((name, n) => ({ name, outlines: square(n % 10) }));
      const bytes =
        form === "aim"
          ? drawnAim(regions)
          : encodeDicom(form === "seg" ? drawnSegmentation(regions) : drawnRtstruct(regions));
      const roi = put({ [form === "aim" ? "a.xml" : "a.dcm"]: bytes });
      const run = await onScan("--roi", roi, "--map", adc, ...plain, "--legacy-outputs");
      expect(rowsOf(run)).toHaveLength(names.length);
      const paths = pathsOf(run);
      const lower = new Set(paths.map((path) => path.toLowerCase()));
      expect(lower.size).toBe(paths.length);
      for (const path of paths) {
        expect(path).toMatch(/^(stats|report)\/[\w.\-/]+$/);
        expect(path).not.toMatch(/\.\.|\/\/|\/\./);
      }
      expect(paths.filter((path) => /\/roi-\d\d/.test(path))).toHaveLength(names.length);
      expect(textOf(run, "report/report.html")).not.toContain("<script>alert(1)");
    },
  );

  test("whose numbers repeat: each keeps its row, and one that has no outline says why", async () => {
    const elements = drawnRtstruct(usualRegions, undefined, {
      rois: usualRegions.map(({ name, outlines }) => ({
        ...{ number: 7, name },
        contours: outlines.map(({ slice, points }) => ({
          data: points.flatMap(([x, y]) => placeOf(x, y, slice)),
          images: [firstSeries.image(slice)],
        })),
      })),
    });
    const roi = put({ "a.dcm": encodeDicom(elements) });
    const run = await onScan("--roi", roi, "--map", adc, ...plain);
    console.log(
      rowsOf(run).map((r) => [r["roi_number"], r["n_voxels"], r["status"], r["diagnostics"]]),
      run.said,
    );
  });

  test("of collections that are called alike do not clash", async () => {
    const one = usualRegions.slice(0, 1);
    const roi = put({ "a/same.xml": drawnAim(), "b/same.dcm": encodeDicom(drawnRtstruct(one)) });
    const run = await onScan("--roi", roi, "--map", adc);
    expect(rowsOf(run)).toHaveLength(4 + 4 - 4);
    expect(new Set(pathsOf(run).map((path) => path.toLowerCase())).size).toBe(run.written.size);
  });
});

test("paths and order of the input do not change a byte, and nothing of it is touched", async () => {
  const before = fingerprint(base);
  const words = ["--roi", join(forms, "aim"), "--map", maps, "--series", scan];
  const first = await onScan(...words);
  expect(fingerprint(base)).toBe(before);
  const again = await onScan(...words);
  expect(sameBytes(again)).toEqual(sameBytes(first));
  const moved = join(base, "deeply", "moved");
  const images = Object.entries(drawnImages()).reverse();
  const other = fillFolder(
    join(moved, "scan"),
    Object.fromEntries(images.map(([name, bytes], n) => [`${n % 3}/${name}`, bytes])),
  );
  for (const [name, from] of Object.entries({ maps, aim: join(forms, "aim") })) {
    mkdirSync(join(moved, name));
    const files = name === "maps" ? Object.keys(drawnMaps()).reverse() : ["drawn.xml"];
    for (const file of files) copyFileSync(join(from, file), join(moved, name, file));
  }
  const elsewhere = await runInMemory(
    ...["--output", join(base, "out"), "--workers=3"],
    ...["--map", join(moved, "maps"), "--roi", join(moved, "aim")],
    ...["--reference", other, "--series", other],
  );
  // Files of the scan are listed with the folders they lie in.
  const withoutFolders = (files: ReadonlyMap<string, string>) =>
    new Map([...files].filter(([path]) => !/provenance|report\.html|manifest/.test(path)));
  expect(withoutFolders(sameBytes(elsewhere))).toEqual(withoutFolders(sameBytes(first)));
});

/** Files by path; of provenance.json and of what repeats its digest only what must repeat. */
function sameBytes({ written }: MemoryRun): ReadonlyMap<string, string> {
  const entries = [...written].map(([path, bytes]): [string, string] => {
    const text = Buffer.from(bytes).toString("latin1");
    if (!/(provenance|manifest)\.json$/.test(path)) return [path, text];
    const { run: _, files, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const listed = (files as { path: string }[] | undefined)?.map((file) => file.path);
    return [path, JSON.stringify({ ...rest, listed })];
  });
  return new Map(entries);
}
