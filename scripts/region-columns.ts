import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceBlock } from "#command-json/generated-block.ts";
import { plain, table } from "#command-json/readme-tables.ts";
import { columns } from "#shared/stats/columns.ts";
import { type PageOutcome, runPageScript, writePage } from "./generated-page.ts";

const usage = `Usage: node scripts/region-columns.ts [--check]

Writes the columns of roi_statistics.csv into the README of mask-average. --check writes nothing, shows the
differences and ends with 1.`;

/** The README that has the table. */
export const regionsReadme = join(import.meta.dirname, "../containers/mask-average/README.md");

/** Columns of the table of regions as a Markdown table. */
export function columnsTable(): string {
  const rows = columns.map(({ name, unit, meaning }) => [
    `\`${name}\``,
    plain(meaning),
    unit === "map" ? "of the map" : plain(unit.replace("map²", "of the map, squared")),
  ]);
  return table(["Column", "Meaning", "Unit"], rows);
}

/** Writes the table into a README, or with `check` compares it; what it says and its exit code. */
export function updateColumns(path: string, check: boolean): PageOutcome {
  const found = readFileSync(path, "utf8");
  const wanted = replaceBlock(found, "columns", columnsTable());
  if (wanted === undefined) {
    const markers = "<!-- columns:begin --> and <!-- columns:end -->";
    return { exitCode: 1, output: `${path} needs one pair of lines ${markers}\n` };
  }
  return writePage(path, found, wanted, "the columns say", check);
}

if (import.meta.main) runPageScript(usage, (check) => updateColumns(regionsReadme, check));
