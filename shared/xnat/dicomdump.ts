import type { XnatConnection } from "./connection.ts";
import { unescapeOnce } from "./html-entities.ts";
import { readRows } from "./read-rows.ts";
import { cell } from "./rows.schema.ts";

/** One element of the first DICOM file of a scan, as the server tells it. */
export interface DumpedElement {
  /** Eight hexadecimal digits in upper case: "00180081". */
  readonly tag: string;
  readonly vr: string;
  /** The values; of a sequence none. */
  readonly values: readonly string[];
  /** The server cuts texts after 64 characters: true when the last value may be incomplete. */
  readonly perhapsCut: boolean;
}

export interface ScanAddress {
  readonly project: string;
  readonly subject: string;
  readonly session: string;
  readonly scan: string;
}

/** Length at which the server's dump cuts a value. */
const cutAfter = 64;

/** Kinds of text in which a backslash is a character; elsewhere it stands between values. */
const longText = new Set(["LT", "ST", "UT", "UR"]);

/**
 * Attributes of a scan without a download: of the first file of its DICOM resource, top level only. Attributes that the file
 * lacks, and all of a scan without DICOM, are missing in the answer. The server escapes the values; here they are unescaped.
 *
 * @param fields - eight hexadecimal digits or DICOM keywords
 */
export async function readDicomElements(
  connection: XnatConnection,
  scan: ScanAddress,
  fields: readonly string[],
): Promise<readonly DumpedElement[]> {
  const { project, subject, session } = scan;
  const src = `/archive/projects/${project}/subjects/${subject}/experiments/${session}/scans/${scan.scan}`;
  const rows = await readRows(connection, ["data", "services", "dicomdump"], {
    src,
    field: fields,
  });
  return rows
    .filter((row) => cell(row, "tag2") === "")
    .map((row) => {
      const value = unescapeOnce(cell(row, "value"));
      return {
        tag: cell(row, "tag1")
          .replace(/[^0-9A-Fa-f]/g, "")
          .toUpperCase(),
        vr: cell(row, "vr"),
        values: value === "" ? [] : longText.has(cell(row, "vr")) ? [value] : value.split("\\"),
        perhapsCut: value.length >= cutAfter,
      };
    });
}
