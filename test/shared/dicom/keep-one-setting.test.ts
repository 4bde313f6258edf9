import { describe, expect, test } from "vitest";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { type Changes, classicImage } from "#test/phantom/dicom-images.ts";
import { readContent, refusal } from "./dicom-folder.ts";

/** One image for each change, in the first slice unless another is named. */
function images(list: readonly Changes[], slices: readonly number[] = [0]) {
  return Object.fromEntries(
    slices.flatMap((slice) =>
      list.map((changes, n) => [
        `${slice}_${(n * 7) % 11}.dcm`,
        encodeDicom(
          classicImage(slice, 0, {
            "00080018": ["UI", `1.2.3.4.${slice + 1}.${n + 1}`],
            "00200012": ["IS", String(n + 1)],
            ...changes,
          }),
        ),
      ]),
    ),
  );
}

const te = (value: number): Changes => ({ "00180081": ["DS", String(value)] });
const tr = (value: number): Changes => ({ "00180080": ["DS", String(value)] });

describe("several echo times along the repetition times", () => {
  const grid = [50, 500, 5000].flatMap((time) =>
    [8, 16].map((echo) => ({ ...tr(time), ...te(echo) })),
  );

  test("the shortest is used when asked for, with a remark", async () => {
    const series = await readContent(images(grid), {
      contrast: "RepetitionTime",
      oneSetting: true,
    });
    expect(series.axis.values).toEqual([50, 500, 5000]);
    expect(series.acquisition.find(({ keyword }) => keyword === "EchoTime")?.value).toBe(8);
    expect(series.warnings).toMatchObject([{ code: "W-FIRST-ECHO" }]);
  });

  test("are the contrast itself where that is what varies", async () => {
    const echoes = [8, 16, 32].map((echo) => ({ ...tr(5000), ...te(echo) }));
    const wish = { contrast: ["EchoTime", "RepetitionTime"], oneSetting: true } as const;
    const series = await readContent(images(echoes), wish);
    expect(series.axis.values).toEqual([8, 16, 32]);
  });

  test("are refused when they change with the repetition time", async () => {
    const together = [50, 500, 5000].map((time, n) => ({ ...tr(time), ...te(8 + n) }));
    const wish = { contrast: "RepetitionTime", oneSetting: true } as const;
    expect(await refusal(images(together), wish)).toMatchObject({ code: "E-TE-VARIES" });
  });
});

describe("several repetition times along the echo times", () => {
  const grid = [50, 500, 5000].flatMap((time) =>
    [8, 16].map((echo) => ({ ...tr(time), ...te(echo) })),
  );
  const wish = { contrast: "EchoTime", oneSetting: true } as const;

  test("the longest is used, in every slice, with a remark; the others are no repetitions", async () => {
    const series = await readContent(images(grid, [0, 1]), wish);
    expect(series.axis.values).toEqual([8, 16]);
    expect(series.covariates).toBeUndefined();
    expect(series.acquisition.find(({ keyword }) => keyword === "RepetitionTime")?.value).toBe(
      5000,
    );
    expect(series.warnings).toMatchObject([
      { code: "W-LONGEST-TR", text: expect.stringMatching(/3 repetition times.*5000 ms/) },
    ]);
  });

  test("are refused when they change with the echo time", async () => {
    const together = [8, 16, 32].map((echo, n) => ({ ...tr(3000 + 500 * n), ...te(echo) }));
    expect(await refusal(images(together), wish)).toMatchObject({ code: "E-TR-VARIES" });
  });

  test("of delays below 1 %, and from slice to slice, change nothing", async () => {
    const near = [8, 16, 32].map((echo, n) => ({ ...tr(3000 + n), ...te(echo) }));
    const gated = [8, 16, 32].map((echo) => ({ ...tr(3300), ...te(echo) }));
    const both = { ...images(near, [0]), ...images(gated, [1]) };
    const series = await readContent(both, wish);
    expect(series.axis.values).toEqual([8, 16, 32]);
    expect(series.warnings).toEqual([]);
  });
});
