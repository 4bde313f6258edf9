import { expect, test } from "vitest";
import { nameMaps } from "#shared/derivatives/float-maps.ts";
import { tabulateOtherMaps } from "#shared/derivatives/tabulate-other-maps.ts";
import { markValid } from "#shared/derivatives/valid-voxels.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

test("maps that a crowded report does not draw stand in a table, in the units of reports", async () => {
  const { fit } = exampleTensorFit();
  const maps = await nameMaps(exampleTensorFit(), markValid(fit), memoryContext());
  const [table] = tabulateOtherMaps(maps);
  expect(table!.rows.map(([name]) => name)).toEqual(["AD [µm²/ms]", "S₀ [a.u.]"]);
  // 56 voxels of 1e-3 mm²/s.
  expect(table!.rows[0]!.slice(2)).toEqual(["1.00", "1.00", "1.00", "56"]);
});

test("a report that draws all has no such table", async () => {
  const work = await exampleFit();
  expect(tabulateOtherMaps(await nameMaps(work, markValid(work.fit), memoryContext()))).toEqual([]);
});
