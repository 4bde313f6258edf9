/** Where XNAT offers a program: the level of the page, and the data types it belongs to. */
export interface Place {
  readonly level: "scan" | "session" | "assessor" | "project";
  /** XNAT data types (wrapper `contexts`). */
  readonly contexts: readonly string[];
}

/** Data type of the ROI collections that XNAT's viewer stores. */
export const roiCollectionType = "icr:roiCollectionData";

/** Modalities XNAT has data types for that a program of ours can meet. */
const typePrefix = { MR: "mr", PET: "pet", CT: "ct", US: "us" } as const;
export type Modality = keyof typeof typePrefix;

/** Offered on a scan: of one modality, or of any when none is named. */
export function onScan(spec: { readonly modality?: Modality } = {}): Place {
  return { level: "scan", contexts: [`xnat:${prefixOf(spec.modality)}ScanData`] };
}

/** Offered on a session, with a menu for the scan. */
export function onSession(spec: { readonly modality?: Modality } = {}): Place {
  return { level: "session", contexts: [`xnat:${prefixOf(spec.modality)}SessionData`] };
}

/** Offered on a ROI collection, with a menu for the scan. */
export function onRoiCollection(): Place {
  return { level: "assessor", contexts: [roiCollectionType] };
}

/** Offered on a project. */
export function onProject(): Place {
  return { level: "project", contexts: ["xnat:projectData"] };
}

function prefixOf(modality: Modality | undefined): string {
  return modality === undefined ? "image" : typePrefix[modality];
}
