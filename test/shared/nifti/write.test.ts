import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeNifti, encodeNifti4D, encodeNiftiColours } from "#shared/nifti/write.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import { type Grid, lpsToRas, voxelCount } from "#shared/volume/grid.ts";
import type { Samples } from "#shared/volume/volume.ts";
import { askPython, hasNibabel, inFolder, readWithNibabel } from "./debian-tools.ts";

const grid: Grid = {
  shape: [5, 4, 3],
  affineLps: affineFromAxes(
    [0.3 * 0.96, 0.3 * 0.28, 0],
    [0.4 * -0.224, 0.4 * 0.768, 0.4 * 0.6],
    [1.5 * 0.168, 1.5 * -0.576, 1.5 * 0.8],
    [3, 4, 5],
  ),
  origin: "nifti",
};

const types: Record<string, Samples> = {
  float32: new Float32Array(60).map((_, n) => Math.fround(Math.sin(n))),
  uint8: new Uint8Array(60).map((_, n) => 4 * n),
  int16: new Int16Array(60).map((_, n) => 500 * (n - 30)),
  uint16: new Uint16Array(60).map((_, n) => 1000 * n),
  int32: new Int32Array(60).map((_, n) => 1e6 * (n - 30)),
};

describe("encodeNifti", () => {
  test.skipIf(!hasNibabel)("nibabel reads back values, affine and header of every type", () =>
    inFolder((folder) => {
      for (const [name, samples] of Object.entries(types)) {
        const options = { description: `Map ${name}`, calMin: 1, calMax: 99 };
        writeFileSync(
          join(folder, `${name}.nii`),
          encodeNifti({ grid, samples, unit: "s" }, options),
        );
      }
      const paths = Object.keys(types).map((name) => join(folder, `${name}.nii`));
      readWithNibabel(...paths).forEach((image, n) => {
        const [name, samples] = Object.entries(types)[n]!;
        expect(image).toMatchObject({
          shape: [5, 4, 3],
          dtype: name,
          values: [...samples],
          codes: [1, 1],
          descrip: `Map ${name}`,
          cal: [1, 99],
          xyzt: 2,
          sizeofHdr: 348,
        });
        expect(image.affine).toEqual(lpsToRas(grid.affineLps).map((v) => Math.fround(v) + 0));
        image.qform.forEach((value, entry) => {
          expect(value).toBeCloseTo(image.affine[entry]!, 6);
        });
      });
    }),
  );

  test.skipIf(!hasNibabel)("nibabel reads a long image as NIfTI-2", () =>
    inFolder((folder) => {
      const samples = Uint8Array.from({ length: 80_000 }, (_, n) => n % 251);
      const path = join(folder, "long.nii");
      const volume = {
        grid: { ...grid, shape: [40_000, 2, 1] as const },
        samples,
        unit: "1" as const,
      };
      writeFileSync(path, encodeNifti(volume, { description: "long" }));
      const [image] = readWithNibabel(path);
      expect(image).toMatchObject({ shape: [40_000, 2, 1], sizeofHdr: 540, descrip: "long" });
      expect(image!.values).toEqual([...samples]);
      image!.affine.forEach((value, entry) => {
        expect(value).toBeCloseTo(lpsToRas(grid.affineLps)[entry]!, 12);
      });
    }),
  );

  test("float64 samples are written as float32, NaN as NaN", () => {
    const samples = new Float64Array(60).fill(0.1);
    samples[7] = Number.NaN;
    const bytes = encodeNifti({ grid, samples, unit: "1" }, { description: "" });
    const written = new Float32Array(bytes.buffer, 352);
    expect(written[0]).toBe(Math.fround(0.1));
    expect(written[7]).toBeNaN();
    expect(new DataView(bytes.buffer).getInt16(70, true)).toBe(16);
  });

  test("the number of samples must be that of the grid", () => {
    const samples = new Uint8Array(voxelCount(grid) - 1);
    expect(() => encodeNifti({ grid, samples, unit: "1" }, { description: "" })).toThrow(
      "59 samples",
    );
  });
});

describe("several volumes", () => {
  const volumes = [0, 1, 2].map((n) => new Float32Array(60).map((_, v) => 100 * n + v));

  test.skipIf(!hasNibabel)("are one 4D image, volume after volume, without intent", () =>
    inFolder((folder) => {
      const path = join(folder, "vector.nii");
      writeFileSync(path, encodeNifti4D(grid, volumes, { description: "V1" }));
      const [image] = readWithNibabel(path);
      expect(image).toMatchObject({
        shape: [5, 4, 3, 3],
        dtype: "float32",
        values: volumes.flatMap((samples) => [...samples]),
        codes: [1, 1],
      });
      expect(image!.affine).toEqual(lpsToRas(grid.affineLps).map((v) => Math.fround(v) + 0));
      const script =
        "import sys, json, nibabel; print(json.dumps(nibabel.load(sys.argv[1]).header.get_intent()[0]))";
      expect(askPython(script, [path])).toBe("none");
    }),
  );

  test("each have the axes of a single one", () => {
    const dicom = { ...grid, origin: "dicom" } as const;
    const options = { description: "", acquisition3D: true };
    const whole = new Float32Array(encodeNifti4D(dicom, volumes, options).buffer, 352);
    volumes.forEach((samples, n) => {
      const one = encodeNifti({ grid: dicom, samples, unit: "1" }, options);
      expect(whole.subarray(60 * n, 60 * (n + 1))).toEqual(new Float32Array(one.buffer, 352));
    });
  });

  test("of another size than the grid are a bug", () => {
    const short = [volumes[0]!.subarray(1)];
    expect(() => encodeNifti4D(grid, short, { description: "" })).toThrow("59 samples");
  });
});

describe("colours", () => {
  const colours = Uint8Array.from({ length: 240 }, (_, n) => (n % 4 === 3 ? 255 : n));
  colours.fill(0, 8, 12);
  colours[9] = 77; // A colour that is transparent.

  test.skipIf(!hasNibabel)("are RGB24, black where there is none", () =>
    inFolder((folder) => {
      const path = join(folder, "colour.nii");
      writeFileSync(path, encodeNiftiColours(grid, colours, { description: "colFA" }));
      const script = `
import sys, json, numpy as np, nibabel
image = nibabel.load(sys.argv[1]); data = np.asarray(image.dataobj)
print(json.dumps([list(image.shape), int(image.header['datatype']), int(image.header['bitpix']),
  [[int(v[c]) for c in 'RGB'] for v in data.flatten(order='F')]]))`;
      const [shape, datatype, bits, values] = askPython(script, [path]) as [
        ...[number[], number, number],
        number[][],
      ];
      expect([shape, datatype, bits]).toEqual([[5, 4, 3], 128, 24]);
      values.forEach((rgb, v) => {
        const expected = v === 2 ? [0, 0, 0] : [...colours.subarray(4 * v, 4 * v + 3)];
        expect(rgb).toEqual(expected);
      });
    }),
  );

  test("have the axes of every other map", () => {
    const dicom = { ...grid, origin: "dicom" } as const;
    const red = Uint8Array.from({ length: 60 }, (_, v) => v + 1);
    const painted = Uint8Array.from({ length: 240 }, (_, n) => (n % 4 === 0 ? red[n >> 2]! : 255));
    const bytes = encodeNiftiColours(dicom, painted, { description: "" });
    const one = encodeNifti({ grid: dicom, samples: red, unit: "1" }, { description: "" });
    const reds = [...bytes.subarray(352)].filter((_, n) => n % 3 === 0);
    expect(reds).toEqual([...one.subarray(352)]);
  });
});
