import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeSegmentation, type SegmentationRequest } from "#shared/dicom/encode-segmentation.ts";
import { readSegmentation } from "#shared/roi/read-segmentation.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { askPython, hasPydicom, inFolder } from "#test/shared/nifti/debian-tools.ts";
import { hasDciodvfy, judge } from "./dicom-tools.ts";
import { exampleRegions, exampleSegments, someVoxels, unevenPlanes } from "./example-regions.ts";

function encode(change: Partial<SegmentationRequest> = {}): Uint8Array {
  const file = encodeSegmentation({ ...exampleRegions, ...change });
  if (file === undefined) throw new Error("no file");
  return file.bytes;
}

function read(bytes: Uint8Array): Promise<RoiCollection> {
  return inFolder((folder) => {
    const absolutePath = join(folder, "regions.dcm");
    writeFileSync(absolutePath, bytes);
    return readSegmentation({ path: "regions.dcm", absolutePath });
  });
}

/** Samples of the planes that were written, of each region that was read. */
function samplesOn(planes: PlaneStack, { rois }: RoiCollection): number[][] {
  return rois.map(({ shape }) => {
    if (shape.form !== "voxels") throw new Error("no voxels");
    const { origins, shape: size, rowStep, columnStep } = shape.planes;
    const [nx, ny] = planes.shape;
    const found: number[] = [];
    origins.forEach((origin, plane) => {
      const along = (step: readonly number[], from: readonly number[]) =>
        step.reduce((sum, s, axis) => sum + s * (origin[axis]! - from[axis]!), 0) /
        step.reduce((sum, s) => sum + s * s, 0);
      const distances = planes.origins.map((from) => {
        const [i, j] = [along(rowStep, from), along(columnStep, from)];
        return Math.hypot(
          ...origin.map((v, a) => v - from[a]! - i * rowStep[a]! - j * columnStep[a]!),
        );
      });
      const k = distances.indexOf(Math.min(...distances));
      expect(distances[k]).toBeLessThan(1e-5);
      const first = [
        Math.round(along(rowStep, planes.origins[k]!)),
        Math.round(along(columnStep, planes.origins[k]!)),
      ] as const;
      for (let at = 0; at < size[0] * size[1]; at++) {
        if (shape.shares[plane * size[0] * size[1] + at] === 0) continue;
        const [i, j] = [first[0] + (at % size[0]), first[1] + Math.floor(at / size[0])];
        found.push(i + nx * (j + ny * k));
      }
    });
    return found.sort((a, b) => a - b);
  });
}

describe.skipIf(!hasDciodvfy)("judged by dciodvfy (Debian package dicom3tools)", () => {
  test.each<[string, Partial<SegmentationRequest>]>([
    ["evenly spaced planes", {}],
    ["planes with a gap", { planes: unevenPlanes }],
    [
      "frames of a multi-frame object",
      {
        images: [1, 2, 3].map((frameNumber) => [
          { sopClassUID: "1.2.840.10008.5.1.4.1.1.4.1", sopInstanceUID: "1.2.3.4.9", frameNumber },
        ]),
      },
    ],
    [
      "no frame of reference, number or images",
      { frameOfReferenceUID: "", seriesNumber: undefined, images: [] },
    ],
  ])("regions on %s have neither errors nor warnings", async (_, change) => {
    expect(await judge(encode(change))).toEqual({ errors: [], warnings: [] });
  });

  test("a source without dates still gives an object without errors", async () => {
    expect((await judge(encode({ template: {} }))).errors).toEqual([]);
  });
});

describe("read back", () => {
  test.each([
    ["evenly spaced planes", exampleRegions.planes],
    ["planes with a gap", unevenPlanes],
  ])("regions on %s are the same, voxel by voxel", async (_, planes) => {
    const collection = await read(encode({ planes }));
    expect(samplesOn(planes, collection)).toEqual(exampleSegments.map(({ voxels }) => [...voxels]));
  });

  test("names, colours and identifiers are kept as far as DICOM can hold them", async () => {
    const { rois, ...collection } = await read(encode());
    expect(rois.map(({ number, name, colour }) => [number, name, colour])).toEqual([
      [1, "kidney", [228, 26, 28]],
      [2, "tumör / 1", undefined],
      [3, "Region 3", [0, 0, 0]],
      [4, "one voxel", [255, 255, 255]],
    ]);
    expect(rois[0]!.uid).toBe("1.2.3.99.1");
    expect(rois[1]!.uid).toMatch(/^2\.25\./);
    expect(collection).toMatchObject({
      name: "Regions of MSME",
      studyInstanceUID: "1.2.3",
      frameOfReferenceUID: "1.2.3.5",
      seriesInstanceUIDs: ["1.2.3.4"],
      equipment: { manufacturer: "XNAT-PIC", model: "mask-average", version: "0.1.0" },
    });
  });

  test("a series without frame of reference gets the one its maps get", async () => {
    const { frameOfReferenceUID } = await read(encode({ frameOfReferenceUID: "" }));
    expect(frameOfReferenceUID).toMatch(/^2\.25\./);
  });

  test("whatever the size of a plane, frames follow each other bit by bit", async () => {
    for (let nx = 1; nx <= 9; nx++) {
      const planes = { ...exampleRegions.planes, shape: [nx, 3, 3], grid: undefined } as const;
      const segments = [1, 2, 3].map((seed) => ({
        ...exampleSegments[0]!,
        voxels: someVoxels(seed, 0.7, nx * 9),
      }));
      const collection = await read(encode({ planes, segments }));
      expect(samplesOn(planes, collection)).toEqual(segments.map(({ voxels }) => [...voxels]));
    }
  });
});

test("the same regions give the same bytes, others other identifiers", () => {
  expect(encode()).toEqual(encode());
  const other = encode({ segments: exampleSegments.slice(0, 2) });
  expect(Buffer.compare(other, encode())).not.toBe(0);
});

test("without a template, a region or a voxel there is no object", () => {
  expect(encodeSegmentation({ ...exampleRegions, template: undefined })).toBeUndefined();
  expect(encodeSegmentation({ ...exampleRegions, segments: [] })).toBeUndefined();
  const empty = exampleSegments.map((segment) => ({ ...segment, voxels: new Uint32Array(0) }));
  expect(encodeSegmentation({ ...exampleRegions, segments: empty })).toBeUndefined();
});

test("of very many images each frame names the first only, the object all", async () => {
  const images = [1, 2, 3].map((plane) =>
    Array.from({ length: 9000 }, (_, image) => ({
      sopClassUID: "1.2.840.10008.5.1.4.1.1.4",
      sopInstanceUID: `1.2.3.${plane}.${image}`,
      frameNumber: 0,
    })),
  );
  const bytes = Buffer.from(encode({ images }));
  const count = (uid: string) => bytes.toString("latin1").split(uid).length - 1;
  expect(count("1.2.3.2.8999")).toBe(1);
  expect(count("1.2.3.2.0\0")).toBeGreaterThan(2);
  expect((await read(bytes)).rois).toHaveLength(4);
});

test("more regions than SegmentNumber can count are refused", () => {
  const segments = Array.from({ length: 65536 }, () => exampleSegments[3]!);
  expect(() => encodeSegmentation({ ...exampleRegions, segments })).toThrow(
    expect.objectContaining({ code: "E-SEG-COUNT", tag: "unsupported" }),
  );
});

const script = `
import sys, json, numpy as np, pydicom
d = pydicom.dcmread(sys.argv[1])
frames = d.pixel_array.reshape(int(d.NumberOfFrames), d.Rows, d.Columns)
out = []
for frame, group in zip(frames, d.PerFrameFunctionalGroupsSequence):
    derivation = group.DerivationImageSequence[0].SourceImageSequence
    out.append(dict(segment=int(group.SegmentIdentificationSequence[0].ReferencedSegmentNumber),
        index=[int(v) for v in group.FrameContentSequence[0].DimensionIndexValues],
        position=[float(v) for v in group.PlanePositionSequence[0].ImagePositionPatient],
        images=[s.ReferencedSOPInstanceUID for s in derivation],
        voxels=np.flatnonzero(frame).tolist()))
labels = [s.SegmentLabel for s in d.SegmentSequence]
print(json.dumps(dict(frames=out, labels=labels, overlap=d.SegmentsOverlap)))
`;

interface PydicomFrames {
  readonly frames: readonly {
    readonly segment: number;
    readonly index: number[];
    readonly position: number[];
    readonly images: string[];
    readonly voxels: number[];
  }[];
  readonly labels: string[];
  readonly overlap: string;
}

describe.skipIf(!hasPydicom)("read by pydicom", () => {
  test("frames hold the voxels, in the place and beside the images of their planes", async () => {
    const { frames, labels, overlap } = await inFolder((folder) => {
      writeFileSync(join(folder, "regions.dcm"), encode({ planes: unevenPlanes }));
      return askPython(script, [join(folder, "regions.dcm")]) as PydicomFrames;
    });
    expect(labels).toEqual(["kidney", "tumör / 1", "Region 3", "one voxel"]);
    expect(overlap).toBe("YES");
    const found = exampleSegments.map(() => [] as number[]);
    for (const { segment, index, position, images, voxels } of frames) {
      const plane = index[1]! - 1;
      expect(index[0]).toBe(segment);
      position.forEach((value, axis) => {
        expect(value).toBeCloseTo(unevenPlanes.origins[plane]![axis]!, 9);
      });
      expect(images).toEqual(
        exampleRegions.images[plane]!.map(({ sopInstanceUID }) => sopInstanceUID),
      );
      found[segment - 1]!.push(...voxels.map((voxel) => voxel + plane * 77));
    }
    expect(found).toEqual(exampleSegments.map(({ voxels }) => [...voxels]));
  });
});
