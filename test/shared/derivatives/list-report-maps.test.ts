import { describe, expect, test } from "vitest";
import { colourFa } from "#shared/derivatives/colour-fa.ts";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { type NamedMap, nameMaps } from "#shared/derivatives/float-maps.ts";
import {
  isCrowded,
  isWorthHistogram,
  listReportMaps,
} from "#shared/derivatives/list-report-maps.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

async function listMaps(work: FitToWrite) {
  const valid = markValid(work.fit);
  const maps = await nameMaps(work, valid, memoryContext());
  const findings = { maps, valid, colours: colourFa(work.fit), voxels: [], medianChiSquare: null };
  return { maps, shown: listReportMaps(work, findings) };
}

describe("several main maps", () => {
  test("are shown with their errors, colours beside them; the rest stays in files", async () => {
    const { shown } = await listMaps(exampleTensorFit());
    expect(shown.map(({ name, kind }) => [name, kind])).toEqual([
      ["image", "value"],
      ["MD", "value"],
      ["SE(MD)", "error"],
      ["FA", "value"],
      ["colour FA", "colour"],
      ["R²", "quality"],
      ["status", "status"],
    ]);
  });

  test("have the histograms", async () => {
    const { maps } = await listMaps(exampleTensorFit());
    const drawn = maps.filter((map) => isWorthHistogram(map, maps)).map(({ name }) => name);
    expect(drawn).toEqual(["MD", "FA"]);
  });
});

test("many fitted maps beside one main map crowd a page as well, a few do not", async () => {
  const { maps } = await listMaps(await exampleFit());
  const value = maps[0]!;
  const withOthers = (count: number): readonly NamedMap[] => [
    value,
    ...Array.from({ length: count }, (_, k) => ({
      ...value,
      name: `dir${k + 1}`,
      rank: "fitted" as const,
    })),
  ];
  expect([0, 3, 4].map((count) => isCrowded(withOthers(count)))).toEqual([false, false, true]);
  const few = withOthers(3);
  expect(few.every((map) => isWorthHistogram(map, few))).toBe(true);
  const many = withOthers(4);
  expect(many.filter((map) => isWorthHistogram(map, many)).map(({ name }) => name)).toEqual(["T2"]);
});

test("an image other than the first fitted one is named by its own value", async () => {
  const { shown } = await listMaps({ ...(await exampleFit()), imageContrast: 3 });
  expect(shown[0]!.label).toBe("Fitted image (EchoTime 44 ms)");
  const { shown: usual } = await listMaps(exampleTensorFit());
  expect(usual[0]!.label).toBe("First fitted image (DiffusionBValue 0 s/mm²)");
});
