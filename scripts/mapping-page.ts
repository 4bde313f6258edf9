import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceBlock } from "#command-json/generated-block.ts";
import { plain, table } from "#command-json/readme-tables.ts";
import { writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { removedWhenDeIdentified } from "#shared/paravision/de-identify.ts";
import { mapping } from "#shared/paravision/mapping.ts";
import { remarkCodes } from "#shared/paravision/remark-codes.ts";
import type { MappingRow } from "#shared/paravision/series-plan.ts";
import { skipCodes } from "#shared/paravision/skip-codes.ts";
import { type PageOutcome, runPageScript, writePage } from "./generated-page.ts";

const usage = `Usage: node scripts/mapping-page.ts [--check]

Writes the attributes of mri2dicom, the codes of what it leaves out and of its remarks into docs/mri2dicom.md. --check writes nothing, shows
the differences and ends with 1.`;

/** The page that has the tables. */
export const mappingPage = join(import.meta.dirname, "../docs/mri2dicom.md");

/** Every attribute in the order of the tags: what it is made of, and by which rule. */
export function mappingTable(rows: readonly MappingRow[] = mapping): string {
  const sorted = [...rows].sort((a, b) => (tagOf(a) < tagOf(b) ? -1 : 1));
  const lines = sorted.map((row) => {
    const { keyword, type, per, sources, rule } = row;
    const removed = removedWhenDeIdentified.has(keyword) ? " Left out when de-identified." : "";
    const [, vr] = writtenAttributes[keyword];
    return [
      `${tagOf(row).slice(0, 4)},${tagOf(row).slice(4)}`,
      keyword,
      vr,
      type,
      per,
      sources.map((source) => `\`${source}\``).join(", "),
      plain(rule.includes("de-identified") ? rule : `${rule}${removed}`),
    ];
  });
  return table(["Tag", "Attribute", "VR", "Type", "Per", "From, in order", "Rule"], lines);
}

/** Every code of a remark, or of something that was not converted, and what it means. */
export function codesTable(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, plain(meaning)]);
  return table(["code", "meaning"], rows);
}

function tagOf({ keyword }: MappingRow): string {
  return writtenAttributes[keyword][0];
}

/** Writes the tables into a page, or with `check` compares them; what it says and its exit code. */
export function updateMapping(path: string, check: boolean): PageOutcome {
  const found = readFileSync(path, "utf8");
  const skipped = replaceBlock(found, "skips", codesTable(skipCodes));
  const remarked = skipped && replaceBlock(skipped, "remarks", codesTable(remarkCodes));
  const wanted = remarked && replaceBlock(remarked, "mapping", mappingTable());
  if (wanted === undefined) {
    return {
      exitCode: 1,
      output: `${path} needs one pair of lines <!-- remarks:begin --> and <!-- remarks:end -->, and of skips and mapping\n`,
    };
  }
  return writePage(path, found, wanted, "the mapping says", check);
}

if (import.meta.main) runPageScript(usage, (check) => updateMapping(mappingPage, check));
