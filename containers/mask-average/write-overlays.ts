import type { ProgramContext } from "#shared/program/run-program.ts";
import { encodeOverlaySheet } from "#shared/report/overlay-sheet.ts";
import type { RegionReportContent } from "#shared/report/region-content.ts";
import { viewPlanes } from "#shared/report/slice-view.ts";
import { makeDistinct, slugOf } from "./name-files.ts";

/** Writes the overlays: one PNG of the reference and one of each map, all slices with regions, outlines and names. */
export async function writeOverlays(
  { reference, maps, regions, measurements }: RegionReportContent,
  { output }: Pick<ProgramContext, "output">,
): Promise<void> {
  const like = reference === undefined ? undefined : viewPlanes(reference.planes);
  if (reference !== undefined) {
    const title = `${reference.label} with regions`;
    const png = encodeOverlaySheet({ title, image: reference, regions, like });
    await output.write("stats/overlays/reference.png", png);
  }
  const names = makeDistinct(maps.map(({ label }) => slugOf(stemOf(label)) || "map"));
  for (const [n, map] of maps.entries()) {
    const png = encodeOverlaySheet({
      title: `${map.name} with regions`,
      ...{ image: map, regions, like },
      measurements: measurements.filter((one) => one.map === n),
    });
    await output.write(`stats/overlays/${names[n]}.png`, png);
  }
}

/** `T2map` for `maps/sub-1_T2map.nii.gz`. */
function stemOf(path: string): string {
  return (path.split("/").at(-1) ?? "").replace(/\.(nii|nii\.gz|dcm)$/i, "");
}
