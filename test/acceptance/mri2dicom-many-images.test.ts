import { describe, expect, test } from "vitest";
import { enhanceSeries } from "#shared/paravision/enhanced-series.ts";
import { storedOf } from "#shared/paravision/pixel-survey.ts";
import { planSeries } from "#shared/paravision/plan-series.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { surveyPixels } from "#shared/paravision/survey-pixels.ts";
import { makeScan } from "#test/phantom/raw-scan.ts";
import { pixelsIn } from "../phantom/raw-pixels.ts";
import { rawScan, seriesPlan } from "../shared/paravision/enhanced-example.ts";

// As many images as a call has no room for arguments: a list of one entry for each may be spread nowhere.

const count = 200_000;

describe("a reconstruction of 200,000 images", () => {
  test.each(["cycles", "slices"])("that are %s is surveyed and planned", (what) => {
    const positions = Array.from({ length: count }, (_, n) => `0 0 ${n / 4 + (n % 3) / 100}`);
    const { scan } = makeScan({
      VisuCoreFrameCount: String(count),
      VisuFGOrderDesc:
        what === "cycles"
          ? `( 2 )\n(2, <FG_SLICE>, <>, 0, 0) (${count / 2}, <FG_CYCLE>, <>, 0, 0)`
          : `( 1 )\n(${count}, <FG_SLICE>, <>, 0, 1)`,
      ...(what === "slices" && {
        VisuGroupDepVals: "( 1 )\n(<VisuCorePosition>, 0)",
        VisuCorePosition: `( ${count}, 3 )\n${positions.join(" ")}`,
      }),
      VisuUid: "( 65 )\n<1.2.3.4>",
      VisuStudyUid: "( 65 )\n<1.2.3>",
    });
    const bytes = Buffer.alloc(8 * count);
    for (let image = 0; image < count; image++) bytes.writeInt16LE(image % 30_000, 8 * image);
    const survey = surveyPixels(scan, pixelsIn(bytes));
    expect(survey.series).toEqual([{ largestError: 0, unit: "" }]);
    const plans = planSeries(scan, (_part, frame) => storedOf(survey, frame));
    if (isSkip(plans)) throw new Error(plans.text);
    expect(plans.map(({ images }) => images.length)).toEqual([count]);
    const { own } = plans[0]!.images.at(-1)!;
    expect(own).toMatchObject({
      InstanceNumber: count,
      LargestImagePixelValue: (count - 1) % 30_000,
    });
  });

  test("becomes a concatenation in Enhanced MR, file after file", () => {
    const images = Array.from({ length: count }, (_, n) => ({
      ImagePositionPatient: [0, 0, n % 2],
      TemporalPositionIdentifier: 1 + Math.floor(n / 2),
      EchoTime: 10,
      LargestImagePixelValue: n % 30_000,
    }));
    const scan = rawScan({ VisuAcqScanTime: [1000] });
    const files = enhanceSeries(scan, seriesPlan(images), { frames: 1000, bytes: 2 ** 30 });
    expect(files).toHaveLength(200);
    const { values, images: last } = files.at(-1)!;
    expect(last).toHaveLength(1000);
    expect(values).toMatchObject({
      NumberOfFrames: 1000,
      InConcatenationNumber: 200,
      SmallestImagePixelValue: 0,
      LargestImagePixelValue: 29_999,
    });
    const frames = values.PerFrameFunctionalGroupsSequence as readonly Record<string, unknown>[];
    expect(frames.at(-1)).toMatchObject({
      FrameContentSequence: [{ DimensionIndexValues: [1, 2, count / 2] }],
    });
  });
});
