import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ParaVisionVersion } from "#shared/phantom/paravision/dialect.ts";
import { readSingleImage } from "../../scripts/read-single-image.ts";
import { launchProgram, launchWords, newFolder } from "./launch.ts";
import { type ParsedItem, parseInstance } from "./parse-instance.ts";
import { listBelow } from "./raw-datasets.ts";
import { findMapFile, medianOf } from "./region-medians.ts";
import { type ParameterTable, readTables, writeTabled } from "./synthetic-study.ts";

// Studies whose parameters are those of real files or stated tables, with pixels of known relaxation, diffusion and saturation.

/** Converts a raw study and returns the folders of its series, by examination_reconstruction(_element). */
async function convert(
  study: string,
  ...options: readonly string[]
): Promise<{ readonly output: string; folder(name: string): string }> {
  const run = await launchWords("mri2dicom", ["convert", "--input", study, ...options]);
  expect(run.exitCode, run.stderr).toBe(0);
  const files = listBelow(join(run.output, "dicom"), ".dcm");
  const folders = new Map(
    files.map((path) => {
      const folder = path.slice(0, path.lastIndexOf("/"));
      return [folder.slice(folder.lastIndexOf("/") + 1), folder] as const;
    }),
  );
  return {
    output: run.output,
    folder: (name) => {
      const folder = folders.get(name);
      if (folder === undefined) throw new Error(`no ${name} among ${[...folders.keys()]}`);
      return folder;
    },
  };
}

/** Images in the order of the frames. */
function imagesOf(folder: string): readonly ParsedItem[] {
  return listBelow(folder, ".dcm")
    .map(parseInstance)
    .sort((a, b) => a.numbers("00200013")[0]! - b.numbers("00200013")[0]!);
}

function numbersOf(folder: string, tag: string): readonly number[] {
  return imagesOf(folder).map((image) => image.numbers(tag)[0] ?? Number.NaN);
}

/** Median of a map in columns from..to, in each slice; columns as in the images, whatever way the file runs. */
function medianOfColumns(map: string, from: number, to: number): readonly number[] {
  const { grid, samples } = readSingleImage(map);
  const [nx, ny, nz] = grid.shape;
  return Array.from({ length: nz }, (_, k) => {
    const values: number[] = [];
    for (let j = 0; j < ny; j++)
      for (let i = from; i < to; i++) values.push(samples[(k * ny + j) * nx + i]!);
    return medianOf(values.filter(Number.isFinite));
  });
}

interface FrameTable {
  readonly frameCount?: number;
  readonly groupIndexOfFrame: Readonly<Record<string, readonly number[]>>;
  readonly [name: string]: unknown;
}

interface EchoTables {
  readonly "visu_pars pdata/1": ParameterTable;
  readonly "visu_pars pdata/2 (ISA map, 32-bit float)": ParameterTable;
  readonly method: ParameterTable;
  readonly frameTable: FrameTable;
  readonly phantom: {
    readonly slope: number;
    readonly regions: readonly { S0: number; T2ms: number; signal: readonly number[] }[];
  };
}

const echoes = readTables("t2map_msme") as EchoTables | undefined;

describe.skipIf(echoes === undefined)("an echo train whose echoes are fastest", () => {
  const tables = echoes!;
  let result: Awaited<ReturnType<typeof convert>>;
  const scale = [1, 0.9, 0.8, 0.7, 0.6];
  const places = () => tables.frameTable.groupIndexOfFrame;

  beforeAll(async () => {
    const study = join(newFolder("synthetic-"), "study");
    const { regions, slope } = tables.phantom;
    const shared = { version: "360.3.6", examination: 11, size: [192, 192] } as const;
    writeTabled(study, {
      ...shared,
      processing: 1,
      visu: [tables["visu_pars pdata/1"]],
      method: [tables.method],
      wordType: "int16",
      frames: 55,
      slope: () => slope,
      value: (frame, x) =>
        regions[Math.floor(x / 64)]!.signal[places()["FG_ECHO"]![frame]!]! *
        scale[places()["FG_SLICE"]![frame]!]!,
    });
    const elements = [
      (region: { S0: number }) => region.S0,
      () => 3,
      (region: { T2ms: number }) => region.T2ms,
      () => 0.2,
      () => 1000,
      () => 1,
    ];
    writeTabled(study, {
      ...shared,
      processing: 2,
      visu: [
        tables["visu_pars pdata/1"],
        tables["visu_pars pdata/2 (ISA map, 32-bit float)"],
        { VisuAcqEchoTime: "( 1 )\n8" },
      ],
      method: [],
      wordType: "float32",
      frames: 30,
      slope: () => 1,
      value: (frame, x) => elements[frame % 6]!(regions[Math.floor(x / 64)]!),
    });
    result = await convert(study);
  });

  test("every frame has its echo time and number, and the place of its slice", () => {
    const folder = result.folder("11_1");
    expect(numbersOf(folder, "00180081")).toEqual(tables.frameTable["EchoTime"]);
    expect(numbersOf(folder, "00180086")).toEqual(tables.frameTable["EchoNumber"]);
    const locations = numbersOf(folder, "00201041");
    const bySlice = [0, 1, 2, 3, 4].map((slice) => locations[11 * slice]!);
    expect(new Set(bySlice).size).toBe(5);
    expect(locations).toEqual(places()["FG_SLICE"]!.map((slice) => bySlice[slice]));
    // From positions: the raw parameter says 0.0469 beside the maps.
    for (const name of ["11_1", "11_2_3"]) {
      expect(
        numbersOf(result.folder(name), "00180088").every((value) => Math.abs(value - 1.3) < 1e-9),
        name,
      ).toBe(true);
    }
  });

  test("T2 is the true one in every slice, and S0 falls by a tenth of the first from slice to slice", async () => {
    const run = await launchProgram("process-t2", result.folder("11_1"));
    expect(run.exitCode, run.stderr).toBe(0);
    const maps = join(run.output, "maps");
    const { regions } = tables.phantom;
    // Slices ascend along the normal in the maps.
    const locations = numbersOf(result.folder("11_1"), "00201041");
    const rising = locations[11]! > locations[0]!;
    regions.forEach(({ T2ms, S0 }, n) => {
      const t2 = medianOfColumns(findMapFile(maps, "_T2map.nii.gz"), 64 * n, 64 * n + 64);
      expect(t2).toHaveLength(5);
      // Stored in steps of 9.2: the last echoes of the shortest T2 are off by up to 1 %.
      for (const seconds of t2) expect(Math.abs((seconds * 1000) / T2ms - 1)).toBeLessThan(5e-3);
      const amplitudes = medianOfColumns(findMapFile(maps, "_M0map.nii.gz"), 64 * n, 64 * n + 64);
      const expected = (rising ? scale : scale.toReversed()).map((share) => share * S0);
      amplitudes.forEach((value, slice) => {
        expect(Math.abs(value / expected[slice]! - 1)).toBeLessThan(5e-3);
      });
    });
  }, 120_000);

  test("ParaVision's own maps are a series for each element, with its words, unit and values", () => {
    const comments = [
      "Signal Intensity",
      "σ of Signal Intensity",
      "T2 Relaxation Time",
      "σ of T2 Relaxation Time",
      "Fit χ²",
      "Fit Valid",
    ];
    comments.forEach((comment, n) => {
      const images = imagesOf(result.folder(`11_2_${n + 1}`));
      expect(images).toHaveLength(5);
      expect(images[0]!.texts("00204000")).toEqual([comment]);
    });
    const [map] = imagesOf(result.folder("11_2_3"));
    expect(map!.texts("0008103E").join()).toContain("T2 Relaxation Time");
    for (const image of imagesOf(result.folder("11_2_3"))) {
      const [mapping] = image.items("00409096");
      expect(mapping!.items("004008EA")[0]!.texts("00080100")).toEqual(["ms"]);
      const [slope = 1] = image.numbers("00281053");
      const [intercept = 0] = image.numbers("00281052");
      const pixels = image.bytes("7FE00010");
      tables.phantom.regions.forEach(({ T2ms }, n) => {
        const found = pixels.readInt16LE(2 * (96 * 192 + 64 * n + 32)) * slope + intercept;
        expect(Math.abs(found - T2ms)).toBeLessThan(0.01);
      });
    }
  });
});

interface RecoveryTables {
  readonly "visu_pars base": ParameterTable &
    Readonly<Record<string, { text: string; value?: readonly number[] }>>;
  readonly "method base": ParameterTable;
  readonly cases: readonly {
    readonly id: string;
    readonly version: ParaVisionVersion;
    readonly size: readonly number[];
    readonly groups: readonly (readonly [string, number])[];
    readonly frameCount: number;
    readonly TR: readonly number[];
    readonly TE: readonly number[];
    readonly frameTable: FrameTable;
    readonly "visu_pars overrides": ParameterTable;
    readonly "method overrides": ParameterTable;
  }[];
  readonly phantom: { readonly regions: readonly { M0: number; T1ms: number }[] };
}

const recovery = readTables("rarevtr_t1") as RecoveryTables | undefined;

describe.skipIf(recovery === undefined)("recovery series in four layouts", () => {
  const tables = recovery!;
  const cases = tables?.cases ?? [];
  /** Decay between the echoes of the series with two contrasts. */
  const t2Ms = 60;
  let result: Awaited<ReturnType<typeof convert>>;

  const study = join(newFolder("synthetic-"), "study");

  beforeAll(async () => {
    cases.forEach((one, n) => {
      const slices = one.groups.find(([id]) => id === "FG_SLICE")?.[1] ?? 1;
      const base = tables["visu_pars base"];
      const positions = base["VisuCorePosition"]!.value!.slice(0, 3 * slices);
      const orientations = base["VisuCoreOrientation"]!.value!.slice(0, 9 * slices);
      const repetitionTimes = one.frameTable["RepetitionTime"] as readonly number[];
      const echoTimes = (one.frameTable["EchoTime"] ??
        repetitionTimes.map(() => 0)) as readonly number[];
      const frames = (value: number) =>
        `( ${one.frameCount} )\n${repetitionTimes.map(() => value).join(" ")}`;
      writeTabled(study, {
        version: one.version,
        examination: n + 1,
        processing: 1,
        visu: [
          base,
          {
            VisuUid: `( 65 )\n<1.2.3.${n + 1}>`,
            VisuCreatorVersion: `( 65 )\n<${one.version}>`,
            VisuExperimentNumber: String(n + 1),
            VisuCorePosition: `( ${slices}, 3 )\n${positions.join(" ")}`,
            VisuCoreOrientation: `( ${slices}, 9 )\n${orientations.join(" ")}`,
            VisuCoreSlicePacksSlices: `( 1 )\n(0, ${slices})`,
            VisuCoreDataSlope: frames(0.5),
            VisuCoreDataOffs: frames(0),
            VisuAcqSequenceName: "( 40 )\n<Bruker:RAREVTR>",
          },
          one["visu_pars overrides"],
        ],
        method: [tables["method base"], one["method overrides"]],
        wordType: "int16",
        size: one.size,
        frames: one.frameCount,
        slope: () => 0.5,
        value: (frame, x) => {
          const { M0, T1ms } = tables.phantom.regions[Math.floor((3 * x) / one.size[0]!)]!;
          return (
            M0 *
            (1 - Math.exp(-repetitionTimes[frame]! / T1ms)) *
            Math.exp(-echoTimes[frame]! / t2Ms)
          );
        },
      });
    });
    result = await convert(study);
  });

  test.each(cases)(
    "$id: every frame has its repetition and echo time and its acquisition number",
    (one) => {
      const folder = result.folder(`${cases.indexOf(one) + 1}_1`);
      expect(numbersOf(folder, "00180080")).toEqual(
        (one.frameTable["RepetitionTime"] as number[]).map((value) => expect.closeTo(value, 9)),
      );
      expect(numbersOf(folder, "00180081")).toEqual(
        one.frameTable["EchoTime"] ?? new Array(one.frameCount).fill(one.TE[0]),
      );
      expect(numbersOf(folder, "00200012")).toEqual(one.frameTable["AcquisitionNumber"]);
    },
  );

  /** Medians of a map in each slice of the three regions, ms. */
  const regionsOf = (run: { readonly output: string }, ending: string, columns: number) => {
    const map = findMapFile(join(run.output, "maps"), ending);
    const third = columns / 3;
    return tables.phantom.regions.map((_, n) =>
      medianOfColumns(map, Math.ceil(n * third) + 2, Math.floor((n + 1) * third) - 2).map(
        (seconds) => 1000 * seconds,
      ),
    );
  };
  const codesOf = (run: { readonly output: string }): readonly string[] => {
    const summary = JSON.parse(readFileSync(join(run.output, "report/summary.json"), "utf8"));
    return (summary.warnings as { code: string }[]).map(({ code }) => code);
  };

  test.each(cases)(
    "$id: T1 is the true one in every slice; of several echo times the shortest is used, and said so",
    async (one) => {
      const run = await launchProgram("process-t1", result.folder(`${cases.indexOf(one) + 1}_1`));
      expect(run.exitCode, run.stderr).toBe(0);
      expect(codesOf(run).includes("W-FIRST-ECHO")).toBe(one.TE.length > 1);
      const found = regionsOf(run, "_T1map.nii.gz", one.size[0]!);
      tables.phantom.regions.forEach(({ T1ms }, n) => {
        for (const time of found[n]!) expect(Math.abs(time / T1ms - 1)).toBeLessThan(5e-3);
      });
    },
    120_000,
  );

  const twoContrasts = cases.filter(({ TE }) => TE.length > 1);
  test.each(
    twoContrasts.flatMap((one) => [
      { ...one, objects: "classic" },
      { ...one, objects: "enhanced" },
    ]),
  )(
    "$id, $objects: T2 and S0 are those of the longest repetition time, and said so",
    async (one) => {
      const place = `${cases.findIndex(({ id }) => id === one.id) + 1}`;
      const options = [`--objects=${one.objects}`, `--scans=${place}`];
      const converted = one.objects === "classic" ? result : await convert(study, ...options);
      const run = await launchProgram("process-t2", converted.folder(`${place}_1`));
      expect(run.exitCode, run.stderr).toBe(0);
      expect(codesOf(run)).toContain("W-LONGEST-TR");
      const times = regionsOf(run, "_T2map.nii.gz", one.size[0]!);
      const amplitudes = regionsOf(run, "_M0map.nii.gz", one.size[0]!);
      tables.phantom.regions.forEach(({ M0, T1ms }, n) => {
        for (const time of times[n]!) expect(Math.abs(time / t2Ms - 1)).toBeLessThan(5e-3);
        const recovered = M0 * (1 - Math.exp(-Math.max(...one.TR) / T1ms));
        for (const value of amplitudes[n]!)
          expect(Math.abs(value / 1000 / recovered - 1)).toBeLessThan(5e-3);
      });
    },
    120_000,
  );

  test.each(cases.filter(({ TE }) => TE.length === 1))(
    "$id: process-t2 refuses it and names process-t1",
    async (one) => {
      const run = await launchProgram("process-t2", result.folder(`${cases.indexOf(one) + 1}_1`));
      expect(run.exitCode).toBe(3);
      expect(run.stderr).toMatch(/^E-TE-CONSTANT: .*process-t1/);
    },
    120_000,
  );
});

interface TensorTables {
  readonly "visu_pars pdata/1": Readonly<
    Record<string, { text: string; value?: readonly number[] }>
  >;
  readonly "visu_pars pdata/2 (DTI maps)": Readonly<
    Record<string, { text: string; value?: readonly number[] }>
  >;
  readonly method: ParameterTable;
  readonly volumes: {
    readonly effectiveB: readonly number[];
    readonly nominalB: readonly number[];
    readonly directionLps: readonly (readonly number[] | null)[];
    readonly bMatrixLps_xx_xy_xz_yy_yz_zz: readonly (readonly number[])[];
  };
  readonly frameTable: FrameTable;
  readonly phantom: {
    readonly fibre: { mainDirectionLps: readonly number[]; FA: number; signal: readonly number[] };
    readonly isotropic: { signal: readonly number[] };
  };
}

/** The maps are the same in both, and stated with the first. */
const tensorMaps = (readTables("dtiepi_30dir") as TensorTables | undefined)?.[
  "visu_pars pdata/2 (DTI maps)"
];

const shells = (["dtiepi_30dir", "dtiepi_2x30dir_2shell"] as const).map((name) => ({
  name,
  tables: readTables(name) as TensorTables | undefined,
}));

describe.each(shells)("diffusion of $name", ({ tables: found }) => {
  describe.skipIf(found === undefined)("with a fibre in its left half", () => {
    const tables = found!;
    let result: Awaited<ReturnType<typeof convert>>;
    const volumeOf = (frame: number) =>
      tables.frameTable.groupIndexOfFrame["FG_DIFFUSION"]![frame]!;
    const [nx, ny, slices] = [128, 128, 5];

    beforeAll(async () => {
      const study = join(newFolder("synthetic-"), "study");
      const { fibre, isotropic } = tables.phantom;
      const frames = tables.volumes.effectiveB.length * slices;
      const slope = tables["visu_pars pdata/1"]["VisuCoreDataSlope"]!.value![0]!;
      writeTabled(study, {
        version: "360.3.6",
        examination: 14,
        processing: 1,
        // The slope of the file would leave few steps: signals of the phantom are smaller than those of the mouse.
        visu: [tables["visu_pars pdata/1"], { VisuCoreDataSlope: `( ${frames} )\n@${frames}*(1)` }],
        method: [tables.method],
        wordType: "int16",
        size: [nx, ny],
        frames,
        slope: () => 1,
        value: (frame, x) => (x < nx / 2 ? fibre : isotropic).signal[volumeOf(frame)]!,
      });
      expect(slope).toBeGreaterThan(1);
      const maps = tensorMaps!;
      const slopes = maps["VisuCoreDataSlope"]!.value!;
      writeTabled(study, {
        version: "360.3.6",
        examination: 14,
        processing: 2,
        visu: [tables["visu_pars pdata/1"], maps],
        method: [],
        wordType: "int32",
        size: [nx, ny],
        frames: slopes.length,
        slope: (frame) => slopes[frame]!,
        value: (frame, x, y) => slopes[frame]! * 2 ** 31 * 0.9 * ((x + y) / (nx + ny)),
      });
      result = await convert(study);
    }, 120_000);

    test("every volume has its effective b, its direction in the patient and its b-matrix", () => {
      const { effectiveB, directionLps, bMatrixLps_xx_xy_xz_yy_yz_zz: matrices } = tables.volumes;
      imagesOf(result.folder("14_1")).forEach((image, frame) => {
        const volume = volumeOf(frame);
        expect(image.numbers("00189087")[0]).toBeCloseTo(effectiveB[volume]!, 6);
        const direction = directionLps[volume];
        if (direction === null) expect(image.has("00189089")).toBe(false);
        else
          expect(image.numbers("00189089")).toEqual(
            direction!.map((value) => expect.closeTo(value, 8)),
          );
        const matrix = image.items("00189117")[0]!.items("00189601")[0]!;
        const elements = ["00189602", "00189603", "00189604", "00189605", "00189606", "00189607"];
        expect(elements.map((tag) => matrix.numbers(tag)[0])).toEqual(
          matrices[volume]!.map((value) => expect.closeTo(value, 6)),
        );
      });
    });

    test("the tensor of process-dwi has the true MD within 0.1 % and the fibre's direction within 0.1 degrees", async () => {
      const run = await launchProgram("process-dwi", result.folder("14_1"), ["--model=dti"]);
      expect(run.exitCode, run.stderr).toBe(0);
      const maps = join(run.output, "maps");
      for (const [from, to] of [
        [2, 62],
        [66, 126],
      ] as const) {
        for (const found of medianOfColumns(findMapFile(maps, "_MD.nii.gz"), from, to))
          expect(Math.abs(found / 7e-4 - 1)).toBeLessThan(1e-3);
      }
      for (const found of medianOfColumns(findMapFile(maps, "_FA.nii.gz"), 2, 62))
        expect(found).toBeCloseTo(tables.phantom.fibre.FA, 3);
      expect(
        fibreAngle(findMapFile(maps, "_V1.nii.gz"), tables.phantom.fibre.mainDirectionLps),
      ).toBeLessThan(0.1);
    }, 120_000);

    test("tensor maps are 23 series with the slopes of their own and little lost", () => {
      const maps = tensorMaps!;
      const slopes = maps["VisuCoreDataSlope"]!.value!;
      for (let element = 0; element < 23; element++) {
        const images = imagesOf(result.folder(`14_2_${element + 1}`));
        expect(images).toHaveLength(slices);
        images.forEach((image) => {
          const full = slopes[element * slices]! * 2 ** 31 * 0.9;
          const [slope = 1] = image.numbers("00281053");
          const [intercept = 0] = image.numbers("00281052");
          const value = image.bytes("7FE00010").readInt16LE(2 * (ny * nx - 1)) * slope + intercept;
          const expected = full * ((nx - 1 + ny - 1) / (nx + ny));
          expect(Math.abs(value - expected) / full).toBeLessThan(1 / 65535);
        });
      }
    });
  });
});

/** Median angle between the first eigenvector in the left half and a direction in the patient, degrees. */
function fibreAngle(path: string, directionLps: readonly number[]): number {
  const { grid, samples } = readSingleImage(path);
  const [nx, ny, nz] = grid.shape;
  const count = nx * ny * nz;
  // FSL's frame: along the axes of the file, the first one reversed where they are right-handed.
  const a = grid.affineLps;
  const axes = [0, 1, 2].map((c) => {
    const column = [a[c]!, a[4 + c]!, a[8 + c]!];
    return column.map((value) => value / Math.hypot(...column));
  });
  const [x, y, z] = axes as [number[], number[], number[]];
  const triple =
    x[0]! * (y[1]! * z[2]! - y[2]! * z[1]!) -
    x[1]! * (y[0]! * z[2]! - y[2]! * z[0]!) +
    x[2]! * (y[0]! * z[1]! - y[1]! * z[0]!);
  const expected = axes.map((axis, n) => {
    const along = axis.reduce((sum, value, i) => sum + value * directionLps[i]!, 0);
    return n === 0 && triple > 0 ? -along : along;
  });
  const angles: number[] = [];
  for (let v = 0; v < count; v++) {
    if (v % nx < 2 || v % nx >= 62) continue;
    const cosine = expected.reduce((sum, value, c) => sum + value * samples[v + c * count]!, 0);
    angles.push((Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI);
  }
  return medianOf(angles.filter(Number.isFinite));
}

interface SaturationTables {
  readonly "method block as found (PV 360.3.6, Off)": ParameterTable;
  readonly cases: readonly {
    readonly id: string;
    readonly family?: "SatTrans" | "MagTrans";
    readonly groups: readonly (readonly [string, number])[];
    readonly frameCount: number;
    readonly offsetListHz: readonly number[];
    readonly offsetHzOfFrame: readonly (number | null)[];
    readonly offsetPpmOfFrame: readonly (number | null)[];
    readonly expectedDictionary: Readonly<Record<string, string | number>>;
    readonly "method overrides": ParameterTable | string;
    readonly "visu_pars overrides": ParameterTable;
  }[];
  readonly phantom: { readonly values: Readonly<Record<string, number>> };
}

const saturation = readTables("cest_trains") as SaturationTables | undefined;

describe.skipIf(saturation === undefined || recovery === undefined)("saturation trains", () => {
  const tables = saturation!;
  const trains = (tables?.cases ?? []).filter(({ family }) => family !== undefined);
  let result: Awaited<ReturnType<typeof convert>>;

  /** Z-spectrum of the tables' phantom: water and an amide line at 3.5 ppm. */
  const z = (ppm: number) =>
    1 - 0.9 / (1 + (ppm / 1.2) ** 2) - 0.1 / (1 + ((ppm - 3.5) / 0.6) ** 2);

  beforeAll(async () => {
    const study = join(newFolder("synthetic-"), "study");
    const off = tables["method block as found (PV 360.3.6, Off)"];
    const [first] = trains;
    const other = (
      method: ParameterTable,
      frames: number,
    ): [ParameterTable, ParameterTable, readonly (number | null)[]] => [
      { ...method, PVM_RepetitionTime: "8000" },
      {
        ...first!["visu_pars overrides"],
        VisuCoreFrameCount: String(frames),
        VisuFGOrderDesc: `( 1 )\n(${frames}, <FG_CYCLE>, <>, 0, 0)`,
      },
      Array.from({ length: frames }, (_, n) => n / 10),
    ];
    const all: [ParameterTable, ParameterTable, readonly (number | null)[]][] = [
      ...trains.map((train): [ParameterTable, ParameterTable, readonly (number | null)[]] => [
        {
          ...(train.family === "MagTrans" ? { PVM_FrqWork: off["PVM_FrqWork"]! } : off),
          ...(train["method overrides"] as ParameterTable),
        },
        train["visu_pars overrides"],
        train.offsetPpmOfFrame,
      ]),
      // The last three, which are stated in words.
      other({ ...off, ...(first!["method overrides"] as ParameterTable) }, 20),
      other(off, 19),
      other({ ...off, PVM_SatTransOnOff: "On", PVM_SatTransType: "MTC" }, 19),
    ];
    all.forEach(([method, visu, ppm], n) => {
      const groups = [...String(visu["VisuFGOrderDesc"]).matchAll(/\((\d+), <(FG_\w+)>/g)];
      const slices = Number(groups.find((group) => group[2] === "FG_SLICE")?.[1] ?? 1);
      const base = recovery!["visu_pars base"];
      const frames = Number(visu["VisuCoreFrameCount"]);
      writeTabled(study, {
        version: trains[n]?.family === "MagTrans" ? "6.0.1" : "360.3.6",
        examination: n + 1,
        processing: 1,
        visu: [
          base,
          {
            VisuUid: `( 65 )\n<1.2.4.${n + 1}>`,
            VisuExperimentNumber: String(n + 1),
            VisuCoreSize: "( 2 )\n8 8",
            VisuCorePosition: `( ${slices}, 3 )\n${base["VisuCorePosition"]!.value!.slice(0, 3 * slices).join(" ")}`,
            VisuCoreOrientation: `( ${slices}, 9 )\n${base["VisuCoreOrientation"]!.value!.slice(0, 9 * slices).join(" ")}`,
            VisuCoreSlicePacksSlices: `( 1 )\n(0, ${slices})`,
            VisuCoreDataSlope: "( 1 )\n0.5",
            VisuCoreDataOffs: "( 1 )\n0",
            // The offsets in ppm are those of the frequency the tables were made with.
            ...(trains[n]?.family === "MagTrans"
              ? {
                  VisuCreatorVersion: "( 65 )\n<6.0.1>",
                  VisuAcqImagingFrequency: "300.319057478109",
                }
              : {}),
          },
          visu,
        ],
        method: [
          trains[n]?.family === "MagTrans"
            ? { ...method, PVM_FrqWork: "( 8 )\n300.319057478109 0 0 0 0 0 0 0" }
            : method,
        ],
        wordType: "int16",
        size: [8, 8],
        frames,
        slope: () => 0.5,
        value: (frame) => 15_000 * (ppm[frame] === null ? 1 : Math.max(0, z(ppm[frame] ?? 0))),
      });
    });
    result = await convert(study);
  }, 120_000);

  const tagOf = (name: string) => name.replace(/[(),]/g, "");

  test.each(trains)("$id: the dictionary, and the offset of every frame in Hz and ppm", (train) => {
    const images = imagesOf(result.folder(`${trains.indexOf(train) + 1}_1`));
    expect(images).toHaveLength(train.frameCount);
    images.forEach((image, frame) => {
      for (const [name, expected] of Object.entries(train.expectedDictionary)) {
        const tag = tagOf(name);
        if (typeof expected === "string") expect(image.texts(tag), name).toEqual([expected]);
        else expect(image.numbers(tag), name).toEqual([expect.closeTo(expected, 8)]);
      }
      const [hz, ppm] = [train.offsetHzOfFrame[frame]!, train.offsetPpmOfFrame[frame]!];
      if (hz === null) {
        expect(image.has("10611014")).toBe(false);
        return;
      }
      expect(image.numbers("10611014")).toEqual([expect.closeTo(hz, 7)]);
      expect(image.numbers("10611015")).toEqual([expect.closeTo(ppm, 5)]);
    });
  });

  test.each(trains)(
    "$id: the Z-spectrum read back is lowest at the water line, in each slice",
    (train) => {
      const images = imagesOf(result.folder(`${trains.indexOf(train) + 1}_1`));
      const spectra = new Map<string, { ppm: number; value: number }[]>();
      for (const image of images) {
        const [ppm] = image.numbers("10611015");
        if (ppm === undefined) continue;
        const place = image.numbers("00200032").join();
        const value = image.bytes("7FE00010").readInt16LE(0) * image.numbers("00281053")[0]!;
        spectra.set(place, [...(spectra.get(place) ?? []), { ppm, value }]);
      }
      const slices = train.groups.find(([id]) => id === "FG_SLICE")?.[1] ?? 1;
      expect(spectra.size).toBe(slices);
      for (const points of spectra.values()) {
        expect(new Set(points.map(({ ppm }) => ppm)).size).toBe(new Set(train.offsetListHz).size);
        const lowest = points.reduce((low, point) => (point.value < low.value ? point : low));
        expect(lowest.ppm).toBe(0);
      }
    },
  );

  test("a list that does not fit gives no offsets, and the report names both counts", () => {
    const images = imagesOf(result.folder(`${trains.length + 1}_1`));
    expect(images).toHaveLength(20);
    expect(images.some((image) => image.has("10611014"))).toBe(false);
    const remarks = readFileSync(join(result.output, "report/report.json"), "utf8");
    expect(remarks).toMatch(/19[^"]*20|20[^"]*19/);
  });

  test("the module switched off leaves no private group; one offset of magnetization transfer is no CEST", () => {
    const off = imagesOf(result.folder(`${trains.length + 2}_1`));
    expect(off.some((image) => image.has("10610010"))).toBe(false);
    const transfer = imagesOf(result.folder(`${trains.length + 3}_1`));
    expect(transfer.some((image) => image.has("10610010"))).toBe(false);
    expect(transfer[0]!.texts("00180021")).toContain("MTC");
  });

  test("a report lies beside the images", () => {
    expect(readdirSync(join(result.output, "report"))).toContain("report.json");
  });
});
