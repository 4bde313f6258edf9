import { describe, expect, test } from "vitest";
import { geometryRows } from "#shared/paravision/geometry-rows.ts";
import { pixelRows } from "#shared/paravision/pixel-rows.ts";
import { storedOf } from "#shared/paravision/pixel-survey.ts";
import { readVisu } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { storePixels } from "#shared/paravision/store-pixels.ts";
import { surveyPixels } from "#shared/paravision/survey-pixels.ts";
import { countPartitions, wordBytes } from "#shared/paravision/visu.ts";
import { makeScan, type RawTexts } from "#test/phantom/raw-scan.ts";
import { array, axialSlices, visuFileWith } from "#test/phantom/visu-file.ts";

const base: RawTexts = {
  ...(axialSlices([0, 1]) as RawTexts),
  VisuCoreDataSlope: array([1, 2]),
  VisuCoreDataOffs: array([0, 0]),
  VisuCoreDataUnits: "( 1, 65 )\n<>",
  VisuCoreSlicePacksDef: "(0, 1)",
  VisuCoreSlicePacksSlices: "( 1 )\n(0, 2)",
  VisuCoreTransposition: array([0, 1]),
  VisuCoreDiskSliceOrder: "disk_normal_slice_order",
  VisuAcqGradEncoding: "( 2 )\nread_enc phase_enc",
  VisuAcqImagePhaseEncDir: "( 2 )\ncol_dir row_dir",
  VisuAcqSize: array([4, 3]),
  VisuSubjectPosition: "Head_Prone",
  VisuCoreFrameType: "MAGNITUDE_IMAGE",
};

const others = Object.keys({ ...base, VisuCoreDim: "", VisuCoreSize: "", VisuCoreExtent: "" });

/** Values that a damaged or crafted file may have. */
const oddValues = [
  ...[
    "",
    "0",
    "-1",
    "1e999",
    "-1e308",
    "nan",
    "1.5",
    "<text>",
    "word",
    "()",
    "(0, 1)",
    "(<a>, <b>)",
  ],
  ...["( 2 )\n1 2", "( 3 )\n1 2 3", "( 1 )\n1e999", "( 2 )\n1e999 -1e999", "( 2 )\n0 0", "( 0 )\n"],
  ...[
    "( 2 )\n(0, 0) (0, 0)",
    "( 1 )\n(-1, 5)",
    "( 2 )\n(1e999, <FG_SLICE>, <>, -5, 1e9) (2, <>, <>)",
  ],
  ...["( 1, 9 )\n@9*(1e308)", "( 2, 9 )\n@18*(0.1)", "( 2, 3 )\n@6*(1e999)", "( 2, 65 )\n<mm> <>"],
  ...["( 20000 )\n@20000*(1)", "( 2 )\nread_enc read_enc", "( 1 )\n(2, <FG_SLICE>, <>, 0, 1)"],
  ...["( 1 )\n(2, <FG_ISA>, <>, 0, 9)", "( 1 )\n(2, <FG_COMPLEX>, <>, 1e300, 9)"],
];

describe.each(others)("a visu_pars with an odd %s", (name) => {
  test("is a Skip, or every image has finite values", () => {
    for (const value of oddValues) {
      const changes = { ...base, [name]: value };
      const read = readVisu(visuFileWith(changes));
      if (isSkip(read)) continue;
      const { scan } = makeScan(changes);
      const { visu } = scan;
      const bytes = visu.size[0]! * visu.size[1]! * wordBytes[visu.wordType];
      if (bytes * visu.frameCount > 1e6) continue;
      const pixels = {
        read: (offset: number, count: number) => Buffer.alloc(count, 1 + (offset % 5)),
        close: () => undefined,
      };
      const survey = surveyPixels(scan, pixels);
      for (let frame = 0; frame < visu.frameCount; frame++) {
        const stored = storedOf(survey, frame * countPartitions(visu));
        const image = { scan, part: {}, frame, partition: 0, place: frame, stored };
        expect(storePixels(scan, survey, image, pixels.read(0, bytes)).length).toBe(
          2 * visu.size[0]! * visu.size[1]!,
        );
        for (const row of [...geometryRows, ...pixelRows]) {
          const values = [row.value(image) ?? []].flat();
          const bad = values.filter((one) => typeof one === "number" && !Number.isFinite(one));
          expect(bad, `${row.keyword} with ${value}`).toEqual([]);
        }
      }
    }
  });
});
