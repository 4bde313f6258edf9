import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { axisOrder, reorderGrid, reorderSamples } from "#shared/nifti/axis-order.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import { type Grid, type Vector3, voxelCentre, voxelCount } from "#shared/volume/grid.ts";
import {
  askPython,
  hasDcm2niix,
  hasNibabel,
  hasPydicom,
  inFolder,
  readWithNibabel,
} from "./debian-tools.ts";

interface Stack {
  readonly name: string;
  readonly row: Vector3;
  readonly column: Vector3;
  readonly shape: Vector3;
  /** Spacing of columns, rows and slices, mm. */
  readonly spacing: Vector3;
  readonly acquisition3D: boolean;
  readonly reverseFiles?: boolean;
}

const planes: Record<string, [Vector3, Vector3]> = {
  axial: [
    [1, 0, 0],
    [0, 1, 0],
  ],
  coronal: [
    [1, 0, 0],
    [0, 0, -1],
  ],
  sagittal: [
    [0, 1, 0],
    [0, 0, -1],
  ],
  "axial, turned by 180 degrees": [
    [-1, 0, 0],
    [0, -1, 0],
  ],
  "axial, rows and columns swapped": [
    [0, 1, 0],
    [1, 0, 0],
  ],
  "coronal, head down": [
    [1, 0, 0],
    [0, 0, 1],
  ],
  "sagittal from the other side": [
    [0, -1, 0],
    [0, 0, -1],
  ],
  "sagittal, head down": [
    [0, 1, 0],
    [0, 0, 1],
  ],
};

/** Directions of rows and columns after turning an axial plane by random angles (fixed sequence). */
function turned(seed: number): [Vector3, Vector3] {
  const angle = (n: number): number =>
    2 * Math.PI * ((Math.sin(seed * 12.9898 + n * 78.233) * 43758.5453) % 1);
  const [a, b, c] = [angle(1), angle(2), angle(3)];
  const column = (v: Vector3): Vector3 => {
    const x = [
      v[0] * Math.cos(a) - v[1] * Math.sin(a),
      v[0] * Math.sin(a) + v[1] * Math.cos(a),
      v[2],
    ] as const;
    const y = [
      x[0],
      x[1] * Math.cos(b) - x[2] * Math.sin(b),
      x[1] * Math.sin(b) + x[2] * Math.cos(b),
    ] as const;
    return [
      y[0] * Math.cos(c) + y[2] * Math.sin(c),
      y[1],
      -y[0] * Math.sin(c) + y[2] * Math.cos(c),
    ];
  };
  return [column([1, 0, 0]), column([0, 1, 0])];
}

function stacks(): Stack[] {
  const all: Stack[] = [];
  const add = (
    name: string,
    [row, column]: [Vector3, Vector3],
    rest: Pick<Stack, "shape" | "spacing">,
  ) => {
    for (const acquisition3D of [false, true]) {
      all.push({
        name: `${name}, ${acquisition3D ? "3D" : "2D"}`,
        row,
        column,
        ...rest,
        acquisition3D,
      });
    }
  };
  for (const [name, plane] of Object.entries(planes)) {
    add(name, plane, { shape: [6, 5, 4], spacing: [0.3, 0.4, 1.5] });
  }
  const axial = planes["axial"]!;
  add("single slice", axial, { shape: [6, 5, 1], spacing: [0.3, 0.4, 1.5] });
  all.push({ ...all[0]!, name: "axial, last slice sent first", reverseFiles: true });
  for (let seed = 1; seed <= 10; seed++) {
    const shape: Vector3 = seed % 2 === 0 ? [24, 7, 3] : [5, 9, 12];
    add(`oblique ${seed}`, turned(seed), {
      shape,
      spacing: seed % 3 === 0 ? [0.1, 0.1, 1] : [0.3, 0.2, 0.25],
    });
  }
  return all;
}

function gridOf(stack: Stack): Grid {
  const { row, column, spacing, shape } = stack;
  const normal: Vector3 = [
    row[1] * column[2] - row[2] * column[1],
    row[2] * column[0] - row[0] * column[2],
    row[0] * column[1] - row[1] * column[0],
  ];
  const scaled = (v: Vector3, by: number) => v.map((x) => x * by) as unknown as Vector3;
  const affineLps = affineFromAxes(
    scaled(row, spacing[0]),
    scaled(column, spacing[1]),
    scaled(normal, spacing[2]),
    [-10, 5, 7],
  );
  return { shape, affineLps, origin: "dicom" };
}

/** Writes one classic MR file per slice; the value of a voxel is its index in the grid. */
const dicomScript = `
import sys, json, numpy as np, pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
for s in json.load(open(sys.argv[1])):
    nx, ny, nz = s['shape']; a = np.array(s['affine']).reshape(4, 4)
    series, study, frame = generate_uid(), generate_uid(), generate_uid()
    for k in range(nz):
        ds = Dataset(); meta = FileMetaDataset(); ds.file_meta = meta
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.MediaStorageSOPClassUID = ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.4'
        meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = generate_uid()
        ds.is_little_endian = True; ds.is_implicit_VR = False
        ds.Modality = 'MR'; ds.Manufacturer = 'Bruker BioSpin MRI GmbH'; ds.PatientName = ds.PatientID = 'A'
        ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = study, series, frame
        ds.SeriesNumber = 3; ds.AcquisitionNumber = 1; ds.StudyID = '1'
        ds.InstanceNumber = nz - k if s['reverseFiles'] else k + 1
        ds.StudyDate = '20200101'; ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = '101010'
        ds.ImageType = ['ORIGINAL', 'PRIMARY', 'M']; ds.EchoTime = '10'; ds.RepetitionTime = '2000'
        ds.MRAcquisitionType = '3D' if s['acquisition3D'] else '2D'; ds.ScanningSequence = 'SE'; ds.SequenceVariant = 'NONE'
        step = [float(np.linalg.norm(a[:3, i])) for i in range(3)]
        ds.SliceThickness = ds.SpacingBetweenSlices = '%.8g' % step[2]
        ds.ImagePositionPatient = ['%.12g' % v for v in a[:3, 3] + k * a[:3, 2]]
        ds.ImageOrientationPatient = ['%.12g' % v for v in [*(a[:3, 0] / step[0]), *(a[:3, 1] / step[1])]]
        ds.PixelSpacing = ['%.8g' % step[1], '%.8g' % step[0]]; ds.Rows = ny; ds.Columns = nx
        ds.SamplesPerPixel = 1; ds.PhotometricInterpretation = 'MONOCHROME2'; ds.BitsAllocated = ds.BitsStored = 16
        ds.HighBit = 15; ds.PixelRepresentation = 0
        ds.PixelData = (np.arange(nx * ny) + k * nx * ny).astype('<u2').tobytes()
        ds.save_as('%s/%03d.dcm' % (s['folder'], k), write_like_original=False)
print('null')
`;

describe.skipIf(!(hasDcm2niix && hasNibabel && hasPydicom))("against dcm2niix", () => {
  test("a stack from DICOM is written voxel for voxel as dcm2niix converts it, affine included", () =>
    inFolder((folder) => {
      const all = stacks().map((stack, index) => ({
        stack,
        grid: gridOf(stack),
        at: join(folder, `${index}`),
      }));
      for (const { at } of all) mkdirSync(join(at, "in"), { recursive: true });
      const request = all.map(({ stack, grid, at }) => ({
        shape: grid.shape,
        affine: grid.affineLps,
        acquisition3D: stack.acquisition3D,
        reverseFiles: stack.reverseFiles ?? false,
        folder: join(at, "in"),
      }));
      writeFileSync(join(folder, "stacks.json"), JSON.stringify(request));
      askPython(dicomScript, [join(folder, "stacks.json")]);
      const theirs = all.map(({ at }) => {
        spawnSync("dcm2niix", ["-z", "n", "-f", "theirs", "-o", at, join(at, "in")]);
        return join(at, readdirSync(at).find((name) => name.endsWith(".nii")) ?? "none");
      });
      const ours = all.map(({ stack, grid, at }) => {
        const samples = Uint16Array.from({ length: voxelCount(grid) }, (_, index) => index);
        const options = { description: stack.name, acquisition3D: stack.acquisition3D };
        writeFileSync(join(at, "ours.nii"), encodeNifti({ grid, samples, unit: "1" }, options));
        return join(at, "ours.nii");
      });
      const images = readWithNibabel(...theirs, ...ours);
      all.forEach(({ stack }, index) => {
        const their = images[index]!;
        const our = images[all.length + index]!;
        expect(our.shape, stack.name).toEqual(their.shape);
        expect(our.values, stack.name).toEqual(their.values);
        our.affine.forEach((value, entry) => {
          expect(value, `${stack.name} affine ${entry}`).toBeCloseTo(their.affine[entry]!, 5);
        });
        expect(our.codes, stack.name).toEqual([1, 1]);
        // Half-turns lose half of the digits of float32 in NIfTI-1: a = sqrt(1 - b² - c² - d²).
        our.qform.forEach((value, entry) => {
          const difference = Math.abs(value - our.affine[entry]!);
          expect(difference, `${stack.name} qform ${entry}`).toBeLessThan(1e-3 * stack.spacing[2]);
        });
      });
    }));
});

const grid: Grid = {
  shape: [4, 3, 2],
  affineLps: affineFromAxes([0.1, 0.02, 0], [-0.02, 0.2, 0.03], [0, -0.05, 0.9], [-3, 4, 5]),
  origin: "dicom",
};

describe("order of axes", () => {
  test("a stack of a 2D acquisition keeps columns and slices and has its rows reversed", () => {
    expect(axisOrder(grid, false)).toEqual({ axes: [0, 1, 2], reversed: [false, true, false] });
  });

  test("a grid that came from NIfTI keeps its axes, whatever the acquisition", () => {
    for (const acquisition3D of [false, true]) {
      const order = axisOrder({ ...grid, origin: "nifti" }, acquisition3D);
      expect(order).toEqual({ axes: [0, 1, 2], reversed: [false, false, false] });
    }
  });

  test("each sample keeps its place in the patient, bit for bit", () => {
    const nan = new Uint32Array([0x7fc12345]);
    const samples = Float32Array.from({ length: 24 }, (_, index) => Math.fround(Math.exp(index)));
    samples[7] = new Float32Array(nan.buffer)[0]!;
    for (const acquisition3D of [false, true]) {
      const order = axisOrder(grid, acquisition3D);
      const target = reorderGrid(grid, order);
      const out = new Float32Array(24);
      reorderSamples(samples, grid.shape, order, out);
      const placed = new Map<string, number>();
      const visit = (
        of: Grid,
        values: Float32Array,
        see: (place: string, value: number) => void,
      ) => {
        for (let k = 0; k < of.shape[2]; k++)
          for (let j = 0; j < of.shape[1]; j++)
            for (let i = 0; i < of.shape[0]; i++) {
              const place = voxelCentre(of, [i, j, k]).map((v) =>
                (v + 0).toFixed(6).replace(/^-(0\.0+)$/, "$1"),
              );
              see(place.join(), values[i + of.shape[0] * (j + of.shape[1] * k)]!);
            }
      };
      visit(grid, samples, (place, value) => placed.set(place, value));
      expect(placed.size).toBe(24);
      visit(target, out, (place, value) => expect(value, place).toBe(placed.get(place)));
    }
  });
});
