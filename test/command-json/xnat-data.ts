import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(
  process.env["XNAT_PIC_DATA"] ?? join(import.meta.dirname, "../../../shared/data"),
  "xnat",
);

/** False where the shared data sets are not at hand: tests that need them are skipped. */
export const hasXnatData = existsSync(folder);

/** A JSON file of the XNAT data set. */
export function readXnatData(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), "utf8"));
}

/** Paths of the JSON files in a folder of the XNAT data set; none without the data. */
export function listXnatData(path: string): readonly string[] {
  if (!hasXnatData) return [];
  return readdirSync(join(folder, path))
    .filter((name) => name.endsWith(".json"))
    .map((name) => `${path}/${name}`);
}
