import { createHash } from "node:crypto";
import type { SessionIdentity } from "./describe-session.ts";

/** Folder of a scan's images in an XNAT archive. */
export function scanFolder({ project, session }: SessionIdentity, scan: number): string {
  return `${project}/arc001/${session}/SCANS/${scan}/DICOM`;
}

/** Folder of one form of a collection of regions in an XNAT archive. */
export function assessorFolder(
  { project, session }: SessionIdentity,
  label: string,
  resource: string,
): string {
  return `${project}/arc001/${session}/ASSESSORS/${label}/${resource}`;
}

/**
 * Name of an image file. XNAT's importer ends names with a hash, and people upload any name: these are
 * hashes only, so that their order says nothing about slices or echoes.
 */
export function imageFileName(sopInstanceUID: string): string {
  return `${createHash("sha256").update(sopInstanceUID).digest("hex").slice(0, 16)}.dcm`;
}

/** One entry of a catalog. */
export interface CatalogEntry {
  readonly fileName: string;
  readonly sopInstanceUID: string;
  readonly instanceNumber: number;
  readonly bytes: Uint8Array;
}

/** The catalog file that XNAT keeps beside the images of a scan, entries in order of file name. */
export function encodeCatalog(seriesInstanceUID: string, entries: readonly CatalogEntry[]): string {
  const lines = entries
    .toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1))
    .map(({ fileName, sopInstanceUID, instanceNumber, bytes }) => {
      const digest = createHash("md5").update(bytes).digest("hex");
      return `<cat:entry xsi:type="cat:dcmEntry" ID="${fileName}" URI="${fileName}" name="${fileName}" format="DICOM" content="RAW" UID="${sopInstanceUID}" instanceNumber="${instanceNumber}" digest="${digest}"/>`;
    });
  return `<?xml version="1.0" encoding="UTF-8"?>
<cat:DCMCatalog UID="${seriesInstanceUID}" xmlns:cat="http://nrg.wustl.edu/catalog" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<cat:entries>
${lines.join("\n")}
</cat:entries>
</cat:DCMCatalog>
`;
}

/** The only file of a resource. */
export interface ResourceFile {
  readonly fileName: string;
  readonly format: "XML" | "DICOM";
  readonly content: Uint8Array | string;
}

/** The catalog file that XNAT keeps beside the file of an assessor's resource. */
export function encodeResourceCatalog(
  { project }: SessionIdentity,
  resource: string,
  { fileName, format, content }: ResourceFile,
): string {
  const digest = createHash("md5").update(content).digest("hex");
  return `<?xml version="1.0" encoding="UTF-8"?>
<cat:Catalog ID="${resource}" xmlns:cat="http://nrg.wustl.edu/catalog" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<cat:metaFields>
<cat:metaField name="PROJECT">${project}</cat:metaField>
</cat:metaFields>
<cat:entries>
<cat:entry ID="${fileName}" URI="${fileName}" name="${fileName}" format="${format}" content="EXTERNAL" digest="${digest}"/>
</cat:entries>
</cat:Catalog>
`;
}
