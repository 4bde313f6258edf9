import type { ByteSource } from "#shared/dicom/byte-source.ts";
import { withFile } from "#shared/dicom/byte-source.ts";
import { beginsLikeDicom, readLayout } from "#shared/dicom/file-layout.ts";
import { isProgramError, type ProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { rtStructureSet } from "./read-rtstruct.ts";
import type { SourceKind } from "./roi.ts";
import { rtRoot } from "./rt-item.ts";
import { rtTags } from "./rtstruct-tags.ts";

/** What a file is, by its content. */
export type Recognised =
  | { readonly kind: SourceKind }
  /** `what` names the kind; files of one kind have the same words. */
  | { readonly kind: "other"; readonly what: string }
  | { readonly kind: "damaged"; readonly error: ProgramError };

/** SOPClassUID of the objects that hold regions (PS3.6 annex A). */
const kinds: Record<string, SourceKind> = {
  [rtStructureSet]: "RTSTRUCT",
  "1.2.840.10008.5.1.4.1.1.66.4": "SEG",
  "1.2.840.10008.5.1.4.1.1.66.7": "SEG",
};

/** Bytes that are looked at of a file that is not DICOM. */
const longestStart = 65_536;

/**
 * What kind of regions a file holds, if any. XML is taken for AIM and NIfTI for a label map: their readers say what is wrong
 * with those that are none.
 */
export function recogniseFile(file: FoundFile): Recognised {
  try {
    return withFile(file.path, file.absolutePath, recognise);
  } catch (error) {
    if (isProgramError(error)) return { kind: "damaged", error };
    throw error;
  }
}

function recognise(source: ByteSource): Recognised {
  const { path, size } = source;
  if (size === 0) return { kind: "other", what: "empty" };
  if (beginsLikeDicom(source)) return recogniseDicom(source);
  const view = source.view(Math.min(size, longestStart));
  const length = Math.min(size, longestStart);
  const start = Buffer.from(view.buffer, view.byteOffset, length).toString("latin1");
  // A byte order mark, the NUL bytes of UTF-16 and blanks may stand before the first sign.
  const first = /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*([^\0\s])/.exec(start)?.[1];
  if (first === "<") return { kind: "AIM" };
  if (first === "{" || first === "[") return recogniseJson(path, start);
  if (isNifti(path, start)) return { kind: "NIFTI" };
  return { kind: "other", what: "neither DICOM nor AIM (XML) nor NIfTI" };
}

function recogniseDicom(source: ByteSource): Recognised {
  const layout = readLayout(source);
  if (layout === undefined) return { kind: "other", what: "not DICOM" };
  const root = rtRoot(layout);
  const modality = root.text(rtTags.Modality);
  const kind = kinds[root.text(rtTags.SOPClassUID)];
  if (kind !== undefined) return { kind };
  if (modality === "RTSTRUCT" || modality === "SEG") return { kind: modality };
  const named = /^[A-Z]{1,16}$/.test(modality) ? modality : "unknown";
  return { kind: "other", what: `DICOM of modality ${named}` };
}

function recogniseJson(path: string, start: string): Recognised {
  const measured = /(?:^|\/)MEAS\//i.test(path) || /"(?:imageM|m)easurements"/.test(start);
  return {
    kind: "other",
    what: measured ? "measurements (JSON), which are not regions" : "JSON",
  };
}

function isNifti(path: string, start: string): boolean {
  if (/\.nii(?:\.gz)?$/i.test(path)) return true;
  const magic = start.slice(344, 347);
  return (magic === "n+1" && start.charCodeAt(347) === 0) || /^n\+2\0/.test(start.slice(4, 8));
}
