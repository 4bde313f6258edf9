/** A folder of XNAT that the program reads: a resource of the scan, mounted read-only. */
export interface InputMount {
  readonly path: string;
  /** Labels of the resources that will do. */
  readonly resources: readonly string[];
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
export function resourceMount(path: string, spec: Omit<InputMount, "path">): InputMount {
  return { path, ...spec };
}

/** A folder of results. */
export function outputMount(path: string, spec: Omit<OutputMount, "path">): OutputMount {
  return { path, ...spec };
}
