import { describe, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { type NamedMap, nameMaps } from "#shared/derivatives/float-maps.ts";
import {
  isCrowded,
  isWorthHistogram,
  listReportMaps,
  showColours,
} from "#shared/derivatives/list-report-maps.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

async function listMaps(work: FitToWrite) {
  const valid = markValid(work.fit);
  const maps = await nameMaps(work, valid, memoryContext());
  const findings = {
    maps,
    valid,
    colours: showColours(work.fit, maps),
    voxels: [],
    medianChiSquare: null,
  };
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

test("colours are as bright as the most anisotropic voxels allow, and the label says at which FA", async () => {
  const { shown } = await listMaps(exampleTensorFit());
  // FA goes up to 0.89; its 99th percentile is 0.88.
  expect(shown.find(({ kind }) => kind === "colour")!.label).toContain("full at 1)");
  const work = exampleTensorFit();
  const fa = work.fit.parameters.get("FA")!;
  const parameters = new Map(work.fit.parameters);
  parameters.set("FA", { ...fa, samples: fa.samples.map((value) => 0.4 * value) });
  const { shown: dim } = await listMaps({ ...work, fit: { ...work.fit, parameters } });
  expect(dim.find(({ kind }) => kind === "colour")!.label).toContain("full at 0.4)");
});
