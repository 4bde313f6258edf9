import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readSegmentation } from "#shared/roi/read-segmentation.ts";
import type { Roi, RoiCollection } from "#shared/roi/roi.ts";
import { encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { encodeRle } from "#test/phantom/rle.ts";
import {
  draw,
  type ElementChanges,
  type PhantomSegmentation,
  packValues,
  phantomPosition,
  segmentationElements,
} from "#test/phantom/segmentation-files.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";

function readBytes(bytes: Uint8Array): Promise<RoiCollection> {
  return inFolder((folder) => {
    const absolutePath = join(folder, "seg.dcm");
    writeFileSync(absolutePath, bytes);
    return readSegmentation({ path: "seg.dcm", absolutePath });
  });
}

const read = (
  phantom: PhantomSegmentation,
  changes: ElementChanges = {},
  options: FileOptions = {},
) => readBytes(encodeDicom(segmentationElements(phantom, changes, options.writing), options));

function voxels({ shape }: Roi) {
  if (shape.form !== "voxels") throw new Error("no voxels");
  return shape;
}

/** What a region holds, as a picture for each plane: columns and rows of its box, `#` for 1. */
const picture = (roi: Roi): string[] => {
  const { planes, shares } = voxels(roi);
  const [nx, ny] = planes.shape;
  return planes.origins.map((_, k) =>
    Array.from({ length: ny }, (_row, j) =>
      Array.from(shares.subarray((k * ny + j) * nx, (k * ny + j + 1) * nx), (share) =>
        share === 1 ? "#" : share === 0 ? "." : share.toFixed(2),
      ).join(""),
    ).join(" "),
  );
};

const first = draw("..... .111. .1...");
const second = draw("..... ..1.. .11..");
const third = draw("1.... ..... ....1");

/** Frames of 15 bits, in no order; segments overlap in a plane; segment 3 has no frame. */
const binary: PhantomSegmentation = {
  type: "BINARY",
  columns: 5,
  rows: 3,
  bits: 1,
  frames: [
    { segment: 2, position: phantomPosition(4), values: third },
    { segment: 1, position: phantomPosition(2), values: second },
    { segment: 2, position: phantomPosition(0), values: first },
    { segment: 1, position: phantomPosition(0), values: first },
  ],
  segments: [
    [1, "tumör"],
    [2, "kidney"],
    [3, "nothing"],
  ],
};

const expectBinary = ({ rois }: RoiCollection) => {
  expect(rois.map(picture)).toEqual([
    ["### #..", ".#. ##."],
    ["..... .###. .#...", "#.... ..... ....#"],
    [],
  ]);
};

describe("a binary segmentation", () => {
  test("gives each segment in its box, on its planes, ascending", async () => {
    const collection = await read(binary);
    expectBinary(collection);
    const [one, two, three] = collection.rois.map((roi) => voxels(roi).planes);
    expect(one!.shape).toEqual([3, 2, 2]);
    // First column 1 and row 1: 0.25 mm along (0.6, 0, 0.8) and 0.5 mm along y from the corner of the plane.
    expect(one!.origins[0]).toEqual([-10 + 0.15, 3.5, 7.2]);
    expect(one).toMatchObject({ spacing: 2, thickness: 1.5, columnStep: [0, 0.5, 0] });
    expect(one!.grid?.shape).toEqual([3, 2, 2]);
    // Its planes are 4 mm apart, those of the object 2 mm.
    expect(two).toMatchObject({ spacing: 2, grid: undefined });
    expect(three).toMatchObject({ shape: [5, 3, 0], spacing: 2, grid: undefined });
  });

  test("says what it is called and what it belongs to", async () => {
    const { rois, sha256, ...rest } = await read(binary);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      kind: "SEG",
      path: "seg.dcm",
      name: "drawn by hand",
      uid: "1.2.3.4",
      equipment: { manufacturer: "Bytes", model: "", version: "" },
      studyInstanceUID: "1.2.3",
      frameOfReferenceUID: "1.2.3.6",
      seriesInstanceUIDs: ["1.2.3.5"],
      diagnostics: [],
    });
    expect(rois[0]).toMatchObject({ number: 1, name: "tumör", uid: "1.2.3.4.1" });
    // L* 53.23, a* 80.11, b* 67.22.
    expect(rois[0]!.colour).toEqual([255, 0, 0]);
  });

  test.each<[string, FileOptions]>([
    ["implicit", { writing: "implicit" }],
    ["implicit without header", { writing: "implicit", header: "none" }],
    ["big endian", { writing: "big endian" }],
    ["deflated", { writing: "deflated" }],
    ["delimited", { delimited: true }],
  ])("written %s is the same", async (_, options) => {
    expectBinary(await read(binary, {}, options));
  });

  test("in words of a big endian file is the same", async () => {
    const pixels = Buffer.from(
      packValues(
        binary.frames.flatMap(({ values }) => values),
        1,
      ),
    ).swap16();
    expectBinary(await read(binary, { "7FE00010": ["OW", pixels] }, { writing: "big endian" }));
  });

  test.each([
    ["deflated frames", "1.2.840.10008.1.2.8.1", (bytes: Uint8Array) => deflateRawSync(bytes)],
    ["uncompressed frames", "1.2.840.10008.1.2.1.98", (bytes: Uint8Array) => bytes],
  ])("of %s is the same: each begins at a byte", async (_, transferSyntaxUID, pack) => {
    const fragments = binary.frames.map(({ values }) => pack(packValues(values, 1)));
    const changes = { "7FE00010": ["OB", { table: [], fragments }] } as const;
    expectBinary(await read(binary, changes, { transferSyntaxUID }));
  });

  test.each([
    ["ISO_IR 100", "tum\xf6r"],
    ["ISO_IR 144", "\xdf\xde\xe7\xda\xd0"],
    ["ISO 2022 IR 13\\ISO 2022 IR 87", "\x1b$B?U\x1b(J"],
  ])("names its segments in the character set %s", async (characterSet, label) => {
    const bytes = Buffer.from(label, "latin1");
    const segments = [
      [
        ["00620004", "US", 1],
        ["00620005", "LO", bytes],
      ],
    ] as const;
    const { rois } = await read(
      { ...binary, frames: binary.frames.slice(1, 2) },
      { "00080005": ["CS", characterSet], "00620002": ["SQ", segments] },
    );
    const names = { "ISO_IR 100": "tumör", "ISO_IR 144": "почка" };
    expect(rois[0]!.name).toBe(names[characterSet as keyof typeof names] ?? "腎");
  });

  test("with its geometry in each frame is the same", async () => {
    expectBinary(await read({ ...binary, place: "per frame" }));
  });

  test("of one frame may leave out the number of frames, and functional groups", async () => {
    const single: PhantomSegmentation = {
      ...binary,
      frames: binary.frames.slice(3),
      segments: [[1, "one"]],
      place: "plain",
    };
    for (const changes of [{}, { "00280008": undefined, "52009230": undefined }]) {
      const { rois } = await read(single, changes);
      expect(rois.map(picture)).toEqual([["### #.."]]);
      // A single plane has its thickness for a spacing.
      expect(voxels(rois[0]!).planes).toMatchObject({ spacing: 1.5, thickness: 1.5 });
    }
  });

  test("with a segment twice in a plane joins both", async () => {
    const twice = binary.frames.map((frame) => ({
      ...frame,
      segment: 1,
      position: phantomPosition(0.001),
    }));
    const { rois } = await read({ ...binary, frames: twice });
    expect(rois.map(picture)).toEqual([["#.... .###. .##.#"], [], []]);
  });
});

describe("a fractional segmentation", () => {
  const fractional: PhantomSegmentation = {
    ...binary,
    type: "FRACTIONAL",
    bits: 8,
    frames: binary.frames.map((frame) => ({
      ...frame,
      values: frame.values.map((value) => value * (frame.segment === 1 ? 255 : 51)),
    })),
  };

  test("gives shares; all or nothing is no fraction", async () => {
    const { rois } = await read(fractional);
    expect(picture(rois[0]!)).toEqual(["### #..", ".#. ##."]);
    expect(picture(rois[1]!)[1]).toBe("0.20.... ..... ....0.20");
    expect(rois.map((roi) => voxels(roi).fractional)).toEqual([false, true, false]);
  });

  test("run-length encoded, as XNAT's viewer writes masks, is a mask", async () => {
    const whole = {
      ...fractional,
      frames: binary.frames.map((frame) => ({
        ...frame,
        values: frame.values.map((value) => value * 255),
      })),
    };
    const fragments = whole.frames.map(({ values }) => encodeRle(Uint8Array.from(values), 1));
    const changes = { "7FE00010": ["OB", { table: [], fragments }] } as const;
    const collection = await read(whole, changes, { transferSyntaxUID: "1.2.840.10008.1.2.5" });
    expectBinary(collection);
    expect(collection.rois.some((roi) => voxels(roi).fractional)).toBe(false);
  });

  test("above its largest value, or without one, is refused", async () => {
    const refused = { code: "E-SEG-FRACTION", tag: "input" };
    await expect(read(fractional, { "0062000E": ["US", 100] })).rejects.toMatchObject(refused);
    await expect(read(fractional, { "0062000E": undefined })).rejects.toMatchObject(refused);
  });
});

describe("a label map", () => {
  const labelMap: PhantomSegmentation = {
    type: "LABELMAP",
    columns: 5,
    rows: 3,
    bits: 16,
    frames: [
      { position: phantomPosition(0), values: draw("..p.. .1b1. .1...", { b: 700, p: 9 }) },
      { position: phantomPosition(2), values: draw("ppppp ppppp ppppb", { b: 700, p: 9 }) },
    ],
    segments: [
      [0, "background"],
      [1, "liver"],
      [9, "padding"],
      [700, "kidney"],
    ],
  };
  const padding: ElementChanges = { "00280120": ["US", 9] };

  test("gives its labels, but neither background nor padding", async () => {
    const { rois } = await read(labelMap, padding);
    expect(rois.map(({ number, name }) => [number, name])).toEqual([
      [1, "liver"],
      [700, "kidney"],
    ]);
    expect(picture(rois[0]!)).toEqual(["#.# #.."]);
    expect(picture(rois[1]!)).toEqual(["#.. ...", "... ..#"]);
  });

  test("of big endian words is the same", async () => {
    const { rois } = await read(labelMap, padding, { writing: "big endian" });
    expect(picture(rois[1]!)).toEqual(["#.. ...", "... ..#"]);
  });

  test("with a value that is no segment is refused", async () => {
    const segments = labelMap.segments.slice(0, 3);
    await expect(read({ ...labelMap, segments }, padding)).rejects.toThrow(
      "Frame 1 of seg.dcm refers to segment 700, but the object defines segments 0, 1, 9.",
    );
  });
});

describe("what contradicts itself is refused with what was found", () => {
  const moved = (change: (frame: number) => readonly number[]) => ({
    ...binary,
    frames: binary.frames.map((frame, index) => ({ ...frame, position: change(index) })),
  });
  test.each<[string, string, RegExp, PhantomSegmentation, ElementChanges]>([
    [
      "frames",
      "E-SEG-FRAMES",
      /holds 5 frames, but describes 4 .* hold 4/,
      binary,
      { "00280008": ["IS", "5"] },
    ],
    [
      "pixels",
      "E-SEG-FRAMES",
      /holds 4 frames, but describes 4 .* hold 1/,
      binary,
      { "7FE00010": ["OB", Buffer.alloc(2)] },
    ],
    [
      "more pixels",
      "E-SEG-PIXELS",
      /holds 20 bytes.* need 8/,
      binary,
      { "7FE00010": ["OB", Buffer.alloc(20)] },
    ],
    [
      "huge counts",
      "E-SEG-FRAMES",
      /holds 2000000000 frames/,
      binary,
      { "00280008": ["IS", "2000000000"] },
    ],
    [
      "huge frames",
      "E-SEG-PIXELS",
      /65535 x 65535/,
      binary,
      { "00280010": ["US", 65535], "00280011": ["US", 65535] },
    ],
    ["no rows", "E-SEG-PIXELS", /Rows .* is missing or 0/, binary, { "00280010": ["US", 0] }],
    ["words", "E-SEG-PIXELS", /of 32 bits/, binary, { "00280100": ["US", 32] }],
    ["no pixels", "E-SEG-PIXELS", /no pixel data/, binary, { "7FE00010": undefined }],
    ["no segments", "E-SEG-SEGMENT", /defines no segments/, binary, { "00620002": undefined }],
    [
      "a segment twice",
      "E-SEG-SEGMENT",
      /two segments with the number 1/,
      {
        ...binary,
        segments: [
          [1, "a"],
          [1, "b"],
        ],
      },
      {},
    ],
    [
      "an unknown segment",
      "E-SEG-SEGMENT",
      /Frame 1 .* segment 2, but .* segment 1 only/,
      { ...binary, segments: [[1, "a"]] },
      {},
    ],
    [
      "no segment",
      "E-SEG-SEGMENT",
      /Frame 1 .* no segment/,
      { ...binary, frames: binary.frames.map((frame) => ({ ...frame, segment: undefined })) },
      {},
    ],
    [
      "no place",
      "E-SEG-GEOMETRY",
      /does not say where its frames lie/,
      { ...binary, place: "nowhere" },
      {},
    ],
    [
      "tiles",
      "E-SEG-GEOMETRY",
      /Frame 2 .* 1 mm beside .* tiles/,
      moved((index) => [-10, 3 + index, 7]),
      {},
    ],
    ["a far place", "E-SEG-GEOMETRY", /lies at/, moved(() => [1e300, 0, 0]), {}],
    ["type", "E-SEG-CLASS", /type "SURFACE"/, binary, { "00620001": ["CS", "SURFACE"] }],
    [
      "class",
      "E-SEG-CLASS",
      /not a DICOM segmentation/,
      binary,
      { "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.4"] },
    ],
  ])("%s", async (_, code, message, phantom, changes) => {
    await expect(read(phantom, changes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("frames of several orientations", async () => {
    const elements = segmentationElements({ ...binary, place: "per frame" });
    const turned = elements.map(([tag, vr, value]) => {
      if (tag !== "52009230") return [tag, vr, value] as const;
      const frames = value as readonly (readonly (readonly [string, string, never])[])[];
      const last = frames
        .at(-1)!
        .map(([inner, innerVr, content]) =>
          inner === "00209116"
            ? ([inner, innerVr, [[["00200037", "DS", [1, 0, 0, 0, 1, 0]]]]] as const)
            : ([inner, innerVr, content] as const),
        );
      return [tag, vr, [...frames.slice(0, -1), last]] as const;
    });
    await expect(readBytes(encodeDicom(turned as never))).rejects.toMatchObject({
      code: "E-SEG-GEOMETRY",
      tag: "unsupported",
      message: expect.stringMatching(/^Frame 4 of seg.dcm has another orientation/),
    });
  });

  test("a file that is cut, or no DICOM file", async () => {
    const bytes = encodeDicom(segmentationElements(binary));
    await expect(readBytes(bytes.subarray(0, bytes.length - 4))).rejects.toMatchObject({
      code: "E-TRUNCATED",
    });
    await expect(readBytes(Buffer.from("x".repeat(500)))).rejects.toMatchObject({
      code: "E-SEG-CLASS",
    });
  });

  test("compressed frames that unfold to gigabytes", async () => {
    const side = 8000;
    const bomb: PhantomSegmentation = {
      ...binary,
      type: "FRACTIONAL",
      bits: 8,
      columns: side,
      rows: side,
    };
    const many = Array.from({ length: 64 }, (_, k) => ({
      segment: 1,
      position: phantomPosition(k),
      values: [],
    }));
    const fragments = many.map(() => Buffer.alloc(100));
    const bytes = encodeDicom(
      segmentationElements(
        { ...bomb, frames: many },
        { "7FE00010": ["OB", { table: [], fragments }] },
      ),
      { transferSyntaxUID: "1.2.840.10008.1.2.5" },
    );
    await expect(readBytes(bytes)).rejects.toMatchObject({ code: "E-REGION-SIZE" });
  });
});
