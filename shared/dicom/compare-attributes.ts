import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { formatDecimalString } from "./decimal-string.ts";
import type { AttributeValue, AttributeValues } from "./encode-attributes.ts";
import { type WrittenKeyword, writtenAttributes } from "./written-attributes.ts";

/**
 * How a data set that was read differs from the attributes that should be in it, one sentence for each; empty when it does not.
 *
 * Blanks at the ends of a text make no difference, nor does how a number is spelled.
 *
 * @param where - before the keyword, for what lies in sequences: `MRDiffusionSequence[1].`
 */
export function compareAttributes(
  expected: AttributeValues,
  found: DicomJson,
  where = "",
): readonly string[] {
  const differences: string[] = [];
  const planned = new Set<string>();
  for (const [keyword, value] of Object.entries(expected)) {
    const [tag, vr] = writtenAttributes[keyword as WrittenKeyword];
    planned.add(tag);
    const element = found[tag];
    if (element === undefined) differences.push(`${where}${keyword} is missing`);
    else if (element.vr !== vr) {
      differences.push(`${where}${keyword} has VR ${element.vr} instead of ${vr}`);
    } else differences.push(...compareValue(`${where}${keyword}`, vr, value, element));
  }
  for (const tag of Object.keys(found)) {
    if (!planned.has(tag))
      differences.push(`${where}(${tag.slice(0, 4)},${tag.slice(4)}) is not ours`);
  }
  return differences;
}

function compareValue(
  name: string,
  vr: string,
  expected: AttributeValue,
  element: DicomJsonElement,
): readonly string[] {
  if (vr === "SQ") {
    const items = (element.Value ?? []) as readonly DicomJson[];
    const wanted = expected as readonly AttributeValues[];
    if (items.length !== wanted.length) {
      return [`${name} has ${items.length} items instead of ${wanted.length}`];
    }
    return wanted.flatMap((item, n) => compareAttributes(item, items[n]!, `${name}[${n + 1}].`));
  }
  const want = spell(vr, expected);
  const have = spell(vr, element.Value ?? []);
  return want === have ? [] : [`${name} is ${shorten(have)} instead of ${shorten(want)}`];
}

/** Values in one way of writing, those of text joined as in a file. */
function spell(vr: string, value: unknown): string {
  const list = Array.isArray(value) ? value : [value];
  return list.map((one) => spellOne(vr, one)).join("\\");
}

function spellOne(vr: string, value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("hex");
  if (value === null || value === undefined) return "";
  if (typeof value === "number") {
    if (vr === "DS") return formatDecimalString(value);
    return String(vr === "FL" ? Math.fround(value) : value === 0 ? 0 : value);
  }
  if (typeof value === "object")
    return String((value as { Alphabetic?: unknown }).Alphabetic ?? "");
  const text = String(value);
  return (vr === "DS" || vr === "IS") && text !== "" ? spellOne(vr, Number(text)) : text.trim();
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
