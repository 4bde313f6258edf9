import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type ConvertedRun, convertRaw } from "./converted.ts";
import { launchProgram, newFolder } from "./launch.ts";
import { parseInstance } from "./parse-instance.ts";
import { hasDcm2niix, hasNibabel } from "./peers.ts";

// The digital mouse as raw data, converted in both forms: the maps must be the same.

const xnatPic = fileURLToPath(new URL("../../xnat-pic", import.meta.url));
const hasPydicom =
  spawnSync("/usr/bin/python3", ["-c", "import pydicom"], { stdio: "ignore" }).status === 0;
const hasDciodvfy = spawnSync("dciodvfy", [], { stdio: "ignore" }).error === undefined;

/** Every map of a run, without compression, by its name. */
function readMaps(output: string): ReadonlyMap<string, Buffer> {
  const folder = join(output, "maps");
  const names = readdirSync(folder).filter((name) => name.endsWith(".nii.gz"));
  return new Map(
    names.map((name) => [
      // The name of a map begins with that of its scan.
      name.replace(/^.*?_(?=desc-|[^_]*\.nii\.gz$)/, ""),
      gunzipSync(readFileSync(join(folder, name))),
    ]),
  );
}

const readByPydicom = `
import json, sys, numpy, pydicom
d = pydicom.dcmread(sys.argv[1])
pixels = d.pixel_array
frames = []
for k, group in enumerate(d.PerFrameFunctionalGroupsSequence):
    shared = d.SharedFunctionalGroupsSequence[0]
    def find(name):
        return (group if name in group else shared)[name].value[0]
    frames.append({
        "position": [float(v) for v in find("PlanePositionSequence").ImagePositionPatient],
        "echoTime": float(find("MREchoSequence").EffectiveEchoTime),
        "slope": float(find("PixelValueTransformationSequence").RescaleSlope),
        "sum": int(pixels[k].astype(numpy.int64).sum()),
        "index": [int(v) for v in group.FrameContentSequence[0].DimensionIndexValues],
    })
print(json.dumps(frames))
`;

/** Shape, place and a digest of the real values of each image of a folder. */
const readByNibabel = `
import glob, hashlib, json, sys, nibabel, numpy
images = [nibabel.load(path) for path in glob.glob(sys.argv[1] + "/*.nii")]
out = []
for i in images:
    data = numpy.round(i.get_fdata(), 3)
    out.append({"shape": list(i.shape), "affine": numpy.round(i.affine, 4).ravel().tolist(), "digest": hashlib.sha256(data.tobytes()).hexdigest()})
print(json.dumps(sorted(out, key=lambda o: o["digest"])))
`;

describe("Enhanced MR of mri2dicom", () => {
  const runs = new Map<string, ConvertedRun>();

  beforeAll(async () => {
    const mouse = join(newFolder(), "mouse");
    execFileSync(xnatPic, ["sample-data", "--output", mouse], { stdio: "ignore" });
    const raw = join(mouse, "raw");
    for (const objects of ["classic", "enhanced"]) {
      runs.set(objects, await convertRaw(raw, `--objects=${objects}`));
    }
  });

  /** Folder and files of the scan whose protocol has this name. */
  function scanOf(objects: string, protocol: string) {
    const run = runs.get(objects)!;
    for (const { series = [], files = [], path } of run.reconstructions.values()) {
      const [first] = series;
      if (first === undefined || !path.endsWith("/pdata/1")) continue;
      const paths = files.map((file) => join(run.output, "dicom", file.path));
      if (parseInstance(paths[0]!).texts("00181030")[0] !== protocol) continue;
      return { folder: join(run.output, "dicom", first.folder), paths };
    }
    throw new Error(`no scan ${protocol}`);
  }

  const chains = [
    ["process-t2", "T2_map_MSME"],
    ["process-t1", "T1_map_RARE-VTR"],
    ["process-dwi", "DTI_SE-EPI_30dir"],
  ] as const;

  for (const [program, protocol] of chains) {
    test(`gives ${program} the maps of the classic images`, async () => {
      const maps: ReadonlyMap<string, Buffer>[] = [];
      for (const objects of ["classic", "enhanced"]) {
        const run = await launchProgram(program, scanOf(objects, protocol).folder, [
          "--dicom=none",
        ]);
        expect(run.exitCode, run.stderr).toBe(0);
        maps.push(readMaps(run.output));
      }
      const [classic, enhanced] = maps as [
        ReadonlyMap<string, Buffer>,
        ReadonlyMap<string, Buffer>,
      ];
      expect(classic.size).toBeGreaterThan(0);
      expect([...enhanced.keys()]).toEqual([...classic.keys()]);
      for (const [name, bytes] of classic) {
        expect(bytes.equals(enhanced.get(name)!), name).toBe(true);
      }
    });
  }

  test.skipIf(!hasDcm2niix || !hasNibabel)(
    "becomes the images of the classic form in dcm2niix",
    () => {
      for (const protocol of ["T2_map_MSME", "DTI_SE-EPI_30dir"]) {
        const [classic, enhanced] = ["classic", "enhanced"].map((objects) => {
          const out = newFolder("dcm2niix-");
          const { folder } = scanOf(objects, protocol);
          spawnSync("dcm2niix", ["-z", "n", "-b", "n", "-f", "image", "-o", out, folder]);
          return JSON.parse(
            execFileSync("/usr/bin/python3", ["-c", readByNibabel, out], { encoding: "utf8" }),
          ) as readonly { readonly affine: readonly number[] }[];
        }) as [
          readonly { readonly affine: readonly number[] }[],
          readonly { readonly affine: readonly number[] }[],
        ];
        expect(classic.length, protocol).toBeGreaterThan(0);
        expect(enhanced, protocol).toEqual(classic);
      }
    },
  );

  test.skipIf(!hasPydicom)("is read by pydicom, frame by frame, as the classic files are", () => {
    const { paths } = scanOf("enhanced", "T2_map_MSME");
    expect(paths).toHaveLength(1);
    const frames = JSON.parse(
      execFileSync("/usr/bin/python3", ["-c", readByPydicom, paths[0]!], { encoding: "utf8" }),
    ) as readonly {
      readonly position: readonly number[];
      readonly echoTime: number;
      readonly slope: number;
      readonly sum: number;
      readonly index: readonly number[];
    }[];
    const classic = scanOf("classic", "T2_map_MSME").paths.map((path) => {
      const item = parseInstance(path);
      const pixels = item.bytes("7FE00010");
      let sum = 0;
      for (let at = 0; at < pixels.length; at += 2) sum += pixels.readInt16LE(at);
      return {
        position: item.numbers("00200032"),
        echoTime: item.numbers("00180081")[0],
        slope: item.numbers("00281053")[0],
        sum,
      };
    });
    expect(frames.map(({ index: _index, ...frame }) => frame)).toEqual(classic);
    expect(new Set(frames.map(({ index }) => index.join())).size).toBe(frames.length);
  });

  test.skipIf(!hasDciodvfy)("misses nothing for dciodvfy but the absorption rate", () => {
    const run = runs.get("enhanced")!;
    const paths = [...run.reconstructions.values()].flatMap(({ files = [] }) =>
      files.map(({ path }) => join(run.output, "dicom", path)),
    );
    expect(paths.length).toBeGreaterThan(10);
    const errors = paths.flatMap((path) => {
      const { stderr } = spawnSync("dciodvfy", [path], { encoding: "utf8" });
      expect(stderr).toMatch(/^EnhancedMRImage$/m);
      return stderr.split("\n").filter((line) => line.startsWith("Error"));
    });
    expect(errors.filter((line) => !line.includes("<SpecificAbsorptionRateSequence>"))).toEqual([]);
  });
});
