import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fingerprint } from "#test/acceptance/launch.ts";
import { group, slices, writeReconstruction } from "#test/phantom/paravision-study.ts";
import { forge } from "#test/phantom/zip-bytes.ts";
import { listPaths } from "../../bundle/folder-content.ts";
import { digest, inReport, runHere } from "./run-here.ts";

const base = mkdtempSync(join(tmpdir(), "mri2dicom-"));
const input = join(base, "in");
const study = join(input, "20240131_Smith_1");
let made = 0;
let output = "";
const fresh = () => join(base, `out-${++made}`);

beforeAll(async () => {
  const echoes = {
    groups: [group("FG_ECHO", 2, "VisuAcqEchoTime"), slices(3)],
    echoTimesMs: [10, 20],
  };
  await writeReconstruction(study, { examination: 5, ...echoes });
  await writeReconstruction(study, { examination: 6, wordType: "float32", slopes: 0.5 });
  await writeReconstruction(study, { examination: 7, bytes: new Uint8Array(0) });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  output = fresh();
});

const readReport = (name: string) => readFileSync(inReport(output, name), "utf8");
describe("convert", () => {
  test("writes every reconstruction, names what has no image, and leaves the raw data as they are", async () => {
    const before = fingerprint(input);
    const { partial, exitCode } = await runHere(output, input);
    expect([partial, exitCode]).toEqual([[], 0]);
    expect(fingerprint(input)).toBe(before);
    const report = JSON.parse(readReport("report.json"));
    expect(report.totals).toMatchObject({ converted: 2, leftOut: 1, failed: 0, images: 7 });
    const [{ reconstructions }] = report.studies;
    expect(reconstructions.map((one: { code: string }) => one.code)).toEqual([
      null,
      null,
      "empty-2dseq",
    ]);
    expect(reconstructions[0].sources.EchoTime).toMatch(/^VisuAcqEchoTime/);
    expect(readReport("conversion.tsv").split("\n")).toHaveLength(5);
    expect(existsSync(inReport(output, "PARTIAL"))).toBe(false);
  });

  test("the page shows a picture of each series and asks for nothing from outside", async () => {
    await runHere(output, input);
    const page = readReport("report.html");
    expect(page.match(/<img /g)).toHaveLength(2);
    expect(page).toContain("empty-2dseq");
    expect(page).not.toMatch(/(src|href)="(?!data:|https:\/\/doi\.org|\.\/)/);
  });

  test("a second run converts nothing, and gives the same bytes", async () => {
    await runHere(output, input);
    const first = digest(join(output, "dicom"));
    expect((await runHere(output, input)).exitCode).toBe(0);
    expect(digest(join(output, "dicom"))).toEqual(first);
    expect(JSON.parse(readReport("report.json")).totals).toMatchObject({
      converted: 0,
      current: 2,
    });
    const other = fresh();
    await runHere(other, input);
    expect(digest(join(other, "dicom"))).toEqual(first);
  });

  test("the report repeats byte for byte but for the run block", async () => {
    await runHere(output, input);
    const other = fresh();
    await runHere(other, input);
    for (const name of ["report.html", "report.json", "conversion.tsv", "status.json"]) {
      expect(readFileSync(inReport(other, name), "utf8"), name).toBe(readReport(name));
    }
  });

  test("results of other options are kept and named, until --overwrite", async () => {
    await runHere(output, input);
    const { exitCode, partial } = await runHere(
      output,
      input,
      "--b-value=nominal",
      "--body-part=SKULL",
    );
    expect(exitCode).toBe(1);
    expect(partial[0]).toContain("--overwrite replaces it");
    expect(readReport("PARTIAL")).toContain("--overwrite");
    expect((await runHere(output, input, "--body-part=SKULL", "--overwrite")).exitCode).toBe(0);
  });
});

describe("when something cannot be converted", () => {
  const broken = join(base, "broken/20240131_B_1");
  beforeAll(async () => {
    await writeReconstruction(broken, { examination: 5 });
    await writeReconstruction(broken, { examination: 6, bytes: new Uint8Array(5) });
  });

  test.each([
    [[], 1],
    [["--partial=ok"], 0],
    [["--partial=fail"], 1],
  ] as const)("with %j the exit code is %d, and the rest is there", async (words, code) => {
    const { exitCode, partial } = await runHere(output, broken, ...words);
    expect(exitCode).toBe(code);
    expect(partial).toEqual([expect.stringContaining("6/1: size-mismatch")]);
    expect(readReport("PARTIAL")).toContain("size-mismatch");
    expect(JSON.parse(readReport("report.json")).totals.converted).toBe(1);
  });

  test("and nothing can, the exit code is 3 whatever is asked for, with a report", async () => {
    const { exitCode } = await runHere(output, broken, "--scans=6", "--partial=ok");
    expect(exitCode).toBe(3);
    expect(JSON.parse(readReport("status.json")).state).toBe("failed");
  });
});

describe("what is printed", () => {
  test("inspect lists everything with its verdict, and writes nothing", async () => {
    const { printed } = await runHere(output, "inspect", input);
    expect(printed).toContain("2 echoes × 3 slices");
    expect(printed).toMatch(/7\/1 .*empty-2dseq/);
    expect(printed).toContain("2 to convert, 1 without an image");
    const { studies } = JSON.parse(
      (await runHere(output, "inspect", input, "--format=json")).printed,
    );
    expect(studies[0].reconstructions.map((one: { verdict: string }) => one.verdict)).toEqual([
      ...["convert", "convert", "empty-2dseq"],
    ]);
    expect(existsSync(output)).toBe(false);
  });

  test("--dry-run says where files would be written, and what is there already", async () => {
    expect((await runHere(output, input, "--dry-run")).printed).toMatch(
      /dicom\/\S+\/5_1 .*6 images .*write/,
    );
    expect(existsSync(output)).toBe(false);
    await runHere(output, input, "--scans=5");
    const { items } = JSON.parse(
      (await runHere(output, input, "--dry-run", "--format=json")).printed,
    );
    expect(items.map((one: { action: string }) => one.action)).toEqual([
      "there already",
      "write",
      "cannot",
    ]);
  });

  test("verify finds nothing after a conversion, a flipped byte afterwards, and nothing to compare elsewhere", async () => {
    await runHere(output, input);
    expect(await runHere(output, "verify", input)).toMatchObject({ exitCode: 0, partial: [] });
    const [name = ""] = Object.keys(digest(join(output, "dicom")));
    const path = join(output, "dicom", name);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const { exitCode, printed } = await runHere(output, "verify", input);
    expect(exitCode).toBe(1);
    expect(printed).toContain(name.slice(1));
    expect((await runHere(fresh(), "verify", input)).exitCode).toBe(3);
  });

  test("of an archive is what is printed of its folders, before a conversion and after it", async () => {
    const archive = join(base, "20240131_Smith_1.zip");
    const files = listPaths(study).map((name) => ({
      name: `20240131_Smith_1/${name}`,
      bytes: readFileSync(join(study, name)),
    }));
    writeFileSync(archive, forge(files));
    const printed = async (from: string, ...words: string[]) => {
      const all = (await runHere(output, ...words, from, "--format=json")).printed;
      return JSON.parse(all.replaceAll("20240131_Smith_1.zip!/", "")) as Record<string, unknown>;
    };
    const verdictsOf = ({ items }: Record<string, unknown>) =>
      (items as { action: string }[]).map((one) => one.action);
    expect(await printed(archive, "inspect")).toEqual(await printed(input, "inspect"));
    expect(await printed(archive, "params")).toEqual(await printed(input, "params"));
    expect(verdictsOf(await printed(archive, "--dry-run"))).toEqual(["write", "write", "cannot"]);
    await runHere(output, input);
    expect(verdictsOf(await printed(archive, "--dry-run"))).toEqual([
      ...["there already", "there already", "cannot"],
    ]);
  });

  test("params has every parameter in the dimensions of its shape", async () => {
    const { printed } = await runHere(output, "params", input, "--scans=5/1");
    const { reconstructions } = JSON.parse(printed);
    expect(reconstructions).toHaveLength(1);
    const files = Object.entries<{ parameters: Record<string, unknown> }>(reconstructions[0].files);
    const visu = files.find(([path]) => path.endsWith("pdata/1/visu_pars"))?.[1].parameters;
    expect(visu?.["VisuAcqEchoTime"]).toEqual([10, 20]);
    expect(visu?.["VisuCorePosition"]).toHaveLength(3);
    expect(visu?.["VisuCorePosition"]).toMatchObject([{ length: 3 }, { length: 3 }, { length: 3 }]);
    expect(files).toHaveLength(5);
  });
});

describe("de-identified", () => {
  test("no file says the name of study, subject or person, and dates have moved", async () => {
    await runHere(output, input, "--de-identify", "--shift-days=-400");
    for (const path of Object.keys(digest(output))) {
      const text = readFileSync(join(output, path), "latin1");
      expect(/Smith|Mouse 01|20240131/.exec(path + text)?.[0], path).toBeUndefined();
    }
  });

  test("the log says no name either", async () => {
    const { logged, partial } = await runHere(output, input, "--de-identify");
    expect(logged + partial.join()).not.toMatch(/Smith|Mouse 01/);
  });

  test("a secret gives other UIDs than none, and the same every time", async () => {
    const file = join(base, "secret");
    writeFileSync(file, "tell nobody\n");
    const uid = async (...words: string[]) => {
      const place = fresh();
      await runHere(place, input, "--de-identify", "--scans=5", ...words);
      const report = JSON.parse(readFileSync(inReport(place, "report.json"), "utf8"));
      expect(JSON.stringify(report)).not.toContain("tell nobody");
      return report.studies[0].studyInstanceUID as string;
    };
    const [none, first, second] = [
      await uid(),
      await uid("--secret-file", file),
      await uid("--secret-file", file),
    ];
    expect(first).toBe(second);
    expect(first).not.toBe(none);
  });

  test("its options without it are an error, as is an empty secret", async () => {
    await expect(runHere(output, input, "--shift-days=3")).rejects.toMatchObject({
      code: "E-DE-IDENTIFY",
    });
    writeFileSync(join(base, "empty"), " \n");
    const words = ["--de-identify", "--secret-file", join(base, "empty")];
    await expect(runHere(output, input, ...words)).rejects.toMatchObject({ code: "E-SECRET" });
  });
});

describe("labels", () => {
  test("of one study for several are refused", async () => {
    await writeReconstruction(join(base, "two/20240131_A_1"), {
      examination: 1,
      uid: "1.2.3.1",
      study: { subjectId: "A" },
    });
    await writeReconstruction(join(base, "two/20240131_B_1"), {
      examination: 1,
      uid: "1.2.3.2",
      study: { subjectId: "B" },
    });
    const two = join(base, "two");
    await expect(runHere(output, two, "--subject=X")).rejects.toMatchObject({
      code: "E-ONE-STUDY",
    });
    const table = join(base, "labels.csv");
    writeFileSync(table, "study,subject,session\n20240131_A_1,SA,day1\nB,SB,day2\n");
    await runHere(output, two, "--mapping", table);
    expect(readdirSync(join(output, "dicom")).sort()).toEqual(["SA", "SB"]);
    expect(readdirSync(join(output, "dicom/SB"))).toEqual(["day2"]);
  });
});
