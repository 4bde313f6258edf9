import type { ListedScan } from "./item.ts";
import type { ProjectServer } from "./project-server.ts";
import type { SharedState } from "./share-state.ts";
import type { Known } from "./state.ts";

/**
 * DICOM attributes of scans, each asked of XNAT once and for all: the images of a series do not change. Those of a scan whose series
 * the listing does not name are asked for in every run.
 *
 * @returns what listItems reads attributes with
 */
export function cacheAttributes(
  server: Pick<ProjectServer, "readAttributes">,
  known: Pick<Known, "attributes">,
  state: Pick<SharedState, "add">,
): (scan: ListedScan, names: readonly string[]) => Promise<Readonly<Record<string, string>>> {
  return async (scan, names) => {
    const series = scan.seriesUid;
    const before = (series === "" ? undefined : known.attributes.get(series)) ?? {};
    const missing = names.filter((name) => !Object.hasOwn(before, name));
    if (missing.length === 0) return before;
    const read = await server.readAttributes(scan, missing);
    const values = Object.fromEntries(missing.map((name) => [name, read[name] ?? ""]));
    // None at all: no images yet, perhaps.
    const worthKeeping = series !== "" && Object.keys(read).length > 0;
    const at = new Date().toISOString();
    if (worthKeeping) await state.add({ line: "attributes", at, series, values });
    return { ...before, ...values };
  };
}
