import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memorySource } from "#shared/dicom/byte-source.ts";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { encodeFile } from "#shared/dicom/encode-file.ts";
import type { Frame } from "#shared/dicom/frame.ts";
import { describeInstance } from "#shared/dicom/read-instance.ts";
import { type WrittenKeyword, writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { type EnhancedFile, enhanceSeries } from "#shared/paravision/enhanced-series.ts";
import type { SeriesPlan } from "#shared/paravision/series-plan.ts";
import { echoImages, rawScan, seriesPlan } from "./enhanced-example.ts";

const scan = rawScan({
  VisuAcqEchoSequenceType: ["SpinEcho"],
  VisuAcqScanTime: [280_000],
  VisuAcqEncodingOrder: ["LinearEncoding", "LinearEncoding"],
});

function encode({ values, pixelBytes }: EnhancedFile): Uint8Array {
  return encodeFile(values, new Uint8Array(pixelBytes));
}

function framesOf(bytes: Uint8Array): readonly Frame[] {
  const instance = describeInstance(memorySource("a.dcm", bytes), "a.dcm");
  expect(instance?.problem).toBeUndefined();
  return instance!.frames;
}

/** What our own reader makes of the classic files of a plan. */
function classicFrames(plan: SeriesPlan): readonly Frame[] {
  const pixels = new Uint8Array(2 * plan.rows * plan.columns);
  return plan.images.flatMap(({ own }) => framesOf(encodeFile({ ...plan.shared, ...own }, pixels)));
}

/** What both forms must say alike; sources of values and the numbers of frames differ. */
function comparable(frame: Frame) {
  const { position, orientation, pixelSpacing, sliceThickness, spacingBetweenSlices } = frame;
  const { slope, intercept, part, derived, mapSign, contrasts, diffusion } = frame;
  // The group of repetition time and flip angle belongs to measured images.
  const values = Object.entries(contrasts)
    .filter(([name]) => !derived || !/^(RepetitionTime|FlipAngle)$/.test(name))
    .map(([name, found]) => [name, found?.value]);
  return {
    ...{ position, orientation, pixelSpacing, sliceThickness, spacingBetweenSlices },
    ...{ slope, intercept, part, derived, map: mapSign !== "", values: Object.fromEntries(values) },
    diffusion: diffusion && [diffusion.bValue?.value, diffusion.direction, diffusion.bMatrix],
  };
}

const diffusionImages: readonly AttributeValues[] = [0, 1, 2, 3].flatMap((volume) =>
  [0, 1].map((slice) => ({
    ImagePositionPatient: [-5, -4, 2 * slice],
    EchoTime: 20,
    AcquisitionNumber: volume + 1,
    DiffusionBValue: volume < 2 ? 24.7 : 2000 + volume,
    DiffusionDirectionality: volume < 2 ? "NONE" : "BMATRIX",
    ...(volume < 2
      ? {}
      : { DiffusionGradientOrientation: volume === 2 ? [1, 0, 0] : [0, 0.6, 0.8] }),
    MRDiffusionSequence: [
      {
        DiffusionBMatrixSequence: [
          {
            DiffusionBValueXX: 1000 * volume,
            DiffusionBValueXY: 1,
            DiffusionBValueXZ: 2,
            DiffusionBValueYY: 24.7,
            DiffusionBValueYZ: 3,
            DiffusionBValueZZ: 5,
          },
        ],
      },
    ],
  })),
);

const localizerImages: readonly AttributeValues[] = [
  [1, 0, 0, 0, 1, 0],
  [0, 1, 0, 0, 0, -1],
  [1, 0, 0, 0, 0, -1],
].map((orientation) => ({
  ImageOrientationPatient: orientation,
  ImagePositionPatient: [-5, -4, 3],
  EchoTime: 2.4,
}));

const cestImages: readonly AttributeValues[] = [-3003, 0, 3003].map((offset, n) => ({
  ImagePositionPatient: [-5, -4, 3],
  EchoTime: 1.335,
  TemporalPositionIdentifier: n + 1,
  NumberOfTemporalPositions: 3,
  CESTPrivateCreator: "CEST Creator",
  CESTMethod: "cestFISP",
  CESTSaturationOffsetHz: offset,
}));

const mapImages: readonly AttributeValues[] = [0, 1].map((slice) => ({
  ImageType: ["DERIVED", "PRIMARY", "T2 MAP"],
  ImagePositionPatient: [-5, -4, slice],
}));

const series: Readonly<Record<string, readonly AttributeValues[]>> = {
  echoes: echoImages,
  diffusion: diffusionImages,
  localizer: localizerImages,
  CEST: cestImages,
  map: mapImages,
};

const indicesOf = ({ values }: EnhancedFile): readonly unknown[] =>
  (values.PerFrameFunctionalGroupsSequence as readonly AttributeValues[]).map(
    (group) => (group.FrameContentSequence as readonly AttributeValues[])[0]?.DimensionIndexValues,
  );

const labelsOf = ({ values }: EnhancedFile): readonly unknown[] =>
  (values.DimensionIndexSequence as readonly AttributeValues[]).map(
    (item) => item.DimensionDescriptionLabel,
  );

/** The attribute of a tag. */
function keywordOf(tag: unknown): WrittenKeyword {
  const digits = (tag as number).toString(16).padStart(8, "0");
  const found = Object.entries(writtenAttributes).find(([, [own]]) => own.toLowerCase() === digits);
  return found![0] as WrittenKeyword;
}

describe("Enhanced MR", () => {
  for (const [name, images] of Object.entries(series)) {
    test(`of ${name} says to our own reader what the classic files say`, () => {
      const plan = seriesPlan(images);
      const found = enhanceSeries(scan, plan).flatMap((file) => framesOf(encode(file)));
      expect(found.map(comparable)).toEqual(classicFrames(plan).map(comparable));
      expect(found).toHaveLength(images.length);
    });
  }

  for (const [name, images] of Object.entries(series)) {
    test(`of ${name} has what its dimensions run along in the group they name, in every frame`, () => {
      for (const { values } of enhanceSeries(scan, seriesPlan(images))) {
        const itemsOf = (keyword: WrittenKeyword, from: AttributeValues = values) =>
          (from[keyword] ?? []) as readonly AttributeValues[];
        const [shared] = itemsOf("SharedFunctionalGroupsSequence");
        for (const { DimensionIndexPointer, FunctionalGroupPointer } of itemsOf(
          "DimensionIndexSequence",
        )) {
          const [attribute, group] = [DimensionIndexPointer, FunctionalGroupPointer].map(keywordOf);
          for (const own of itemsOf("PerFrameFunctionalGroupsSequence")) {
            const [item] = itemsOf(group!, { ...shared, ...own });
            expect(item, attribute).toHaveProperty(attribute!);
          }
        }
      }
    });
  }

  test("has stack, position and what varies as dimensions", () => {
    const [file] = enhanceSeries(scan, seriesPlan(echoImages));
    expect(labelsOf(file!)).toEqual(["Stack", "In-Stack Position", "Effective Echo Time"]);
    expect(indicesOf(file!)).toEqual([
      [1, 1, 1],
      [1, 1, 2],
      [1, 1, 3],
      [1, 2, 1],
      [1, 2, 2],
      [1, 2, 3],
    ]);
  });

  test("says which part of the complex signal a frame shows", () => {
    for (const component of ["PHASE", "REAL", "IMAGINARY"]) {
      const plan = seriesPlan(echoImages, {
        ImageType: ["ORIGINAL", "PRIMARY", "OTHER", component],
      });
      const [file] = enhanceSeries(scan, plan);
      expect(file!.values.ComplexImageComponent).toBe(component);
      expect(framesOf(encode(file!)).map(({ part }) => part)).toEqual(
        echoImages.map(() => component.toLowerCase()),
      );
    }
  });

  test("tells repeats of a measurement apart by their acquisition", () => {
    const [file] = enhanceSeries(scan, seriesPlan(diffusionImages));
    expect(labelsOf(file!)).toContain("Acquisition Number");
    expect(new Set(indicesOf(file!).map(String)).size).toBe(diffusionImages.length);
  });

  test("of several orientations is one file for each, as readers make one volume of a file", () => {
    const files = enhanceSeries(scan, seriesPlan(localizerImages));
    expect(files.map(({ images }) => images.map(({ frame }) => frame))).toEqual([[0], [1], [2]]);
    expect(files.map(indicesOf)).toEqual(Array(3).fill([[1, 1]]));
    expect(files.map(({ values }) => values.InstanceNumber)).toEqual([1, 2, 3]);
    expect(new Set(files.map(({ sopInstanceUID }) => sopInstanceUID)).size).toBe(3);
    expect(new Set(files.map(({ values }) => values.SeriesInstanceUID)).size).toBe(1);
  });

  test("takes orientations that differ in the last digit for one", () => {
    const tilted = [0, 1, 2].map((n) => ({
      ImagePositionPatient: [-5, -4, 2 * n],
      ImageOrientationPatient: [1, n === 1 ? -1e-9 : 0, 0, 0, 1, n * 1e-9],
    }));
    const files = enhanceSeries(scan, seriesPlan(tilted));
    expect(files.map(indicesOf)).toEqual([
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
    ]);
  });

  test("numbers slices along their normal, in whatever order they are stored", () => {
    const images = [4, 2, 0].map((z) => ({ ImagePositionPatient: [-5, -4, z] }));
    const [file] = enhanceSeries(scan, seriesPlan(images));
    expect(indicesOf(file!)).toEqual([
      [1, 3],
      [1, 2],
      [1, 1],
    ]);
  });

  test("has what all frames share once", () => {
    const { values } = enhanceSeries(scan, seriesPlan(echoImages))[0]!;
    const [shared] = values.SharedFunctionalGroupsSequence as readonly AttributeValues[];
    const [own] = values.PerFrameFunctionalGroupsSequence as readonly AttributeValues[];
    expect(Object.keys(own!).sort()).toEqual([
      "FrameContentSequence",
      "MREchoSequence",
      "PixelValueTransformationSequence",
      "PlanePositionSequence",
    ]);
    expect(shared).toHaveProperty("PlaneOrientationSequence");
    expect(Object.keys(shared!).filter((keyword) => keyword in own!)).toEqual([]);
  });

  test("has the position of every frame, also of repeats of a single slice", () => {
    const repeats = [1, 2, 3].map((n) => ({
      ImagePositionPatient: [-5, -4, 2],
      TemporalPositionIdentifier: n,
    }));
    const [{ values }] = enhanceSeries(scan, seriesPlan(repeats)) as [EnhancedFile];
    const groups = values.PerFrameFunctionalGroupsSequence as readonly AttributeValues[];
    expect(groups.map((group) => group.PlanePositionSequence)).toEqual(
      Array(3).fill([{ ImagePositionPatient: [-5, -4, 2] }]),
    );
  });

  test("of frames that are not square and partly stored transposed is one for each shape", () => {
    const shapes = echoImages.map((own, n) =>
      n % 2 === 0 ? { ...own, Rows: 3, Columns: 4 } : { ...own, Rows: 4, Columns: 3 },
    );
    const files = enhanceSeries(scan, seriesPlan(shapes));
    expect(
      files.map(({ values: { Rows, Columns, NumberOfFrames } }) => [Rows, Columns, NumberOfFrames]),
    ).toEqual([
      [3, 4, 3],
      [4, 3, 3],
    ]);
    expect(files.flatMap(({ images }) => images.map(({ frame }) => frame))).toEqual([
      0, 2, 4, 1, 3, 5,
    ]);
    expect(files.map(({ values }) => values.InstanceNumber)).toEqual([1, 2]);
    expect(new Set(files.map(({ sopInstanceUID }) => sopInstanceUID)).size).toBe(2);
    const uids = files.map(({ values }) => values.ConcatenationUID);
    expect(uids).toEqual([undefined, undefined]);
  });

  test("of more frames than a file holds is a concatenation of files that together have them all", () => {
    const files = enhanceSeries(scan, seriesPlan(echoImages), { frames: 4, bytes: 1000 });
    expect(files.map(({ images }) => images.length)).toEqual([4, 2]);
    expect(files.map(({ pixelBytes }) => pixelBytes)).toEqual([96, 48]);
    expect(files.map(({ values }) => values.ConcatenationFrameOffsetNumber)).toEqual([0, 4]);
    expect(new Set(files.map(({ values }) => values.ConcatenationUID)).size).toBe(1);
    expect(new Set(files.map(({ sopInstanceUID }) => sopInstanceUID)).size).toBe(2);
    const frames = files.flatMap((file) => framesOf(encode(file)));
    expect(frames.map(comparable)).toEqual(classicFrames(seriesPlan(echoImages)).map(comparable));
    const byBytes = enhanceSeries(scan, seriesPlan(echoImages), { frames: 100, bytes: 49 });
    expect(byBytes.map(({ images }) => images.length)).toEqual([2, 2, 2]);
  });

  test("is the same bytes for the same plan", () => {
    const [a, b] = [0, 1].map(() => encode(enhanceSeries(scan, seriesPlan(echoImages))[0]!));
    expect(Buffer.from(a!).equals(Buffer.from(b!))).toBe(true);
  });

  test("keeps the CEST attributes of each frame in a private functional group", () => {
    const { values } = enhanceSeries(scan, seriesPlan(cestImages))[0]!;
    const groups = values.PerFrameFunctionalGroupsSequence as readonly AttributeValues[];
    const offsets = groups.map(
      (group) => (group.CESTFrameSequence as readonly AttributeValues[])[0]?.CESTSaturationOffsetHz,
    );
    expect(offsets).toEqual([-3003, 0, 3003]);
    expect(groups.map((group) => group.CESTPrivateCreator)).toEqual(Array(3).fill("CEST Creator"));
    expect(values).not.toHaveProperty("CESTSaturationOffsetHz");
  });
});

const hasDciodvfy = spawnSync("dciodvfy", [], { stdio: "ignore" }).error === undefined;

describe.skipIf(!hasDciodvfy)("dciodvfy on Enhanced MR", () => {
  for (const [name, images] of Object.entries(series)) {
    test(`of ${name} misses nothing but the specific absorption rate, which nobody knows`, () => {
      const path = join(mkdtempSync(join(tmpdir(), "enhanced-")), "a.dcm");
      writeFileSync(path, encode(enhanceSeries(scan, seriesPlan(images))[0]!));
      const { stderr } = spawnSync("dciodvfy", [path], { encoding: "utf8" });
      expect(stderr).toMatch(/^EnhancedMRImage$/m);
      const errors = stderr.split("\n").filter((line) => line.startsWith("Error"));
      const unknown = errors.filter((line) => !line.includes("<SpecificAbsorptionRateSequence>"));
      expect(unknown).toEqual([]);
      expect(errors).toHaveLength(name === "map" ? 0 : 1);
      const warnings = stderr.split("\n").filter((line) => line.startsWith("Warning"));
      expect(
        warnings.filter((line) => !/Operating Mode>|is not present in standard/.test(line)),
      ).toEqual([]);
    });
  }
});
