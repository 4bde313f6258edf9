import { type Code, encodeCode } from "./code.ts";
import { roundToDecimalString } from "./decimal-string.ts";
import type { AttributeValues } from "./encode-attributes.ts";

/** How an item of a structured report belongs to the one it stands in, PS3.3 C.17.3.2.4. */
export type Relationship = "CONTAINS" | "HAS CONCEPT MOD" | "HAS OBS CONTEXT";

/** An item of the content tree of a structured report, PS3.3 C.17.3. */
export type ContentItem = AttributeValues;

/** An object that an item refers to. */
export interface ObjectReference {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
}

const item = (
  relationship: Relationship,
  valueType: string,
  concept: Code,
  children: readonly ContentItem[] = [],
): ContentItem => ({
  RelationshipType: relationship,
  ValueType: valueType,
  ConceptNameCodeSequence: [encodeCode(concept)],
  ...(children.length === 0 ? {} : { ContentSequence: children }),
});

export function containerItem(concept: Code, children: readonly ContentItem[]): ContentItem {
  return { ...item("CONTAINS", "CONTAINER", concept, children), ContinuityOfContent: "SEPARATE" };
}

export function codeItem(relationship: Relationship, concept: Code, value: Code): ContentItem {
  return { ...item(relationship, "CODE", concept), ConceptCodeSequence: [encodeCode(value)] };
}

export function textItem(relationship: Relationship, concept: Code, value: string): ContentItem {
  return { ...item(relationship, "TEXT", concept), TextValue: value };
}

export function uidItem(relationship: Relationship, concept: Code, uid: string): ContentItem {
  return { ...item(relationship, "UIDREF", concept), UID: uid };
}

/** A reference to segments of a segmentation, 1 first. */
export function segmentItem(
  concept: Code,
  { sopClassUID, sopInstanceUID }: ObjectReference,
  segmentNumbers: readonly number[],
): ContentItem {
  const reference = {
    ReferencedSOPClassUID: sopClassUID,
    ReferencedSOPInstanceUID: sopInstanceUID,
    ReferencedSegmentNumber: segmentNumbers,
  };
  return { ...item("CONTAINS", "IMAGE", concept), ReferencedSOPSequence: [reference] };
}

/**
 * A measured number. Where 16 characters cannot hold it, the double stands beside the text (PS3.3 C.18.1).
 *
 * @param value - finite
 * @param children - what modifies it: derivation, method
 */
export function numberItem(
  concept: Code,
  value: number,
  unit: Code,
  children: readonly ContentItem[] = [],
): ContentItem {
  const exact = roundToDecimalString(value) === value;
  const measured = {
    NumericValue: value,
    ...(exact ? {} : { FloatingPointValue: value }),
    MeasurementUnitsCodeSequence: [encodeCode(unit)],
  };
  return { ...item("CONTAINS", "NUM", concept, children), MeasuredValueSequence: [measured] };
}
