import { expect, test } from "vitest";
import type { ChosenModel } from "#containers/process-t2/choose-model.ts";
import { warnAboutEchoes } from "#containers/process-t2/warn-about-echoes.ts";
import type { SignalInspection } from "#shared/derivatives/inspect-signal.ts";

const sound: SignalInspection = {
  ...{ voxels: 1000, medianFirst: 500, brightFirst: 900, rising: 100, saturated: 0, largest: 4095 },
};

function warnings(
  inspection: Partial<SignalInspection>,
  title = "T2",
  name = "mono-exponential-decay",
  echoTimesMs: readonly number[] = [10, 80],
) {
  const model = { title, choice: { name } } as unknown as ChosenModel;
  return warnAboutEchoes({ ...sound, ...inspection }, model, echoTimesMs);
}

test("nothing is said of sound echoes", () => {
  expect(warnings({})).toEqual([]);
});

test("a first echo below the second in more than a tenth of the voxels is a sign of stimulated echoes", () => {
  const [warning, ...rest] = warnings({ rising: 250 });
  expect(rest).toEqual([]);
  expect(warning?.code).toBe("W-STIM");
  expect(warning?.text).toContain("25 %");
  expect(warning?.text).toContain("--model epg");
});

test("the model that knows of stimulated echoes needs no warning", () => {
  expect(warnings({ rising: 900 }, "T2", "extended-phase-graph")).toEqual([]);
});

test("gradient echoes have no stimulated ones", () => {
  expect(warnings({ rising: 900 }, "T2*")).toEqual([]);
});

test("clipped voxels are named with the value they share", () => {
  const [warning] = warnings({ saturated: 37 });
  expect(warning).toMatchObject({ code: "W-SATURATED", text: expect.stringContaining("4095") });
  expect(warning?.text).toContain("37 voxels");
});

test.each([
  ["seconds", [0.01, 0.08]],
  ["microseconds", [10_000, 80_000]],
])("echo times that look like %s are remarked on", (unit, echoTimesMs) => {
  const [warning] = warnings({}, "T2", "mono-exponential-decay", echoTimesMs);
  expect(warning).toMatchObject({ code: "W-TE-UNIT", text: expect.stringContaining(unit) });
});
