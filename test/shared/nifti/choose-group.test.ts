import { describe, expect, test } from "vitest";
import { fourD, readFolder, threeD } from "./nifti-folder.ts";

const t1 = { contrast: ["InversionTime", "RepetitionTime", "FlipAngle"] as const };

describe("of several contrasts the one that varies is read:", () => {
  test.each([
    ["InversionTime", { InversionTime: [0.9, 0.1, 0.3], RepetitionTime: 3 }, [100, 300, 900]],
    ["RepetitionTime", { RepetitionTime: [0.9, 0.1, 0.3] }, [100, 300, 900]],
    ["FlipAngle", { FlipAngle: [20, 2, 10], RepetitionTime: 0.005 }, [2, 10, 20]],
  ] as const)("%s", async (keyword, sidecar, values) => {
    const series = await readFolder({ "m.nii": fourD(3), "m.json": sidecar }, t1);
    expect(series.axis).toMatchObject({ keyword, values });
    expect(series.stored[0]).toBe(1000);
  });

  test("numbered files by what their sidecars say", async () => {
    const files = Object.fromEntries(
      [1, 2, 3].flatMap((n) => [
        [`s_flip-${n}_VFA.nii`, threeD(n)],
        [`s_flip-${n}_VFA.json`, { FlipAngle: 10 * n, RepetitionTime: 0.01 }],
      ]),
    );
    const series = await readFolder(files, t1);
    expect(series.axis).toMatchObject({ keyword: "FlipAngle", values: [10, 20, 30] });
  });
});

describe("refused with what was found:", () => {
  const refused = (sidecar: object) => readFolder({ "m.nii": fourD(3), "m.json": sidecar }, t1);

  test("echo times, with the program that fits them", async () => {
    await expect(
      refused({ EchoTime: [0.01, 0.02, 0.03], RepetitionTime: 2 }),
    ).rejects.toMatchObject({
      code: "E-NO-CONTRAST",
      message: expect.stringMatching(/TR is 2000 ms.*EchoTime \(3 values\).*process-t2/),
    });
  });

  test("nothing at all, with the options that help", async () => {
    await expect(refused({})).rejects.toMatchObject({
      code: "E-NO-CONTRAST",
      message: expect.stringContaining("give --ti, --tr, --fa"),
    });
  });

  test("TR and TI both varying", async () => {
    await expect(
      refused({ InversionTime: [0.1, 0.3, 0.9], RepetitionTime: [2, 3, 4] }),
    ).rejects.toMatchObject({ code: "E-SEVERAL-CONTRASTS" });
  });

  test("two scans of different methods, both by name", async () => {
    const files = {
      "ir.nii": fourD(3),
      "ir.json": { InversionTime: [0.1, 0.3, 0.9] },
      "sr.nii": fourD(3),
      "sr.json": { RepetitionTime: [0.1, 0.3, 0.9] },
    };
    await expect(readFolder(files, t1)).rejects.toMatchObject({
      code: "E-MIXED-SERIES",
      message: expect.stringMatching(/ir \(3 inversion times\), sr \(3 repetition times\)/),
    });
    expect((await readFolder(files, { ...t1, series: "sr" })).axis.keyword).toBe("RepetitionTime");
  });
});

test("a named contrast is read with what else varies along it", async () => {
  const sidecar = { InversionTime: [0.9, 0.1, 0.3], RepetitionTime: [4, 2, 3] };
  const want = { contrast: "InversionTime" } as const;
  const series = await readFolder({ "m.nii": fourD(3), "m.json": sidecar }, want);
  expect(series.covariates).toEqual({ RepetitionTime: [2000, 3000, 4000] });
});

describe("parts of the complex signal", () => {
  const ti = { InversionTime: [0.3, 0.1, 0.9] };
  const want = (parts: "complex" | "any" | "real" | "magnitude") =>
    ({ contrast: "InversionTime", parts: { InversionTime: parts } }) as const;
  const both = {
    "s_part-real_IRT1.nii": fourD(3),
    "s_part-real_IRT1.json": ti,
    "s_part-imag_IRT1.nii": fourD(3),
    "s_part-imag_IRT1.json": ti,
  };

  test.each(["complex", "any"] as const)("in BIDS names are joined (%s)", async (parts) => {
    const series = await readFolder(both, want(parts));
    expect(series.axis.values).toEqual([100, 300, 900, 100, 300, 900]);
    expect(series.parts).toEqual(["real", "real", "real", "imaginary", "imaginary", "imaginary"]);
    expect([0, 1, 2, 3, 4, 5].map((n) => series.stored[24 * n])).toEqual([
      1000, 0, 2000, 1000, 0, 2000,
    ]);
    expect(series.identity.files).toHaveLength(2);
  });

  test("are found among other scans by their common name", async () => {
    const files = { ...both, "t_part-phase_IRT1.nii": fourD(3), "t_part-phase_IRT1.json": ti };
    expect((await readFolder(files, want("any"))).parts).toHaveLength(6);
  });

  test("that say it in ImageType, as dcm2niix writes it, are phases", async () => {
    const files = {
      "x.nii": fourD(3),
      "x.json": ti,
      "x_ph.nii": fourD(3),
      "x_ph.json": { ...ti, ImageType: ["ORIGINAL", "PRIMARY", "P"] },
    };
    // 0 ... 2023 is no turn of anything.
    await expect(readFolder(files, want("any"))).rejects.toMatchObject({ code: "E-PHASE-SCALE" });
    const magnitude = await readFolder(files, want("magnitude"));
    expect(magnitude.parts).toBeUndefined();
    expect(magnitude.warnings).toMatchObject([{ code: "W-NIFTI-IGNORED" }]);
  });

  test("real images alone are signed signals", async () => {
    const { "s_part-real_IRT1.nii": image, "s_part-real_IRT1.json": json } = both;
    const files = { "s_part-real_IRT1.nii": image, "s_part-real_IRT1.json": json };
    expect((await readFolder(files, want("any"))).parts).toEqual(["real", "real", "real"]);
  });

  test("of which one is missing are refused", async () => {
    await expect(
      readFolder({ "m.nii": fourD(3), "m.json": ti }, want("complex")),
    ).rejects.toMatchObject({
      code: "E-COMPLEX",
      message: expect.stringContaining("3 magnitude"),
    });
  });
});
