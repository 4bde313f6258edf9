import type { SeriesIdentity } from "#shared/volume/series-volume.ts";

/** What XNAT calls the input: for file names, the report and the sidecars. Empty where unknown. */
export interface SourceLabels {
  readonly project: string;
  readonly subject: string;
  readonly session: string;
  readonly scan: string;
}

/**
 * Labels of the input: those XNAT passes to the container (SOURCE_PROJECT, ...), else those of the images: DICOM
 * attributes, or the entities of a BIDS file name.
 *
 * An unresolved template key (`#scan-id#`) counts as unknown.
 */
export function readSourceLabels(
  identity: SeriesIdentity,
  environment: NodeJS.ProcessEnv = process.env,
): SourceLabels {
  const given = (name: string): string => {
    const value = environment[name]?.trim() ?? "";
    return /^#.*#$/.test(value) ? "" : value;
  };
  const file = identity.kind === "nifti" ? (identity.files[0]?.path ?? "") : "";
  const entity = (key: string): string =>
    new RegExp(`(?:^|[/_])${key}-([A-Za-z0-9]+)(?=[/_.]|$)`).exec(file)?.[1] ?? "";
  return {
    project: given("SOURCE_PROJECT"),
    subject: given("SOURCE_SUBJECT") || identity.patientID || entity("sub"),
    session: given("SOURCE_SESSION") || identity.studyID || entity("ses"),
    scan:
      given("SOURCE_SCAN") ||
      (identity.seriesNumber === undefined ? entity("run") : String(identity.seriesNumber)),
  };
}
