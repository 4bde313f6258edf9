import { type Cleaning, cleanValue } from "#shared/dicom/clean-value.ts";
import type { AttributeValue } from "#shared/dicom/encode-attributes.ts";
import { type WrittenKeyword, writtenAttributes } from "#shared/dicom/written-attributes.ts";
import type { RawScan } from "./raw-scan.ts";
import type { RemarkCode } from "./remark-codes.ts";

const codes: Readonly<Record<Cleaning, RemarkCode>> = {
  shortened: "text-shortened",
  replaced: "text-cleaned",
  unusable: "value-unusable",
};

const words: Readonly<Record<Cleaning, string>> = {
  shortened: "was shortened",
  replaced: "held characters that DICOM does not allow there",
  unusable: "cannot be written and was left out",
};

/**
 * The value of an attribute as any encoder can write it; what had to be changed is remarked.
 *
 * Raw files hold whatever somebody typed, or a broken disk left there: no row needs to care.
 *
 * @returns undefined when nothing of it can be written
 */
export function cleanAttribute(
  scan: RawScan,
  keyword: WrittenKeyword,
  value: AttributeValue,
): AttributeValue | undefined {
  return cleanValue(keyword, value, (cleaning, name) => {
    // Short names are cut by rule; another attribute has the whole.
    if (cleaning === "shortened" && writtenAttributes[name][1] === "SH") return;
    scan.findings.remark(codes[cleaning], `${name} ${words[cleaning]}`);
  });
}
