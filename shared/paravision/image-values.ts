import type { AttributeValue, AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";

/** The numbers of an attribute; empty where it is missing, without value, or no number. */
export function numbersIn(values: AttributeValues, keyword: WrittenKeyword): readonly number[] {
  const numbers = listOf(values[keyword]).map((value) =>
    value === "" ? Number.NaN : Number(value),
  );
  return numbers.every(Number.isFinite) ? numbers : [];
}

/** The first number of an attribute. */
export function numberIn(values: AttributeValues, keyword: WrittenKeyword): number | undefined {
  return numbersIn(values, keyword)[0];
}

/** The texts of an attribute. */
export function textsIn(values: AttributeValues, keyword: WrittenKeyword): readonly string[] {
  return listOf(values[keyword]).map(String);
}

/** The first text of an attribute; empty where there is none. */
export function textIn(values: AttributeValues, keyword: WrittenKeyword): string {
  return textsIn(values, keyword)[0] ?? "";
}

/** The attributes that are there, of those named. */
export function pickValues(
  values: AttributeValues,
  keywords: readonly WrittenKeyword[],
): AttributeValues {
  const picked: { [keyword in WrittenKeyword]?: AttributeValue } = {};
  for (const keyword of keywords) {
    const value = values[keyword];
    if (value !== undefined) picked[keyword] = value;
  }
  return picked;
}

function listOf(value: AttributeValue | undefined): readonly (string | number)[] {
  if (value === undefined || value instanceof Uint8Array) return [];
  const list = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  return list.filter((entry) => typeof entry === "string" || typeof entry === "number");
}
