import { expect, test } from "vitest";
import { selectEchoes } from "#containers/process-t2/select-echoes.ts";
import type { ContrastAxis } from "#shared/volume/series-volume.ts";

const axis: ContrastAxis = {
  ...{ keyword: "EchoTime", unit: "ms", source: "dicom:0018,0081" },
  values: [10, 20, 30, 40, 50, 60],
};
const all = { echoes: undefined, dropFirst: 0, evenOnly: false };

test.each([
  ["all without a wish", {}, [10, 20, 30, 40, 50, 60]],
  ["those named, counted from 1", { echoes: [1, 3, 6] }, [10, 30, 60]],
  ["without the first", { dropFirst: 2 }, [30, 40, 50, 60]],
  ["every second", { evenOnly: true }, [20, 40, 60]],
  ["first dropped among those named", { echoes: [2, 3, 5], dropFirst: 1 }, [30, 50]],
  [
    "even echoes of the train, whatever was dropped",
    { dropFirst: 1, evenOnly: true },
    [20, 40, 60],
  ],
] as const)("%s", (_, wish, echoTimesMs) => {
  const choice = selectEchoes(axis, { ...all, ...wish });
  expect(choice.echoTimesMs).toEqual(echoTimesMs);
  expect(choice.contrasts.map((index) => axis.values[index])).toEqual(echoTimesMs);
});

test.each([
  ["an echo the scan does not have", { echoes: [1, 7] }, /names echo 7, but the scan has 6/],
  ["fewer than two echoes left", { dropFirst: 5 }, /leave 1 of 6/],
  ["none left", { echoes: [1, 3, 5], evenOnly: true }, /leave 0 of 6/],
] as const)("%s is refused with what to do", (_, wish, says) => {
  const refused = expect.objectContaining({ code: "E-ECHOES", exitCode: 2 });
  expect(() => selectEchoes(axis, { ...all, ...wish })).toThrow(refused);
  expect(() => selectEchoes(axis, { ...all, ...wish })).toThrow(says);
});

test("repeats of one echo time are not two echo times", () => {
  const repeated = { ...axis, values: [10, 10, 10, 20] };
  expect(() => selectEchoes(repeated, { ...all, echoes: [1, 2, 3] })).toThrow(
    expect.objectContaining({ code: "E-ECHOES" }),
  );
  expect(selectEchoes(repeated, all).echoTimesMs).toEqual([10, 10, 10, 20]);
});
