import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { inReport, runHere } from "../containers/mri2dicom/run-here.ts";
import { writeReconstruction } from "../phantom/paravision-study.ts";
import { forge } from "../phantom/zip-bytes.ts";
import { newFolder } from "./launch.ts";

// What is no ParaVision data, or a file that never ends, in every place where a path can be given: refused at once, with words.

const limitMs = 5000;

let base: string;
let study: string;
beforeAll(async () => {
  base = newFolder("hostile-");
  study = join(base, "studies", "study");
  await writeReconstruction(study);
  execFileSync("mkfifo", [join(base, "pipe"), join(base, "pipe.zip")]);
});
afterEach(() => vi.unstubAllEnvs());

const output = () => join(newFolder("hostile-out-"), "out");

/** The code of the error that ends a run. */
async function refusal(...words: readonly string[]): Promise<string> {
  try {
    await runHere(output(), ...words);
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return "none";
}

describe("an input that is neither folder nor archive is refused", { timeout: limitMs }, () => {
  test.each(["pipe", "pipe.zip", "studies/study/1/pdata/1/2dseq", "studies/study/subject"])(
    "%s",
    async (name) => {
      expect(await refusal("convert", join(base, name))).toBe("E-INPUT-FOLDER");
    },
  );

  test("/dev/zero", async () => {
    expect(await refusal("convert", "/dev/zero")).toBe("E-INPUT-FOLDER");
  });
});

describe("a table of labels or a secret that cannot be read is wrong use", {
  timeout: limitMs,
}, () => {
  test.each(["/dev/zero", "/nonexistent", "/tmp"])("%s", async (path) => {
    expect(await refusal("convert", study, "--mapping", path)).toBe("E-MAPPING");
    expect(await refusal("convert", study, "--de-identify", "--secret-file", path)).toBe(
      "E-SECRET",
    );
  });

  test("a table with a quotation mark that is not closed", async () => {
    const table = join(base, "open.csv");
    writeFileSync(table, 'study,subject\nstudy,"X\n');
    expect(await refusal("convert", study, "--mapping", table)).toBe("E-MAPPING");
    writeFileSync(table, 'study,subject\n"study,X\n');
    expect(await refusal("convert", study, "--mapping", table)).toBe("E-MAPPING");
  });
});

test.each(["0", "9-1", "5/0", "3,9-7"])("there are no scans %s", async (scans) => {
  expect(await refusal("convert", study, "--scans", scans)).toBe("E-OPTION");
});

test("a run that prints needs no folder for temporary files, but for archives", async () => {
  vi.stubEnv("TMPDIR", "/proc");
  const { printed } = await runHere("", "inspect", study);
  expect(printed).toContain("protocol 1");
});

test("a folder whose name is not UTF-8 is told of in words that help", async () => {
  const folder = join(base, "latin");
  mkdirSync(folder);
  const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
  mkdirSync(name);
  const out = output();
  const { exitCode } = await runHere(out, "convert", folder);
  expect(exitCode).toBe(3);
  expect(readFileSync(inReport(out, "conversion.tsv"), "utf8")).toContain("is not UTF-8: rename");
});

test("names of folders that move a cursor or lead elsewhere stay words in a report", async () => {
  const folder = join(base, "names");
  const names = ["new\nline", "\u001b[31mred", "-rf", "x..", "q'u\"o", "a\\b", "x".repeat(255)];
  for (const name of names) cpSync(study, join(folder, name), { recursive: true });
  const out = output();
  const { exitCode } = await runHere(out, "convert", folder);
  expect(exitCode).toBe(0);
  for (const name of readdirSync(join(out, "report"))) {
    const text = readFileSync(inReport(out, name), "utf8");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text, name).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  }
  expect(readdirSync(join(out, "dicom", "M01"))).toHaveLength(names.length);
});

test("an archive that leads out of its folder is left alone, the study beside it converted", async () => {
  const folder = join(base, "mixed");
  cpSync(study, join(folder, "study"), { recursive: true });
  writeFileSync(join(folder, "evil.zip"), forge([{ name: "../../evil/2dseq" }]));
  writeFileSync(join(folder, "cut.zip"), "PK\u0003\u0004");
  const out = output();
  const { exitCode } = await runHere(out, "convert", folder);
  expect(exitCode).toBe(1);
  const table = readFileSync(inReport(out, "conversion.tsv"), "utf8");
  expect(table).toContain("unsafe-archive");
  expect(table).toMatch(/cut\.zip is damaged/);
  expect(existsSync(join(out, "..", "evil"))).toBe(false);
});
