import { describe, expect, test } from "vitest";
import type { ChosenModel } from "#containers/process-t1/choose-model.ts";
import { warnAboutSignals } from "#containers/process-t1/warn-about-signals.ts";
import type { SignalInspection } from "#shared/derivatives/inspect-signal.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import type { AcquisitionValue, ContrastKeyword } from "#shared/volume/series-volume.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";

const sound: SignalInspection = {
  ...{ voxels: 1000, medianFirst: 500, brightFirst: 900, rising: 0, saturated: 0, largest: 4095 },
};
const gaussian = { kind: "gaussian" } as const;
const models = {
  sr: { name: "saturation-recovery", options: { saturationEfficiency: false }, noise: gaussian },
  ir: { name: "inversion-recovery", options: { signal: "signed" }, noise: gaussian },
  vfa: {
    name: "variable-flip-angle",
    options: { repetitionTimeMs: 15, method: "nonlinear" },
    noise: gaussian,
  },
} as const satisfies Record<string, ModelChoice>;

interface Scan {
  readonly inspection?: Partial<SignalInspection>;
  readonly repetitionTimeMs?: number;
  readonly acquisition?: readonly AcquisitionValue[];
  readonly stored?: readonly number[];
}

function codes(
  keyword: ContrastKeyword,
  choice: ModelChoice,
  abscissae: readonly number[],
  scan: Scan = {},
): readonly string[] {
  const stored = Float32Array.from(scan.stored ?? [-1, 2]);
  const plain = seriesOf(stored, [1, 1, 1], stored.length);
  const series = {
    ...plain,
    axis: { ...plain.axis, keyword },
    acquisition: scan.acquisition ?? [],
  };
  const fixed = { repetitionTimeMs: scan.repetitionTimeMs ?? 15 };
  const model = { choice, fixed } as unknown as ChosenModel;
  const inspection = { ...sound, ...scan.inspection };
  return warnAboutSignals(series, inspection, model, abscissae).map(({ code }) => code);
}

test("nothing is said of sound images", () => {
  expect(codes("RepetitionTime", models.sr, [100, 5000])).toEqual([]);
  expect(codes("InversionTime", models.ir, [50, 3000])).toEqual([]);
  expect(codes("FlipAngle", models.vfa, [2, 20])).toEqual([]);
});

test("clipped voxels are named", () => {
  expect(codes("RepetitionTime", models.sr, [100, 5000], { inspection: { saturated: 7 } })).toEqual(
    ["W-SATURATED"],
  );
});

describe("units that look wrong are remarked on:", () => {
  test.each([
    ["TR in seconds", "RepetitionTime", models.sr, [0.1, 5], "W-TR-UNIT"],
    ["TR in microseconds", "RepetitionTime", models.sr, [1e5, 5e6], "W-TR-UNIT"],
    ["TI in seconds", "InversionTime", models.ir, [0.05, 3], "W-TI-UNIT"],
    ["flip angles in radians", "FlipAngle", models.vfa, [0.05, 0.35], "W-FA-UNIT"],
  ] as const)("%s", (_, keyword, choice, abscissae, code) => {
    expect(codes(keyword, choice, abscissae)).toEqual([code]);
  });

  test("the TR of flip angles in seconds", () => {
    expect(codes("FlipAngle", models.vfa, [2, 20], { repetitionTimeMs: 0.015 })).toEqual([
      "W-TR-UNIT",
    ]);
  });
});

test("signed signals without negative ones are doubted", () => {
  expect(codes("InversionTime", models.ir, [50, 3000], { stored: [1, 2, 3] })).toEqual([
    "W-NO-NEGATIVE",
  ]);
});

test("two parameters after an echo train make T1 too long", () => {
  const train = { keyword: "EchoTrainLength", value: 8, unit: undefined, source: "test" };
  expect(codes("RepetitionTime", models.sr, [100, 5000], { acquisition: [train] })).toEqual([
    "W-ECHO-TRAIN",
  ]);
  const three = { ...models.sr, options: { saturationEfficiency: true } };
  expect(codes("RepetitionTime", three, [100, 5000], { acquisition: [train] })).toEqual([]);
});
