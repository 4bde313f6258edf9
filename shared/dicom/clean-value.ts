import { cleanText } from "./clean-text.ts";
import type { AttributeValue, AttributeValues } from "./encode-attributes.ts";
import { isUid } from "./uid.ts";
import { type WrittenKeyword, writtenAttributes } from "./written-attributes.ts";

/** What was done to a value so that its attribute can hold it. */
export type Cleaning = "shortened" | "replaced" | "unusable";

/** Smallest and largest number of the VRs that hold integers, PS3.5 table 6.2-1. */
const integerRange: Readonly<Record<string, readonly [number, number]>> = {
  IS: [-(2 ** 31), 2 ** 31 - 1],
  SL: [-(2 ** 31), 2 ** 31 - 1],
  SS: [-(2 ** 15), 2 ** 15 - 1],
  UL: [0, 2 ** 32 - 1],
  US: [0, 2 ** 16 - 1],
};

/** VRs that hold no text. */
const binaryVrs = new Set(["AT", "FD", "FL", "SL", "SS", "UL", "US"]);

const textForms: Readonly<Record<string, RegExp>> = {
  DA: /^\d{8}$/,
  DT: /^\d{8}(\d{6}(\.\d{1,6})?)?([-+]\d{4})?$/,
  TM: /^\d{6}(\.\d{1,6})?$/,
  IS: /^[-+]?\d{1,11}$/,
  DS: /^(?=.{1,16}$)[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/,
};

/**
 * A value from outside as its attribute can hold it: the encoders refuse nothing that comes from here.
 *
 * Texts are cleaned and shortened; a number that is not finite or out of range, and a text that is no date, time, number or
 * UID where one belongs, make the whole value unusable.
 *
 * @param notice - called for every change, with the keyword inside sequences too
 * @returns undefined when the value is unusable
 */
export function cleanValue(
  keyword: WrittenKeyword,
  value: AttributeValue,
  notice: (cleaning: Cleaning, keyword: WrittenKeyword) => void,
): AttributeValue | undefined {
  const [, vr] = writtenAttributes[keyword];
  if (value instanceof Uint8Array) return value;
  if (vr === "SQ") {
    const items = value as readonly AttributeValues[];
    return items.map((item) => cleanItem(item, notice));
  }
  if (!Array.isArray(value)) return cleanOne(value as string | number);
  const cleaned: (string | number)[] = [];
  for (const part of value as readonly (string | number)[]) {
    const one = cleanOne(part);
    if (one === undefined) return undefined;
    cleaned.push(one);
  }
  return cleaned;

  function cleanOne(part: string | number): string | number | undefined {
    const one = typeof part === "number" ? cleanNumber(vr, part) : cleanPart(part);
    if (one === undefined) notice("unusable", keyword);
    return one;
  }

  function cleanPart(part: string): string | undefined {
    const form = textForms[vr];
    if (form !== undefined) return form.test(part) ? part : undefined;
    if (binaryVrs.has(vr)) return undefined;
    if (vr === "UI") return isUid(part) ? part : undefined;
    const { text, shortened, replaced } = cleanText(vr, part);
    if (shortened) notice("shortened", keyword);
    if (replaced) notice("replaced", keyword);
    return text;
  }
}

function cleanItem(
  item: AttributeValues,
  notice: (cleaning: Cleaning, keyword: WrittenKeyword) => void,
): AttributeValues {
  const entries = Object.entries(item) as [WrittenKeyword, AttributeValue][];
  const cleaned = entries.map(([keyword, value]) => [keyword, cleanValue(keyword, value, notice)]);
  return Object.fromEntries(cleaned.filter(([, value]) => value !== undefined));
}

function cleanNumber(vr: string, number: number): number | undefined {
  if (!Number.isFinite(number)) return undefined;
  const range = integerRange[vr];
  if (range === undefined) return number;
  return Number.isInteger(number) && number >= range[0] && number <= range[1] ? number : undefined;
}
