import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceBlock } from "#command-json/generated-block.ts";
import { formatDiff } from "#command-json/line-diff.ts";
import { table } from "#command-json/readme-tables.ts";
import { unitEntry } from "#shared/units.ts";
import { type Comparison, isWithin } from "./equivalence/comparison.ts";
import { compareDiffusion } from "./equivalence/diffusion.ts";
import { compareIvim } from "./equivalence/ivim.ts";
import { hasReferenceData } from "./equivalence/reference-data.ts";
import { compareT1 } from "./equivalence/relaxation-t1.ts";
import { compareT2 } from "./equivalence/relaxation-t2.ts";
import { compareScanners } from "./equivalence/scanners.ts";

const usage = `Usage: node scripts/equivalence.ts [--check]

Fits the reference data sets, sets the results against those of other programs, and writes the tables of
docs/equivalence.md. --check writes nothing, shows the differences and ends with 1. Without the data sets, which lie
outside the repository for their licences, it says so and ends with 0.`;

/** A chapter of the page. */
interface Chapter {
  /** Name of its block in the page. */
  readonly block: string;
  readonly compare: () => Promise<readonly Comparison[]>;
}

/** Every chapter; a new one is one line here and a pair of markers in the page. */
export const chapters: readonly Chapter[] = [
  { block: "t2", compare: compareT2 },
  { block: "t1", compare: compareT1 },
  { block: "diffusion", compare: compareDiffusion },
  { block: "ivim", compare: compareIvim },
  { block: "scanners", compare: compareScanners },
];

/** The table of some comparisons. */
export function encodeComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((one) => {
    const { label } = unitEntry(one.unit);
    const inUnit = (value: number) => `${formatValue(value)}${label === "" ? "" : ` ${label}`}`;
    const isAbsolute = one.measure.endsWith("absolute");
    const size = (value: number) =>
      isAbsolute ? `${formatSize(value)}${label === "" ? "" : ` ${label}`}` : formatSize(value);
    return [
      one.dataSet,
      one.model,
      one.quantity,
      one.origin,
      String(one.count),
      inUnit(one.ours),
      inUnit(one.reference),
      one.measure,
      size(one.difference),
      size(one.gate),
      isWithin(one) ? "yes" : "**no**",
    ];
  });
  const head = [
    "data set",
    "model",
    "quantity",
    "reference",
    "voxels",
    "ours (median)",
    "reference (median)",
    "measure",
    "difference",
    "gate",
    "within",
  ];
  return table(head, rows);
}

function formatValue(value: number): string {
  return String(Number(value.toPrecision(8)));
}

/** Differences below this are rounding, and change with the order of additions. */
const rounding = 1e-12;

/** Two digits: enough to see how far a gate is. */
function formatSize(value: number): string {
  return value < rounding ? "below 1e-12" : value.toExponential(1);
}

/** Writes the page, or with `check` compares it; what it says and its exit code. */
export async function updateEquivalence(
  path: string,
  check: boolean,
): Promise<{ readonly exitCode: 0 | 1; readonly output: string }> {
  if (!hasReferenceData()) {
    return { exitCode: 0, output: "skipped: the reference data sets are not here\n" };
  }
  const found = existsSync(path) ? readFileSync(path, "utf8") : "";
  let wanted: string | undefined = found;
  let outside = 0;
  for (const { block, compare } of chapters) {
    const comparisons = await compare();
    outside += comparisons.filter((one) => !isWithin(one)).length;
    const content = `\n${encodeComparisons(comparisons)}\n`;
    wanted = wanted === undefined ? undefined : replaceBlock(wanted, block, content);
  }
  if (wanted === undefined) {
    const markers = chapters.map(({ block }) => `<!-- ${block}:begin --> ... :end`);
    return {
      exitCode: 1,
      output: `${path} needs one pair of markers each: ${markers.join(", ")}\n`,
    };
  }
  const remark = outside === 0 ? "" : `${outside} comparisons are outside their gate\n`;
  if (found === wanted) return { exitCode: outside === 0 ? 0 : 1, output: remark };
  if (check) return { exitCode: 1, output: `${remark}${formatDiff(found, wanted)}\n` };
  writeFileSync(path, wanted);
  return { exitCode: outside === 0 ? 0 : 1, output: `${remark}docs/equivalence.md written\n` };
}

if (import.meta.main) {
  const argv = process.argv.slice(2);
  if (argv.some((argument) => argument !== "--check")) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
  } else {
    const path = join(import.meta.dirname, "../docs/equivalence.md");
    const { exitCode, output } = await updateEquivalence(path, argv.includes("--check"));
    process.stdout.write(output);
    process.exitCode = exitCode;
  }
}
