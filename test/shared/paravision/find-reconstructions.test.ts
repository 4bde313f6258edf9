import { symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Reconstruction, studyFolderName } from "#shared/paravision/reconstruction.ts";
import { find, newFolder, skips, treeOf } from "./raw-tree.ts";

const scan = (path: string, ...processings: readonly number[]) => [
  `${path}/acqp`,
  `${path}/method`,
  `${path}/visu_pars`,
  `${path}/fid`,
  `${path}/configscan`,
  ...processings.flatMap((n) =>
    ["2dseq", "visu_pars", "reco", "procs"].map((name) => `${path}/pdata/${n}/${name}`),
  ),
];
/** Paths and numbers; names of temporary folders are none of a test's business. */
const pathsOf = ({ studyName: _, ...file }: Reconstruction) =>
  Object.fromEntries(
    Object.entries(file).map(([key, value]) => [
      key,
      typeof value === "object" ? (value as { path: string }).path : value,
    ]),
  );

describe("reconstructions", () => {
  test("of a study have the parameter files of their examination and the subject", async () => {
    const folder = treeOf("subject", "ScanProgram.scanProgram", ...scan("5", 1));
    const { reconstructions, skipped, studies } = await find(folder);
    expect(reconstructions.map(pathsOf)).toEqual([
      {
        path: "5/pdata/1",
        study: "",
        examination: 5,
        processing: 1,
        images: "5/pdata/1/2dseq",
        visuPars: "5/pdata/1/visu_pars",
        method: "5/method",
        acqp: "5/acqp",
        reco: "5/pdata/1/reco",
        subject: "subject",
      },
    ]);
    expect(reconstructions[0]?.images).toEqual({
      path: "5/pdata/1/2dseq",
      absolutePath: join(folder, "5/pdata/1/2dseq"),
      size: 1,
    });
    expect(skipped).toEqual([]);
    expect(studies).toEqual([""]);
  });

  test("of a project come by study, then by numbers, not by letters", async () => {
    const folder = treeOf(
      ...["b/subject", ...scan("b/10", 10, 2, 1), ...scan("b/9", 1)],
      ...["a/subject", ...scan("a/1", 1)],
      ...scan("deep/er/c/3", 1),
    );
    const { reconstructions, studies } = await find(folder);
    expect(reconstructions.map(({ path }) => path)).toEqual([
      "a/1/pdata/1",
      "b/9/pdata/1",
      "b/10/pdata/1",
      "b/10/pdata/2",
      "b/10/pdata/10",
      "deep/er/c/3/pdata/1",
    ]);
    expect(studies).toEqual(["a", "b", "deep/er/c"]);
  });

  test("belong to the folder with subject, however far above", async () => {
    const folder = treeOf("s/subject", ...scan("s/scans/7", 1));
    const [found] = (await find(folder)).reconstructions;
    expect([found?.study, found?.subject?.path]).toEqual(["s", "s/subject"]);
  });

  test("lie in a flat folder, which has no numbers", async () => {
    const [found] = (await find(treeOf("x/2dseq", "x/visu_pars", "x/method"))).reconstructions;
    expect(pathsOf(found!)).toEqual({
      path: "x",
      study: "x",
      images: "x/2dseq",
      visuPars: "x/visu_pars",
      method: "x/method",
    });
    const [alone] = (await find(treeOf("2dseq", "visu_pars"))).reconstructions;
    expect([alone?.path, alone?.study]).toEqual(["", ""]);
  });

  test("of an examination with a name have no number of it", async () => {
    const [found] = (await find(treeOf(...scan("T1_FLASH", 2)))).reconstructions;
    expect(found).toMatchObject({ processing: 2, study: "" });
    expect(found?.method?.path).toBe("T1_FLASH/method");
    expect(found).not.toHaveProperty("examination");
  });

  test.each<[string, string]>([
    ["5", ".."],
    ["5/pdata", "../.."],
    ["5/pdata/1", "../../.."],
  ])("given by their folder %s know what lies above", async (below, study) => {
    const folder = treeOf("s/subject", "s/9/method", "s/9/acqp", ...scan("s/5", 1));
    const found = await find(join(folder, "s", below));
    expect(found.reconstructions).toMatchObject([{ study, examination: 5, processing: 1 }]);
    const [one] = found.reconstructions;
    expect(one?.subject?.absolutePath).toBe(join(folder, "s/subject"));
    expect(one?.method?.absolutePath).toBe(join(folder, "s/5/method"));
    expect(one?.images.absolutePath).toBe(join(folder, "s/5/pdata/1/2dseq"));
    expect(found.skipped).toEqual([]);
  });

  test("are found through a link that was given itself", async () => {
    const target = treeOf("subject", ...scan("5", 1));
    const link = join(newFolder(), "link");
    symlinkSync(target, link);
    expect((await find(link)).reconstructions).toHaveLength(1);
  });
});

describe("the name of a study", () => {
  test.each<[string, string, string]>([
    ["in a project", "", "20260105_101500_M01_1_1"],
    ["that is the input", "20260105_101500_M01_1_1", "20260105_101500_M01_1_1"],
    ["above the input", "20260105_101500_M01_1_1/5/pdata/1", "20260105_101500_M01_1_1"],
  ])("%s is that of its folder", async (_, input, name) => {
    const folder = treeOf(
      "20260105_101500_M01_1_1/subject",
      ...scan("20260105_101500_M01_1_1/5", 1),
    );
    const [found] = (await find(join(folder, input))).reconstructions;
    expect(studyFolderName(found!)).toBe(name);
  });

  test("is the last part of its path where nobody says more", () => {
    expect(studyFolderName({ study: "a/b" })).toBe("b");
  });
});

describe("what is no reconstruction", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["an examination without pdata", ["1/acqp", "1/method"], ["1: no-pdata"]],
    ["an empty pdata", ["1/acqp", "1/method", "1/visu_pars", "1/pdata/1/"], ["1: no-pdata"]],
    ["only a reco", ["1/acqp", "1/pdata/1/reco"], ["1/pdata/1: no-pdata"]],
    ["no visu_pars", ["1/acqp", "1/visu_pars", "1/pdata/1/2dseq"], ["1/pdata/1: no-visu-pars"]],
    ["no 2dseq", ["1/method", "1/pdata/1/visu_pars"], ["1/pdata/1: no-2dseq"]],
    ["a visu_pars alone", ["x/visu_pars"], ["x: no-2dseq"]],
    ["nothing", ["x/fid", "y/dicom/a.dcm", "AdjResult/1/acqp", ".hidden/2dseq"], []],
  ])("with %s is named", async (_, paths, expected) => {
    const found = await find(treeOf(...paths));
    expect(skips(found)).toEqual(expected);
    expect(found.reconstructions).toEqual([]);
  });

  test("with an empty 2dseq was aborted, also without visu_pars", async () => {
    const folder = treeOf(...scan("1", 1), "2/method", "2/pdata/1/2dseq");
    for (const n of [1, 2]) truncateSync(join(folder, `${n}/pdata/1/2dseq`));
    expect(skips(await find(folder))).toEqual(["1/pdata/1: empty-2dseq", "2/pdata/1: empty-2dseq"]);
  });

  test("says study and numbers, and leaves the others alone", async () => {
    const found = await find(treeOf("s/subject", ...scan("s/1", 1), "s/2/pdata/3/2dseq"));
    expect(found.skipped).toEqual([
      {
        path: "s/2/pdata/3",
        study: "s",
        examination: 2,
        processing: 3,
        skip: { skip: "no-visu-pars", text: "s/2/pdata/3 holds a 2dseq, but no visu_pars" },
      },
    ]);
    expect(found.reconstructions.map(({ path }) => path)).toEqual(["s/1/pdata/1"]);
  });
});

describe("an input that", () => {
  test.each([
    ["is missing", "nowhere", /does not exist/],
    ["lies in a file", "2dseq/x", /does not exist/],
  ])("%s is wrong use", async (_, name, message) => {
    await expect(find(join(treeOf("2dseq"), name))).rejects.toMatchObject({
      code: "E-INPUT-FOLDER",
      message: expect.stringMatching(message),
    });
  });
});
