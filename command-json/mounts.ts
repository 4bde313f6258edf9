import type { Place } from "./places.ts";

/**
 * What a mount shows: one resource of the scan, the session with all its scans, a ROI collection with all its resources, or one
 * resource of the project or session itself on whose page the program is launched, by choice.
 */
export type MountSource = "scan" | "session" | "assessor" | "page";

/** A folder of XNAT that the program reads, mounted read-only. */
export interface InputMount {
  readonly path: string;
  readonly of: MountSource;
  /** Of the scan: labels of the resources that will do. Of the page: those that are never offered, the program's own results. */
  readonly resources: readonly string[];
  readonly label: string;
  readonly description: string;
  /** Of the session: the menu that some pages have for it. */
  readonly scanMenu?: ScanMenu;
}

/** A menu for one scan of the session, of which one resource is then mounted in place of the whole session. */
export interface ScanMenu extends MountWords {
  /** Pages that have it; on the others the session is mounted whole, since in bulk nobody chooses. */
  readonly on: readonly Place["level"][];
  /** Labels of the resources that will do; scans without any are not offered. */
  readonly resources: readonly string[];
}

/** What XNAT's dialog calls an input. */
export interface MountWords {
  readonly label: string;
  readonly description: string;
}

/** A folder the program writes; each becomes one resource in XNAT. */
export interface OutputMount {
  /** Absolute, one folder below a common output folder: `/output/maps`. */
  readonly path: string;
  /** Label of the resource in XNAT. */
  readonly label: string;
  /** Format attribute of the resource: NIFTI, JSON, DICOM, HTML, CSV. */
  readonly format: string;
  /** Content attribute of the resource. */
  readonly content: string;
  /** What lies in it, for the README and XNAT. */
  readonly description: string;
}

/** The DICOM resource of a scan. */
export function dicomMount(path: string): InputMount {
  return resourceMount(path, {
    resources: ["DICOM"],
    label: "DICOM files",
    description: "DICOM resource of the scan",
  });
}

/** A resource of a scan with one of some labels. */
export function resourceMount(
  path: string,
  spec: MountWords & { readonly resources: readonly string[] },
): InputMount {
  return { path, of: "scan", ...spec };
}

/**
 * The folder of the session: `SCANS/<scan>/<resource>/`, `ASSESSORS/<collection>/<resource>/`; on the pages of `scanMenu` a
 * resource of one scan.
 */
export function sessionMount(
  path: string,
  spec: MountWords & { readonly scanMenu?: ScanMenu },
): InputMount {
  return { path, of: "session", resources: [], ...spec };
}

/** The folder of a ROI collection of the session, in which each form of it is a resource: `AIM/`, `RTSTRUCT/`, `SEG/`. */
export function collectionMount(path: string, words: MountWords): InputMount {
  return { path, of: "assessor", resources: [], ...words };
}

/** A resource of the project or session itself, chosen from a menu of all but those of `except`. */
export function pageMount(
  path: string,
  { except, ...words }: MountWords & { readonly except: readonly string[] },
): InputMount {
  return { path, of: "page", resources: except, ...words };
}

/** A folder of results. */
export function outputMount(path: string, spec: Omit<OutputMount, "path">): OutputMount {
  return { path, ...spec };
}
