import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { JcampValue } from "#shared/paravision/jcamp.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { brukerFolder } from "#test/reference/bruker-folder.ts";
import {
  mutate,
  randomIntegers,
  readBytes,
  realParameterFiles,
  samples,
} from "./paravision-mutations.ts";

// A damaged parameter file is read as far as it goes: no exception, no long wait, no memory to speak of, and what is returned is
// what it says it is.

/** Reads all of a file; the number of its parameters that were left out. */
function readAll(bytes: Uint8Array): number {
  const file = parseParameterFile(bytes, "visu_pars");
  if (isSkip(file)) {
    expect(file.skip).toBe("parse-error");
    return 0;
  }
  let values = 0;
  let left = 0;
  for (const name of file.names) {
    const parameter = file.get(name);
    if (parameter === undefined) {
      left++;
      if (!file.problems.some((problem) => problem.name === name)) {
        expect.fail(`${name} is left out, and nothing says why`);
      }
      continue;
    }
    const count = parameter.shape.reduce((product, size) => product * size, 1);
    if (parameter.values.length !== count) expect.fail(`${name} has not its shape`);
    if (parameter.values.length < 1000 && !parameter.values.every(isValue)) {
      expect.fail(`${name} has odd values`);
    }
    values += count;
  }
  expect(values).toBeLessThanOrEqual(16_000_000);
  for (const { line, text } of file.problems) {
    if (!(line >= 1 && line <= 1 + bytes.length && text !== "")) expect.fail(`line ${line}`);
  }
  return left;
}

function isValue(value: JcampValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" || value.every(isValue);
}

/** Mutates and reads; the slowest file, ms, and how many parameters were left out of all. */
function torment(sources: readonly Uint8Array[], runs: number, seed: number) {
  const random = randomIntegers(seed);
  let slowestMs = 0;
  let left = 0;
  for (let run = 0; run < runs; run++) {
    const bytes = mutate(sources[run % sources.length]!, random);
    const start = performance.now();
    left += readAll(bytes);
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  return { slowestMs, left };
}

test("10,000 damaged parameter files of our own are read as far as they go", () => {
  const memory = process.memoryUsage().rss;
  const { slowestMs, left } = torment(samples, 10_000, 20_261_122);
  // The damage is felt: else the mutations would be none.
  expect(left).toBeGreaterThan(1000);
  expect(slowestMs).toBeLessThan(2000);
  expect(process.memoryUsage().rss - memory).toBeLessThan(1.5 * 2 ** 30);
});

test.skipIf(!existsSync(brukerFolder))("and 4,000 of real ones", { timeout: 120_000 }, () => {
  const sources = realParameterFiles(brukerFolder).map(readBytes);
  const { slowestMs, left } = torment(sources, 4000, 7);
  expect(left).toBeGreaterThan(400);
  expect(slowestMs).toBeLessThan(2000);
});
