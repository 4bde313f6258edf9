import type { ListedScan } from "./item.ts";
import type { ProjectServer } from "./project-server.ts";
import type { SharedState } from "./share-state.ts";
import type { Known } from "./state.ts";

/**
 * DICOM attributes of scans, each asked of XNAT once and for all: the images of a series do not change.
 *
 * @returns what listItems reads attributes with
 */
export function cacheAttributes(
  server: Pick<ProjectServer, "readAttributes">,
  known: Known,
  state: Pick<SharedState, "add">,
): (scan: ListedScan, names: readonly string[]) => Promise<Readonly<Record<string, string>>> {
  return async (scan, names) => {
    const series = scan.seriesUid || `${scan.sessionId}/${scan.scanId}`;
    const cached = known.attributes.get(series) ?? {};
    const missing = names.filter((name) => !Object.hasOwn(cached, name));
    if (missing.length > 0) {
      const read = await server.readAttributes(scan, missing);
      const values = Object.fromEntries(missing.map((name) => [name, read[name] ?? ""]));
      await state.add({ line: "attributes", at: new Date().toISOString(), series, values });
    }
    const all = known.attributes.get(series) ?? {};
    return Object.fromEntries(names.map((name) => [name, all[name] ?? ""]));
  };
}
