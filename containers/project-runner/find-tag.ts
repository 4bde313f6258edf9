import { lookupTag } from "#shared/dicom/part10.ts";

/** The tag of a keyword of PS3.6 as 8 hexadecimal digits in upper case; a tag stays what it is. */
export function findTag(keywordOrTag: string): string {
  return lookupTag(keywordOrTag) ?? keywordOrTag.toUpperCase();
}
