import type { ProgramContext } from "#shared/program/run-program.ts";
import { bidsName } from "./bids-name.ts";
import { drawPreview } from "./draw-preview.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import type { NamedMap } from "./float-maps.ts";
import { mapFolder } from "./map-folder.ts";

/** Writes a picture of each main map and of its standard error below maps/previews. */
export async function writePreviews(
  work: FitToWrite,
  maps: readonly NamedMap[],
  { pool, output }: ProgramContext,
): Promise<void> {
  const { labels, series } = work;
  const names = [labels.project, labels.subject, labels.session, labels.scan];
  const subtitle = names.filter((name) => name !== "").join(" · ");
  const shown = maps.filter(({ rank }) => rank === "main");
  await Promise.all(
    shown.map(async ({ name, label, kind, samples, unit, suffix, description }) => {
      const map = { name, label, kind, samples, unit };
      const content = { title: `${label} (${name})`, subtitle, grid: series.grid, map };
      const png = await pool.run(drawPreview, content);
      await output.write(`${mapFolder}/previews/${bidsName(labels, suffix, description)}.png`, png);
    }),
  );
}
