import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isProgramError } from "#shared/errors.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { smallDwi, weightingsOf } from "#test/acceptance/small-dwi.ts";
import { niftiOf, type ScanFiles } from "#test/acceptance/small-scan.ts";
import { runInMemory } from "#test/containers/process-dwi/run-in-memory.ts";
import { diffusionFiles, measurements } from "#test/phantom/diffusion-images.ts";
import { methodFile, visuFile } from "#test/phantom/paravision-files.ts";

// Files of a few bytes that ask for thousands of millions of values, and files with far more values than images.

const base = mkdtempSync(join(tmpdir(), "huge-tables-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const longestMs = 5000;
const many = 1_000_000;
const silent = diffusionFiles(() => ({}));
const method = methodFile(measurements.map(({ b, g = [0, 0, 0] }) => ({ bValue: b, vector: g })));
const manyNumbers = (line: string) => Buffer.from(`${line} `.repeat(many));
const replaced = (text: string, ...changes: readonly (readonly [RegExp, string])[]) =>
  Buffer.from(changes.reduce((changed, [from, to]) => changed.replace(from, to), text));
const effective = (values: string) =>
  replaced(method, [/(?<=EffBval=).*\n.*/, values], [/##\$PVM_Dw(NDiffExp|GradVec)=[^#]*/g, ""]);
const nifti = niftiOf("scan", smallDwi(weightingsOf(1, [500, 1000], [undefined])));

const inputs: Readonly<Record<string, () => ScanFiles>> = {
  "a million b-values in PVM_DwEffBval": () => ({
    ...silent,
    method: effective(`( ${many} )\n@${many}*(0)`),
  }),
  "a million different b-values in PVM_DwEffBval": () => ({
    ...silent,
    method: effective(`( ${many} )\n${Array.from({ length: many }, (_, n) => n % 5000).join(" ")}`),
  }),
  "a shape of 10^18 values": () => ({
    ...silent,
    method: effective("( 1000000000, 1000000000 )\n@999999999*(0)"),
  }),
  "a thousand million frames in another group": () => ({
    ...silent,
    method: Buffer.from(method),
    visu_pars: replaced(visuFile(2, measurements.length), [
      /\(2, <FG_SLICE>/,
      "(1000000000, <FG_ECHO>",
    ]),
  }),
  "a million frames in another group, twice": () => ({
    ...silent,
    method: Buffer.from(method),
    visu_pars: replaced(
      visuFile(2, measurements.length),
      [/\( 2 \)/, "( 3 )"],
      [/\(2, <FG_SLICE>/, "(1000000, <FG_ECHO>, <>, 0, 2) (1000000, <FG_CYCLE>"],
    ),
  }),
  "repetitions inside repetitions": () => ({
    ...silent,
    method: effective(`( ${2 ** 20} )\n${"@1024*(".repeat(2)}0${")".repeat(2)}`),
  }),
  "brackets a hundred thousand deep": () => ({
    ...silent,
    method: effective(`( 1 )\n${"(".repeat(100_000)}0${")".repeat(100_000)}`),
  }),
  "a million numbers in a bval file": () => ({
    ...nifti,
    "scan.bval": manyNumbers("1000"),
    "scan.bvec": Buffer.from(`${"1 ".repeat(many)}\n${"0 ".repeat(many)}\n${"0 ".repeat(many)}`),
  }),
  "a million rows in a bvec file": () => ({
    ...nifti,
    "scan.bval": Buffer.from("0 500 1000"),
    "scan.bvec": Buffer.from("1 0 0\n".repeat(many)),
  }),
  "a bval file of one endless word": () => ({
    ...nifti,
    "scan.bval": Buffer.alloc(8 * many, "7"),
  }),
};

test.each(Object.entries(inputs))("%s: a refusal, soon", async (name, files) => {
  const input = fillFolder(join(base, name.replaceAll(/\W/g, "-")), files());
  const before = process.memoryUsage.rss();
  const start = process.cpuUsage();
  const error: unknown = await runInMemory(input, "--mask=none", "--dicom=none").catch(
    (refusal: unknown) => refusal,
  );
  const { user, system } = process.cpuUsage(start);
  if (!isProgramError(error)) throw new Error(`${name} is not refused`, { cause: error });
  expect((user + system) / 1000).toBeLessThan(longestMs);
  expect(process.memoryUsage.rss() - before).toBeLessThan(1e9);
});

test("a million numbers in a file of --bvals are refused", async () => {
  const input = fillFolder(join(base, "given"), {
    ...silent,
    "many.bval": manyNumbers("1000"),
  });
  await expect(runInMemory(input, `--bvals=${join(input, "many.bval")}`)).rejects.toMatchObject({
    code: "E-BVAL",
  });
});
