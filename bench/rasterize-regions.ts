import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compressNifti } from "#shared/nifti/compress-nifti.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { fillArea } from "#shared/roi/fill-area.ts";
import { placeRoi } from "#shared/roi/place-roi.ts";
import type { PlacedRoi } from "#shared/roi/placed-roi.ts";
import { readReference } from "#shared/roi/read-reference.ts";
import { readRtstruct } from "#shared/roi/read-rtstruct.ts";
import { contoursOnPlanes } from "#shared/roi/roi-on-planes.ts";
import { voxelCount } from "#shared/volume/grid.ts";

// node rasterize-regions.ts STRUCTURES IMAGES OUTPUT [masks]: reads a structure set and the headers of its series, rasterizes
// every region (mask and covered shares, or the mask only) and writes each mask as .nii.gz. Prints the milliseconds of
// each step; of rasterizing, those of the processor.

const [structures, images, output, what] = process.argv.slice(2) as [
  string,
  string,
  string,
  string?,
];
const pool = openPool(2, new URL("../shared/program/worker.ts", import.meta.url));
const begin = performance.now();
const collection = readRtstruct("structures.dcm", readFileSync(structures));
const readFile = performance.now();
const reference = await readReference(
  images,
  { collections: [collection], allowOtherSeries: false },
  pool,
);
const readImages = performance.now();
const { planes } = reference;
const { grid } = planes;
const options = { edge: "half-open" } as const;
let [rasterizing, voxels] = [0, 0];
let writing: Promise<void> = Promise.resolve();
if (grid === undefined) throw new Error("the series of the bench is evenly spaced");
const newMask = () => ({
  samples: new Uint8Array(new SharedArrayBuffer(voxelCount(grid))),
  set: new Uint32Array(0) as Uint32Array,
});
let [mask, packing] = [newMask(), newMask()];
for (const roi of collection.rois) {
  const start = cpuMs();
  const placed = placeRoi(roi, reference, { nested: "hole" });
  const found =
    what === "masks"
      ? fillSlices(placed)
      : contoursOnPlanes(placed, planes, planes, options).voxels;
  rasterizing += cpuMs() - start;
  voxels += found.length;
  // One mask is packed while the next is made; more would only take memory.
  const { samples } = mask;
  for (let n = 0; n < mask.set.length; n++) samples[mask.set[n]!] = 0;
  for (let n = 0; n < found.length; n++) samples[found[n]!] = 1;
  mask.set = found;
  const volume = { grid, samples, unit: "1" } as const;
  const packed = pool.run(compressNifti, {
    volume,
    options: { description: roi.name },
    runs: true,
  });
  await writing;
  writing = packed.then((bytes) => writeFileSync(join(output, `mask_${roi.number}.nii.gz`), bytes));
  [mask, packing] = [packing, mask];
}
await writing;
await pool.close();
console.log(
  JSON.stringify({
    readStructuresMs: readFile - begin,
    readImagesMs: readImages - readFile,
    rasterizingMs: rasterizing,
    voxels,
  }),
);

/** Processor time of this thread, ms: its wall time would be shared with the threads that pack. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The mask alone, on the series the outlines were drawn on. */
function fillSlices({ slices }: PlacedRoi): Uint32Array {
  const [columns, rows] = planes.shape;
  const filled = slices.map(({ area }) => fillArea(area, [columns, rows]));
  const all = new Uint32Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const [n, pixels] of filled.entries()) {
    const first = slices[n]!.plane * columns * rows;
    for (let i = 0; i < pixels.length; i++) all[at++] = first + pixels[i]!;
  }
  return all;
}
