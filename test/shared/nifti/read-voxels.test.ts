import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { allocateStored, openNifti, readVoxels } from "#shared/nifti/read-voxels.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { lpsToRas, voxelCount } from "#shared/volume/grid.ts";
import { askPython, hasNibabel, inFolder, readWithNibabel } from "./debian-tools.ts";

const affineLps = [0.1, 0, 0, 1, 0, 0.2, 0, 2, 0, 0, 0.9, 3, 0, 0, 0, 1];

const plain = (): Uint8Array =>
  encodeNifti(
    {
      grid: { shape: [7, 6, 5], affineLps, origin: "nifti" },
      samples: Int16Array.from({ length: 210 }, (_, n) => 100 * n - 9000),
      unit: "1",
    },
    { description: "" },
  );

async function read(path: string) {
  const nifti = await openNifti({ path: "a.nii", absolutePath: path });
  const { header } = nifti;
  const stored = allocateStored(header.datatype, voxelCount(header.grid) * header.volumes);
  const slots = Array.from({ length: header.volumes }, (_, n) => n);
  const sha256 = await readVoxels(nifti, stored, slots);
  return { header, stored, sha256 };
}

async function readBytes(bytes: Uint8Array) {
  return inFolder((folder) => {
    writeFileSync(join(folder, "a.nii"), bytes);
    return read(join(folder, "a.nii"));
  });
}

/** Files of every kind nibabel can write. */
const script = `
import sys, json, numpy as np, nibabel as nib
folder = sys.argv[1]; names = []
rng = np.random.default_rng(1)
c, s = np.cos(0.4), np.sin(0.4)
affine = np.array([[0.3*c, -0.4*s, 0, -3], [0.3*s, 0.4*c, 0, 4], [0, 0, -1.2, 5], [0, 0, 0, 1]])
def save(name, image):
    nib.save(image, '%s/%s' % (folder, name)); names.append(name)
for kind in ['uint8', 'int8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64']:
    values = rng.integers(0, 100, (5, 4, 3)).astype(kind)
    for order, cls in [('<', nib.Nifti1Image), ('>', nib.Nifti1Image), ('<', nib.Nifti2Image), ('>', nib.Nifti2Image)]:
        h = cls.header_class(endianness=order); h.set_data_dtype(np.dtype(kind).newbyteorder(order))
        save('%s_%s_%s.nii' % (kind, 'le' if order == '<' else 'be', cls.__name__), cls(values, affine, h))
values = rng.integers(0, 1000, (5, 4, 3, 6)).astype('int16')
save('four.nii.gz', nib.Nifti1Image(values, affine))
h = nib.Nifti1Header(); h.set_data_dtype('int16'); h['scl_slope'] = 0.25; h['scl_inter'] = -7
image = nib.Nifti1Image(values[..., 0] * 0.25 - 7, affine, h); image.header.set_slope_inter(0.25, -7); save('scaled.nii', image)
image = nib.Nifti1Image(values[..., 0], affine); image.set_sform(None, 0); image.set_qform(affine, 1); save('qform.nii', image)
image = nib.Nifti1Image(values[..., 0], None); save('none.nii', image)
image = nib.Nifti1Image(values[..., 0], affine)
image.header.extensions.append(nib.nifti1.Nifti1Extension('comment', b'x' * 5000)); save('extended.nii.gz', image)
print(json.dumps(names))
`;

describe.skipIf(!hasNibabel)("against nibabel", () => {
  test("every type, byte order, version, scaling and affine reads as nibabel reads it", () =>
    inFolder(async (folder) => {
      const paths = (askPython(script, [folder]) as string[]).map((name) => join(folder, name));
      expect(paths).toHaveLength(37);
      const theirs = readWithNibabel(...paths);
      for (const [n, path] of paths.entries()) {
        const { header, stored, sha256 } = await read(path);
        const their = theirs[n]!;
        const shape = [...header.grid.shape, ...(header.volumes > 1 ? [header.volumes] : [])];
        expect(shape, path).toEqual(their.shape);
        const values = Array.from(stored, (value) => value * header.slope + header.intercept);
        expect(values, path).toEqual(their.values);
        lpsToRas(header.grid.affineLps).forEach((value, entry) => {
          expect(value, `${path} ${entry}`).toBeCloseTo(their.affine[entry]!, 6);
        });
        expect(stored.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect(sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
      }
    }));
});

describe("reading", () => {
  test("gzipped or not, the samples are the same", async () => {
    const [a, b] = [await readBytes(plain()), await readBytes(gzipSync(plain()))];
    expect(a.stored).toEqual(b.stored);
    expect(a.stored[209]).toBe(11900);
  });

  test("a file cut short is refused by name, before anything is allocated when it is not packed", async () => {
    await expect(readBytes(plain().subarray(0, 700))).rejects.toMatchObject({
      code: "E-TRUNCATED",
      message: expect.stringContaining("a.nii"),
    });
    await expect(readBytes(gzipSync(plain().subarray(0, 700)))).rejects.toMatchObject({
      code: "E-TRUNCATED",
    });
    const packed = gzipSync(plain());
    await expect(readBytes(packed.subarray(0, packed.length - 20))).rejects.toMatchObject({
      code: "E-GZIP",
    });
  });

  test("a damaged packed file is refused", async () => {
    const packed = gzipSync(plain());
    packed[packed.length - 6]! ^= 0xff;
    await expect(readBytes(packed)).rejects.toMatchObject({ code: "E-GZIP" });
  });

  test("a header that claims terabytes is refused without allocating them", async () => {
    const claim = plain();
    const view = new DataView(claim.buffer);
    view.setInt16(40, 4, true);
    for (let axis = 1; axis <= 4; axis++) view.setInt16(40 + 2 * axis, 2000, true);
    await expect(readBytes(claim)).rejects.toMatchObject({ code: "E-TRUNCATED" });
    await expect(readBytes(gzipSync(claim))).rejects.toMatchObject({ code: "E-TRUNCATED" });
  });

  test("a gzip bomb behind a small header is stopped", async () => {
    const bomb = gzipSync(Buffer.concat([plain(), Buffer.alloc(64 << 20)]));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().rss;
    await expect(readBytes(bomb)).rejects.toMatchObject({ code: "E-NIFTI-SIZE" });
    expect(process.memoryUsage().rss - before).toBeLessThan(32 << 20);
  });

  test("a missing or unreadable file is named", async () => {
    const missing = { path: "gone.nii", absolutePath: "/nowhere/gone.nii" };
    await expect(openNifti(missing)).rejects.toMatchObject({
      code: "E-UNREADABLE",
      message:
        "gone.nii cannot be read (ENOENT). Check that it exists and that this user may read it.",
    });
  });
});
