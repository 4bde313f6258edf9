import type { ProgramContext } from "#shared/program/run-program.ts";
import type { ReportMap } from "#shared/report/report-content.ts";
import { bidsName } from "./bids-name.ts";
import { drawPreview } from "./draw-preview.ts";
import type { Findings, FitToWrite } from "./fit-to-write.ts";
import { describeColours } from "./list-report-maps.ts";
import { mapFolder } from "./map-folder.ts";

/** Writes a picture of each main map, of its standard error and of the colour map below maps/previews. */
export async function writePreviews(
  work: FitToWrite,
  { maps, colours }: Findings,
  { pool, output }: ProgramContext,
): Promise<void> {
  const { labels, series } = work;
  const names = [labels.project, labels.subject, labels.session, labels.scan];
  const subtitle = names.filter((name) => name !== "").join(" · ");
  const draw = async (map: ReportMap, title: string, suffix: string, description?: string) => {
    const png = await pool.run(drawPreview, { title, subtitle, grid: series.grid, map });
    await output.write(`${mapFolder}/previews/${bidsName(labels, suffix, description)}.png`, png);
  };
  const mains = maps.filter(({ rank }) => rank === "main");
  const drawn = mains.map(({ name, label, kind, samples, unit, suffix, description }) =>
    draw({ name, label, kind, samples, unit }, `${label} (${name})`, suffix, description),
  );
  if (colours !== undefined) {
    drawn.push(draw(describeColours(colours), "Colour FA: direction of V1", "colFA"));
  }
  await Promise.all(drawn);
}
