import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ConvertedRun, convertRaw, readSeries } from "./converted.ts";
import { fingerprint } from "./launch.ts";
import type { ParsedItem } from "./parse-instance.ts";
import {
  findRawDataset,
  rawDatasets,
  readStated,
  type StatedReconstruction,
  stageRawDataset,
  valueAt,
} from "./raw-datasets.ts";

// Every dataset of ParaVision against numbers computed from its files by other means (expected.json).

/** An image of the output and the frame of the 2dseq it must show. */
interface ImageOfFrame {
  readonly item: ParsedItem;
  readonly frame: number;
  readonly partition: number;
  readonly named: string;
}

const number = (item: ParsedItem, tag: string): number => item.numbers(tag)[0] ?? Number.NaN;
const text = (item: ParsedItem, tag: string): string => item.texts(tag).join("\\");

/** Images in the order of the frames; a map has the frames of its element. */
function pairFrames(run: ConvertedRun, stated: StatedReconstruction): readonly ImageOfFrame[] {
  const reported = run.reconstructions.get(stated.path)!;
  const { partitions = 1 } = stated.geometry;
  const { groupIndex } = stated.perFrame;
  const elements = groupIndex["FG_ISA"] ?? groupIndex["FG_DTI"];
  return readSeries(run, reported).flatMap(({ element, images }) => {
    const frames = Array.from({ length: stated.pixels!.frameCount }, (_, frame) => frame).filter(
      (frame) => element === undefined || elements?.[frame] === element,
    );
    expect(images).toHaveLength(frames.length * partitions);
    return images.map((item, place) => {
      const frame = frames[Math.floor(place / partitions)]!;
      const partition = place % partitions;
      return { item, frame, partition, named: `${stated.path} frame ${frame}, ${partition}` };
    });
  });
}

function expectNear(
  found: readonly number[],
  stated: readonly number[],
  named: string,
  within = 1e-6,
): void {
  const far =
    found.length !== stated.length || found.some((v, i) => !(Math.abs(v - stated[i]!) <= within));
  expect(far, `${named}: ${found.join(" ")}, not ${stated.join(" ")}`).toBe(false);
}

function sliceOf({ geometry }: StatedReconstruction, frame: number): number {
  const { sliceIndexOfFrame } = geometry;
  if (typeof sliceIndexOfFrame === "number") return sliceIndexOfFrame;
  return typeof sliceIndexOfFrame === "object" ? sliceIndexOfFrame[frame]! : frame;
}

function checkGeometry(stated: StatedReconstruction, image: ImageOfFrame): void {
  const { item, frame, partition, named } = image;
  const { geometry } = stated;
  expect([number(item, "00280010"), number(item, "00280011")], named).toEqual([
    geometry.rows,
    geometry.columns,
  ]);
  expectNear(item.numbers("00280030"), geometry.pixelSpacingMm, `${named} PixelSpacing`);
  expectNear(item.numbers("00180050"), [geometry.sliceThicknessMm], `${named} SliceThickness`);
  const slice = sliceOf(stated, frame);
  const plane = geometry.volume ?? geometry.slices![slice]!;
  expectNear(item.numbers("00200037"), plane.imageOrientationPatient, `${named} orientation`);
  const { partitionPositions: ends, partitions = 1 } = geometry;
  const position = ends
    ? ends.storedFirst.map(
        (first, axis) => first + ((ends.storedLast[axis]! - first) * partition) / (partitions - 1),
      )
    : plane.imagePositionPatient;
  expectNear(item.numbers("00200032"), position, `${named} position`);
  expect(text(item, "00181312"), `${named} phase direction`).toBe(
    plane.inPlanePhaseEncodingDirection,
  );
  const pack = geometry.packages?.find(
    ({ firstSlice, slices }) => slice >= firstSlice && slice < firstSlice + slices,
  );
  const spacing = geometry.partitionSpacingMm ?? pack?.spacingBetweenSlicesMm;
  if (spacing !== undefined && spacing > 0) {
    expectNear(item.numbers("00180088"), [spacing], `${named} spacing`, 1e-5);
  } else expect(item.has("00180088"), `${named} spacing`).toBe(false);
}

function checkContrast(stated: StatedReconstruction, { item, frame, named }: ImageOfFrame): void {
  const { EchoTime, RepetitionTime } = stated.perFrame;
  const echoTime = valueAt(EchoTime, frame);
  const repetitionTime = valueAt(RepetitionTime, frame);
  expectNear(item.numbers("00180081"), echoTime === null ? [] : [echoTime], `${named} TE`, 1e-9);
  expectNear(
    item.numbers("00180080"),
    repetitionTime === null ? [] : [repetitionTime],
    `${named} TR`,
    1e-7,
  );
}

/** Real values of the raw frame, and of the file: the same, or within half a step where 32 bits became 16. */
function checkPixels(stated: StatedReconstruction, image: ImageOfFrame, raw: Buffer): void {
  const { item, frame, partition, named } = image;
  const { wordType } = stated.pixels!;
  const { partitions = 1, rows, columns } = stated.geometry;
  const count = rows * columns;
  const first = (frame * partitions + partition) * count;
  const pixels = item.bytes("7FE00010");
  const slope = number(item, "00281053");
  const intercept = number(item, "00281052");
  const rawSlope = valueAt(stated.perFrame.slope, frame);
  const rawOffset = valueAt(stated.perFrame.offset, frame);
  if (wordType === "_16BIT_SGN_INT") {
    expect(pixels.equals(raw.subarray(2 * first, 2 * (first + count))), named).toBe(true);
    expect(Math.abs(slope / rawSlope - 1), `${named} slope`).toBeLessThan(1e-9);
    expect(intercept, named).toBeCloseTo(rawOffset, 9);
    return;
  }
  let worst = 0;
  for (let i = 0; i < count; i++) {
    const at = 4 * (first + i);
    const stored = wordType === "_32BIT_FLOAT" ? raw.readFloatLE(at) : raw.readInt32LE(at);
    const real = stored * rawSlope + rawOffset;
    worst = Math.max(worst, Math.abs(pixels.readInt16LE(2 * i) * slope + intercept - real));
  }
  expect(worst / slope, `${named} error in steps`).toBeLessThanOrEqual(0.5 + 1e-4);
}

function checkStated(stated: StatedReconstruction, { item, frame, named }: ImageOfFrame): void {
  const { storedMin, storedMax, sha256First16 } = stated.perFrame;
  if (storedMin === undefined || storedMax === undefined || sha256First16 === undefined) return;
  expect([number(item, "00280106"), number(item, "00280107")], named).toEqual([
    storedMin[frame],
    storedMax[frame],
  ]);
  const digest = createHash("sha256").update(item.bytes("7FE00010")).digest("hex").slice(0, 16);
  expect(digest, named).toBe(sha256First16[frame]);
}

/** Whole seconds: some versions state no fraction. */
const seconds = (time: string): string => time.slice(0, 6);

function checkPatient(stated: StatedReconstruction, { item, named }: ImageOfFrame): void {
  const { subject, dates, series } = stated;
  const found = {
    PatientPosition: text(item, "00185100"),
    AnatomicalOrientationType: text(item, "00102210"),
    PatientSex: text(item, "00100040"),
    birthDate: text(item, "00100030") || null,
    study: [text(item, "00080020"), seconds(text(item, "00080030"))],
    zone: text(item, "00080201") || null,
    studyUid: text(item, "0020000D"),
  };
  expect(found, named).toEqual({
    PatientPosition: subject.PatientPosition,
    AnatomicalOrientationType: subject.AnatomicalOrientationType,
    PatientSex: subject.PatientSex,
    birthDate: subject.birthDate,
    study: [dates.study.DA, seconds(dates.study.TM)],
    zone: dates.zoneOfOutput,
    studyUid: series.studyUid,
  });
  if (dates.series !== undefined) {
    expect(text(item, "00080021"), named).toBe(dates.series.DA);
    expect(seconds(text(item, "00080031")), named).toBe(seconds(dates.series.TM));
  }
  expectNear(
    item.numbers("00101030"),
    subject.weightKg > 0 ? [subject.weightKg] : [],
    `${named} kg`,
  );
}

function checkAcquisition(stated: StatedReconstruction, { item, named }: ImageOfFrame): void {
  const { FlipAngle, NumberOfAverages, ImagingFrequencyMHz, PixelBandwidthHz } = stated.acquisition;
  const pairs: readonly (readonly [string, string, unknown])[] = [
    ["FlipAngle", "00181314", FlipAngle],
    ["NumberOfAverages", "00180083", NumberOfAverages],
    ["ImagingFrequency", "00180084", ImagingFrequencyMHz],
    ["PixelBandwidth", "00180095", PixelBandwidthHz],
  ];
  for (const [keyword, tag, value] of pairs) {
    if (typeof value === "number")
      expectNear(item.numbers(tag), [value], `${named} ${keyword}`, 1e-6);
  }
}

function checkDiffusion(stated: StatedReconstruction, { item, frame, named }: ImageOfFrame): void {
  const { diffusion } = stated;
  if (diffusion === undefined) return;
  const volume = stated.perFrame.groupIndex["FG_DIFFUSION"]![frame]!;
  expectNear(item.numbers("00189087"), [diffusion.effectiveB[volume]!], `${named} b`, 1e-6);
  const direction = diffusion.directionLps[volume] ?? [];
  expectNear(item.numbers("00189089"), direction, `${named} direction`, 1e-6);
  const matrix = item.items("00189117")[0]?.items("00189601")[0];
  const tags = ["00189602", "00189603", "00189604", "00189605", "00189606", "00189607"];
  expectNear(
    tags.flatMap((tag) => matrix?.numbers(tag) ?? []),
    diffusion.bMatrixLps_xx_xy_xz_yy_yz_zz[volume]!,
    `${named} b-matrix`,
    1e-6,
  );
  // What the matrix must be for a fit: its trace is the b-value.
  const [xx = 0, , , yy = 0, , zz = 0] = tags.map((tag) => matrix?.numbers(tag)[0] ?? 0);
  expectNear([xx + yy + zz], item.numbers("00189087"), `${named} trace`, 1e-6);
}

function checkCest(stated: StatedReconstruction, { item, frame, named }: ImageOfFrame): void {
  const { cest } = stated;
  if (cest === undefined) {
    expect(item.has("10610010"), named).toBe(false);
    return;
  }
  const offset = valueAt(stated.perFrame.saturationOffsetHz!, frame);
  expectNear(item.numbers("10611014"), [offset], `${named} offset`, 1e-9);
  const ppm = cest.offsetsPpm[cest.offsetsHz.indexOf(offset)]!;
  expectNear(item.numbers("10611015"), [ppm], `${named} offset in ppm`, 1e-5);
  for (const [name, value] of Object.entries(cest.dictionary)) {
    const tag = name.replace(/\D/g, "");
    if (value === null) expect(item.has(tag), `${named} ${name}`).toBe(false);
    else if (typeof value === "string") expect(text(item, tag), `${named} ${name}`).toBe(value);
    else expectNear(item.numbers(tag), [value], `${named} ${name}`, 1e-6);
  }
}

for (const name of rawDatasets) {
  const folder = findRawDataset(name);
  describe.skipIf(folder === undefined)(`mri2dicom on ${name}`, () => {
    let raw = "";
    let before = "";
    let run: ConvertedRun;
    const all = folder === undefined ? [] : readStated(folder);
    const convertible = all.filter(({ expect: verdict }) => verdict !== "skip");
    const skipped = all.filter(({ expect: verdict }) => verdict === "skip");

    beforeAll(async () => {
      raw = stageRawDataset(folder!);
      before = fingerprint(raw);
      run = await convertRaw(raw);
    });

    test("leaves the raw data alone and knows every reconstruction", () => {
      expect(fingerprint(raw)).toBe(before);
      const reported = [...run.reconstructions.keys()];
      expect(reported.sort()).toEqual(all.map(({ path }) => path).sort());
    });

    test.skipIf(skipped.length === 0)("skips what is no image, saying why", () => {
      for (const { path, reason } of skipped) {
        const { status, code } = run.reconstructions.get(path)!;
        expect([path, status, code]).toEqual([path, "skipped", reason]);
      }
    });

    for (const stated of convertible) {
      test(`${stated.path} has the images that are stated`, () => {
        expect(run.reconstructions.get(stated.path)?.status).toBe("converted");
        const pixels = readFileSync(join(raw, stated.path, "2dseq"));
        const images = pairFrames(run, stated);
        expect(images).toHaveLength(stated.instances!);
        for (const image of images) {
          checkGeometry(stated, image);
          checkContrast(stated, image);
          checkPixels(stated, image, pixels);
          checkStated(stated, image);
          checkPatient(stated, image);
          checkAcquisition(stated, image);
          checkDiffusion(stated, image);
          checkCest(stated, image);
        }
      });
    }
  });
}
