import { describe, expect, test } from "vitest";
import { renderIndex } from "#shared/report/index-page.ts";
import { makeExampleIndex } from "./example-index.ts";

const page = renderIndex(makeExampleIndex());

describe("the index page of a demo", () => {
  test("lists each run with its verdict and a link to its report", () => {
    for (const program of ["process-t2", "process-dwi", "process-t1"]) {
      expect(page).toContain(`href="./${program}/report.html"`);
    }
    expect(page).toContain("3 of 4 regions within");
    expect(page).toContain("All images have one TR.");
    expect(page).toContain("MSME &lt;30 echoes&gt;");
  });

  test("shows truth, mean with spread, error and difference, and what is outside", () => {
    const row = /<tr><td>tumour<\/td>[\s\S]*?<\/tr>/.exec(page)?.[0] ?? "";
    for (const text of [
      "85.00",
      "87.4 ± 1.8",
      "1.6",
      "+2.82\u00a0%",
      "(+ 12 without)",
      "✗ outside",
    ]) {
      expect(row).toContain(text);
    }
  });

  test("the table of regions is folded away beneath maps, unless a region is outside", () => {
    expect(page).toContain(
      '<details open="open"><summary>3 of 4 regions within; largest difference +2.82\u00a0%, tumour</summary>',
    );
    const within =
      "><summary>1 of 1 regions within; largest difference +0.42\u00a0%, tumour</summary>";
    expect(page).toContain(`<details open="open"${within}`);
    const index = makeExampleIndex();
    const comparisons = index.runs.flatMap((run) => run.comparisons);
    const { maps } = comparisons.find((one) => one.maps !== undefined)!;
    const alone = comparisons.find(({ regions }) => regions.length === 1)!;
    const runs = [{ ...index.runs[0]!, comparisons: [{ ...alone, maps }] }];
    expect(renderIndex({ ...index, runs })).toContain(`<details${within}`);
  });

  test("a quantity that may be 0 has its difference as it is, others in percent", () => {
    const index = makeExampleIndex();
    const [run] = index.runs;
    const [comparison] = run!.comparisons;
    const region = { ...comparison!.regions[0]!, region: "vial", trueValue: 0, mean: 0.0213 };
    const show = (difference: "percent" | "absolute") =>
      renderIndex({
        ...index,
        runs: [
          {
            ...run!,
            comparisons: [{ ...comparison!, name: "FA", unit: "1", difference, regions: [region] }],
          },
        ],
      });
    const row = (text: string) => /<tr><td>vial<\/td>[\s\S]*?<\/tr>/.exec(text)?.[0] ?? "";
    expect(row(show("absolute"))).toContain("+0.021");
    expect(row(show("percent"))).toContain(">–<");
    expect(row(show("percent"))).not.toContain("%");
  });

  test("a number of voxels other than the true one is shown beside it", () => {
    const index = makeExampleIndex();
    const [run] = index.runs;
    const [comparison] = run!.comparisons;
    const show = (trueVoxels: number | undefined) => {
      const region = { ...comparison!.regions[0]!, voxels: 40, missing: 2, trueVoxels };
      const comparisons = [{ ...comparison!, regions: [region] }];
      return renderIndex({ ...index, runs: [{ ...run!, comparisons }] });
    };
    expect(show(43)).toContain("40 (+ 2 without), true: 43");
    for (const same of [42, undefined]) expect(show(same)).toContain("40 (+ 2 without)<");
  });

  test("diffusivities given in mm²/s are shown in µm²/ms", () => {
    expect(page).toContain("True [µm²/ms]");
    expect(page).toContain("0.723 ± 0.015");
  });

  test("a comparison with maps has three of them", () => {
    expect(page.match(/alt="(True|Measured|Difference of) T2, slice 2"/g)).toHaveLength(3);
  });

  test("no run at all is said", () => {
    expect(renderIndex({ title: "x", introduction: [], runs: [] })).toContain(
      "There is no run yet.",
    );
  });
});
