import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { checkText } from "./check-text.ts";
import { formatDecimalString, formatIntegerString } from "./decimal-string.ts";
import { type WrittenKeyword, writtenAttributes } from "./written-attributes.ts";

/** Values of attributes by PS3.6 keyword; an empty list is an attribute without value (type 2). */
export type AttributeValues = { readonly [keyword in WrittenKeyword]?: AttributeValue };

/** One value, several, the items of a sequence, or the bytes of a binary attribute. */
export type AttributeValue =
  | string
  | number
  | Uint8Array
  | readonly (string | number)[]
  | readonly AttributeValues[];

/**
 * The DICOM JSON model (PS3.18 annex F) of attributes given by keyword.
 *
 * Decimal and integer strings are formatted here, so that no value is longer than its VR allows.
 *
 * @throws Error for a text that its VR cannot hold: callers shorten texts that come from outside
 */
export function encodeAttributes(values: AttributeValues): DicomJson {
  const entries = Object.entries(values).map(([keyword, value]) => {
    const [tag, vr] = writtenAttributes[keyword as WrittenKeyword];
    return [tag, encodeElement(keyword, vr, value)] as const;
  });
  return Object.fromEntries(entries);
}

function encodeElement(keyword: string, vr: string, value: AttributeValue): DicomJsonElement {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { vr, InlineBinary: bytes.toString("base64") };
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) return { vr };
  return { vr, Value: list.map((entry) => encodeValue(keyword, vr, entry)) };
}

function encodeValue(keyword: string, vr: string, value: string | number | AttributeValues) {
  if (typeof value === "object") return encodeAttributes(value);
  if (vr === "DS" && typeof value === "number") return formatDecimalString(value);
  if (vr === "IS" && typeof value === "number") return formatIntegerString(value);
  if (vr === "PN") return { Alphabetic: value };
  checkText(keyword, vr, String(value));
  return value;
}
