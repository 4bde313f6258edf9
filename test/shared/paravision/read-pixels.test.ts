import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openRawPixels } from "#shared/paravision/read-pixels.ts";

const folder = mkdtempSync(join(tmpdir(), "pixels-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Longer than a block, so that reads cross its border.
const size = 9 * 2 ** 20 + 17;
const bytes = Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, n) => n)));
const absolutePath = join(folder, "2dseq");
writeFileSync(absolutePath, bytes);

test("any stretch of a 2dseq is read as it is, in order or not", () => {
  const pixels = openRawPixels({ path: "2dseq", absolutePath, size });
  const stretch = fc.tuple(fc.nat(size - 1), fc.nat(2 ** 20), fc.boolean());
  let end = 0;
  fc.assert(
    fc.property(stretch, ([drawn, length, continued]) => {
      const offset = continued && end < size ? end : drawn;
      const count = Math.min(length, size - offset);
      const read = pixels.read(offset, count);
      expect(read.equals(bytes.subarray(offset, offset + count))).toBe(true);
      end = offset + count;
    }),
    { numRuns: 200, seed: 6 },
  );
  pixels.close();
});

test("a 2dseq that changed its length is an error of the data, not a short image", () => {
  expect(() => openRawPixels({ path: "2dseq", absolutePath, size: size + 1 })).toThrow(
    "changed its length",
  );
  const pixels = openRawPixels({ path: "2dseq", absolutePath, size });
  expect(() => pixels.read(size - 4, 8)).toThrow("changed its length");
  pixels.close();
  const missing = { path: "2dseq", absolutePath: join(folder, "none"), size };
  expect(() => openRawPixels(missing)).toThrow("cannot be read (ENOENT)");
});
