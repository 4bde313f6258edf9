import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { collectMeasures, measureFiles } from "./collect-measures.ts";
import type { Item, Measure } from "./item.ts";
import { scanOf } from "./list-inputs.ts";
import type { ProjectServer } from "./project-server.ts";
import type { Target } from "./settle-item.ts";

/** The numbers of a result that is stored in XNAT; none where its files are not those of our programs. */
export async function readMeasures(
  server: ProjectServer,
  item: Item,
  targets: readonly Target[],
  reportLabel: string,
): Promise<readonly Measure[]> {
  return gather(item, targets, reportLabel, ({ label }, path) =>
    server.readText(scanOf(item), label, path),
  );
}

/** The numbers of a result in its output folder. */
export async function readOwnMeasures(
  folder: string,
  item: Item,
  targets: readonly Target[],
  reportLabel: string,
): Promise<readonly Measure[]> {
  return gather(item, targets, reportLabel, ({ path: below }, path) =>
    readFile(join(folder, below, path), "utf8").catch(() => undefined),
  );
}

async function gather(
  { assessorId }: Item,
  targets: readonly Target[],
  reportLabel: string,
  read: (target: Target, path: string) => Promise<string | undefined>,
): Promise<readonly Measure[]> {
  const report = targets.find(({ label }) => label === reportLabel);
  const other = targets.find(({ label }) => label !== reportLabel);
  if (report === undefined) return [];
  // Statistics of regions lie in a table of their own.
  if (assessorId !== "" && other !== undefined) {
    const rows = await read(other, measureFiles.regions);
    if (rows !== undefined) return collectMeasures(undefined, rows);
  }
  return collectMeasures(await read(report, measureFiles.report), undefined);
}
