import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceBlock } from "#command-json/generated-block.ts";
import { formatDiff } from "#command-json/line-diff.ts";
import { plain, table } from "#command-json/readme-tables.ts";
import { columns } from "#shared/stats/columns.ts";

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
export function updateColumns(
  path: string,
  check: boolean,
): { readonly exitCode: 0 | 1; readonly output: string } {
  const found = readFileSync(path, "utf8");
  const wanted = replaceBlock(found, "columns", columnsTable());
  if (wanted === undefined) {
    const markers = "<!-- columns:begin --> and <!-- columns:end -->";
    return { exitCode: 1, output: `${path} needs one pair of lines ${markers}\n` };
  }
  if (found === wanted) return { exitCode: 0, output: "" };
  if (!check) {
    writeFileSync(path, wanted);
    return { exitCode: 0, output: `${path} written\n` };
  }
  const lines = [
    `${path} is not what the columns say`,
    formatDiff(found, wanted),
    "Run `make commands` and commit what it writes.",
  ];
  return { exitCode: 1, output: `${lines.join("\n")}\n` };
}

if (import.meta.main) {
  const argv = process.argv.slice(2);
  if (argv.some((argument) => argument !== "--check")) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
  } else {
    const { exitCode, output } = updateColumns(regionsReadme, argv.includes("--check"));
    process.stdout.write(output);
    process.exitCode = exitCode;
  }
}
