import { expect, test } from "vitest";
import { collectMeasures } from "#containers/project-runner/collect-measures.ts";

const summary = (maps: object) => JSON.stringify({ program: {}, maps });
const row = (changes: object) => ({
  ...{ map: "T2map", map_volume: null, unit: "s", roi_name: "tumour", roi_number: 1 },
  ...{ n_voxels: 12, n_valid: 10, mean: 0.05, sd: 0.01, median: 0.049, energy: 7, slices: [1, 2] },
  ...changes,
});

test("whole maps: the statistics as they stand, without files and words", () => {
  const T2 = { file: "maps/x_T2map.nii.gz", unit: "ms", fileUnit: "s", n: 5, mean: 41.5, p1: null };
  expect(collectMeasures(summary({ T2 }), undefined)).toEqual([
    { map: "T2", unit: "ms", region: "", values: { n: 5, mean: 41.5, p1: null } },
  ]);
});

test("regions: times of files in seconds come out in the unit of whole maps", () => {
  expect(collectMeasures(undefined, JSON.stringify([row({})]))).toEqual([
    {
      ...{ map: "T2", unit: "ms", region: "tumour" },
      values: { n: 10, n_voxels: 12, mean: 50, sd: 10, median: 49 },
    },
  ]);
});

test("regions of one name, without a name, and of several volumes can be told apart", () => {
  const rows = [
    row({ roi_number: 1 }),
    row({ roi_number: 2 }),
    row({ roi_number: 3, roi_name: "" }),
    row({ roi_number: 4, roi_name: "liver", map_volume: 2 }),
  ];
  const measures = collectMeasures(undefined, JSON.stringify(rows));
  expect(measures.map(({ map, region }) => `${map} ${region}`)).toEqual([
    "T2 tumour #1",
    "T2 tumour #2",
    "T2 region #3",
    "T2 volume 2 liver",
  ]);
});

test("codes of units are understood, unknown ones are kept", () => {
  const maps = { S0: { unit: "[arb'U]", mean: 3 }, ADC: { unit: "um2/ms", mean: 2 } };
  const found = collectMeasures(summary({ ...maps, K: { unit: "furlong", mean: 1 } }), undefined);
  expect(found.map(({ unit, values }) => [unit, values["mean"]])).toEqual([
    ["arbitrary", 3],
    ["mm2/s", 0.002],
    ["furlong", 1],
  ]);
});

test.each([undefined, "", "{", "[]", "<html>", '{"maps":{"T2":7}}'])(
  "a summary that is none of ours gives no numbers: %s",
  (text) => expect(collectMeasures(text, undefined)).toEqual([]),
);
