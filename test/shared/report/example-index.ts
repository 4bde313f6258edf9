import type { IndexContent } from "#shared/report/index-content.ts";
import { encodePreview } from "#shared/report/preview.ts";
import { makeExampleContent } from "./example-content.ts";

/** An index page with a run whose truth is known, one without, and one that failed. */
export function makeExampleIndex(): IndexContent {
  const report = makeExampleContent({ hostile: false });
  const map = report.maps[0]!;
  const grid = report.grid!;
  const truth = map.samples.map((value) =>
    value < 45 ? 31 : value < 75 ? 62 : value < 200 ? 85 : Number.NaN,
  );
  const region = (name: string, trueValue: number, mean: number, missing: number) => ({
    region: name,
    trueValue,
    mean,
    standardDeviation: 0.021 * trueValue,
    standardError: 0.019 * trueValue,
    voxels: 2412,
    missing,
    within: Math.abs(mean / trueValue - 1) < 0.02,
  });
  return {
    title: "Digital mouse: truth against result",
    introduction: [
      "A synthetic mouse with known T1, T2 and ADC, written as DICOM by sample-data and processed by every program of this repository.",
    ],
    runs: [
      {
        title: "T2 map",
        program: "process-t2",
        version: "0.1.0",
        input: "Scan 5, T2 MSME <30 echoes>, 6 slices",
        verdict: { level: "ok", reasons: [] },
        reportPath: "process-t2/report.html",
        preview: encodePreview({ title: "T2 map", subtitle: "M_017 scan 5", grid, map }),
        facts: [
          { label: "Model", value: "2par, expected Rician" },
          { label: "Noise σ", value: "61.2 a.u." },
        ],
        comparisons: [
          {
            name: "T2",
            unit: "ms",
            criterion: "mean within 2 % of the truth",
            regions: [
              region("left kidney, cortex & medulla", 62, 62.31, 0),
              region("tumour", 85, 87.4, 12),
              region("muscle", 31, 30.97, 0),
              region("vial 4", 500, 503.1, 0),
            ],
            maps: { grid, slice: 2, truth, result: map.samples },
          },
        ],
      },
      {
        title: "ADC map",
        program: "process-dwi",
        version: "0.1.0",
        input: "Scan 7, DWI",
        verdict: {
          level: "check",
          reasons: ["The b = 0 images have b = 24.7 s/mm²; effective values used."],
        },
        reportPath: "process-dwi/report.html",
        facts: [],
        comparisons: [
          {
            name: "ADC",
            unit: "mm2/s",
            criterion: "mean within 2 % of the truth",
            regions: [{ ...region("tumour", 0.00072, 0.000723, 3), region: "tumour" }],
          },
        ],
      },
      {
        title: "T1 map",
        program: "process-t1",
        version: "0.1.0",
        input: "Scan 6, T1 RARE-VTR",
        verdict: { level: "failed", reasons: ["All images have one TR."] },
        reportPath: "process-t1/report.html",
        facts: [],
        comparisons: [],
      },
    ],
  };
}
