import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { firstNumber, firstText } from "./first-value.ts";
import type { ImageContext, MappingRow } from "./series-plan.ts";

/** A row whose value is the same in every image of every scan. */
export function constantRow(
  keyword: WrittenKeyword,
  type: MappingRow["type"],
  constant: string | number | readonly (string | number)[],
  rule: string,
): MappingRow {
  return { keyword, type, per: "series", sources: [], rule, value: () => constant };
}

/** A row that takes the first of its sources that holds text, the same for a series. */
export function textRow(
  keyword: WrittenKeyword,
  type: MappingRow["type"],
  sources: readonly string[],
  rule: string,
): MappingRow {
  const value = ({ scan }: ImageContext) => firstText(scan, keyword, sources) || undefined;
  return { keyword, type, per: "series", sources, rule, value };
}

/** A row of a person's name: that of the first of its sources that holds text, with a component, as validators want. */
export function nameRow(
  keyword: WrittenKeyword,
  type: MappingRow["type"],
  sources: readonly string[],
  rule: string,
): MappingRow {
  const value = ({ scan }: ImageContext) => withComponent(firstText(scan, keyword, sources));
  return { keyword, type, per: "series", sources, rule, value };
}

/** A name with at least one caret, none of them at the end but that one; undefined for a name without characters. */
export function withComponent(name: string): string | undefined {
  const bare = name.replace(/[\^\s]+$/, "").trim();
  if (bare === "") return undefined;
  return bare.includes("^") ? bare : `${bare}^`;
}

/** A row that takes the first of its sources that holds a number which `accept` accepts, the same for a series. */
export function numberRow(
  keyword: WrittenKeyword,
  type: MappingRow["type"],
  sources: readonly string[],
  rule: string,
  accept: (value: number) => boolean = () => true,
): MappingRow {
  const value = ({ scan }: ImageContext) => {
    const number = firstNumber(scan, keyword, sources);
    if (number === undefined || accept(number)) return number;
    // 0 is what stands there when nothing was entered.
    if (number !== 0) {
      const text = `${keyword} cannot be ${number}; it was left out.`;
      scan.findings.remark("value-unusable", text);
    }
    return undefined;
  };
  return { keyword, type, per: "series", sources, rule, value };
}
