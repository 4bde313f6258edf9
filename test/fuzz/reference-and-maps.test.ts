import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMaps } from "#shared/derivatives/read-maps.ts";
import { isProgramError } from "#shared/errors.ts";
import { compressGzip } from "#shared/nifti/gzip.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { readReference } from "#shared/roi/read-reference.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { classicImage, enhancedImage } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { damageBytes, damageElements, randomNumbers } from "./damage.ts";

// Damaged reference series and maps: each ends soon with planes and values, or with a ProgramError.

const cases = Number(process.env["FUZZ_CASES"] ?? 1000);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCase = 1000;
const memoryLimit = 600e6;

const pool = openPool(1, "");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fuzz-maps-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await pool.close();
});

const images = [...[0, 1, 3].map((k) => classicImage(k, 0)), enhancedImage(2)];
const map = encodeNiftiBytes({
  shape: [6, 5, 3, 2],
  type: "int16",
  value: (i, j, k, t) => i + j + k + t,
});
const sidecar = Buffer.from(
  '{"Units":"ms","Model":"x","Labels":{"1":"ok"},"Options":{"outside":"zero"}}',
);

function writeDicom(random: () => number): void {
  const damaged = Math.floor(random() * images.length);
  // The multi-frame object is a series of its own, and alone.
  const chosen = damaged === 3 ? [images[3]!] : images.slice(0, 3);
  chosen.forEach((elements, n) => {
    const isVictim = chosen.length === 1 || n === damaged;
    let elementsNow = elements;
    for (let round = 0; isVictim && round < 1 + random() * 3; round++) {
      elementsNow = damageElements(elementsNow, random);
    }
    const bytes = encodeDicom(elementsNow);
    writeFileSync(
      join(folder, `${n}.dcm`),
      isVictim && random() < 0.3 ? damageBytes(bytes, random) : bytes,
    );
  });
}

function writeNifti(random: () => number): void {
  const bytes = Buffer.from(map);
  // Most of the header is unused: what counts lies in these places.
  for (let n = 0; n < 1 + random() * 4; n++) {
    const at = [40, 70, 76, 108, 252, 254, 280][Math.floor(random() * 7)]!;
    bytes[at + Math.floor(random() * 16)] = Math.floor(random() * 256);
  }
  const damaged = random() < 0.4 ? damageBytes(bytes, random) : bytes;
  const packed = random() < 0.3 ? compressGzip(damaged) : damaged;
  writeFileSync(
    join(folder, "sub-1_T2map.nii.gz"),
    random() < 0.2 ? damageBytes(packed, random) : packed,
  );
  writeFileSync(join(folder, "sub-1_desc-stderr_T2map.nii.gz"), bytes);
  writeFileSync(join(folder, "sub-1_desc-status_dseg.nii"), damageBytes(map, random));
  writeFileSync(join(folder, "sub-1_T2map.json"), damageBytes(sidecar, random));
}

test("damaged inputs are read or refused, soon and in bounds", { timeout: 600_000 }, async () => {
  const before = process.memoryUsage().rss;
  let read = 0;
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const random = randomNumbers(seed);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const isNifti = seed % 3 === 0;
    if (isNifti) writeNifti(random);
    else writeDicom(random);
    const started = performance.now();
    try {
      let planes: PlaneStack | undefined;
      if (!isNifti) {
        const reference = await readReference(
          folder,
          { collections: [], allowOtherSeries: false },
          pool,
        );
        ({ planes } = reference);
        const { samples } = await reference.loadImage();
        expect(samples).toHaveLength(planes.shape[0] * planes.shape[1] * planes.shape[2]);
        expect(planes.origins.flat().every(Number.isFinite)).toBe(true);
        read++;
      }
      const volume = seed % 2 === 0 ? "all" : 1;
      const { maps } = await readMaps(
        [folder],
        { volume, assumeSameFov: true, reference: planes },
        pool,
      );
      for (const { planes: own, samples, status, standardErrors } of maps) {
        const voxels = own.shape[0] * own.shape[1] * own.shape[2];
        expect(own.origins).toHaveLength(own.shape[2]);
        for (const values of [samples, status?.codes, standardErrors]) {
          if (values !== undefined) expect(values).toHaveLength(voxels);
        }
      }
      read++;
    } catch (error) {
      if (!isProgramError(error)) throw new Error(`seed ${seed}`, { cause: error });
    }
    expect(performance.now() - started, `seed ${seed}`).toBeLessThan(longestCase);
  }
  expect(read).toBeGreaterThan(cases / 4);
  expect(process.memoryUsage().rss - before).toBeLessThan(memoryLimit);
});
