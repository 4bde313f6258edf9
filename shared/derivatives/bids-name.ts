import type { SourceLabels } from "./source-labels.ts";

/**
 * File name of a BIDS derivative, without extension: `sub-M01_ses-pre_run-3_desc-stderr_T2map`.
 *
 * BIDS labels hold letters and digits only; the labels as XNAT knows them stand in the sidecar.
 * A scan label such as `5-MR1` becomes `acq-MR1_run-5`, so that two scans never share a name.
 *
 * @see BIDS 1.10, "Entities" and "Common data types", order of entities sub, ses, acq, run, desc
 */
export function bidsName(labels: SourceLabels, suffix: string, description?: string): string {
  const [, run, rest] = /^0*(\d*)(.*)$/s.exec(labels.scan) ?? ["", "", ""];
  const entities = [
    ["sub", lettersAndDigits(labels.subject) || "unknown"],
    ["ses", lettersAndDigits(labels.session)],
    ["acq", lettersAndDigits(rest ?? "")],
    ["run", run === "" && labels.scan.startsWith("0") ? "0" : run],
    ["desc", description ?? ""],
  ];
  const parts = entities
    .filter(([, label]) => label !== "")
    .map(([key, label]) => `${key}-${label}`);
  return [...parts, suffix].join("_");
}

/** Longest label kept; file systems allow 255 bytes for a whole name. */
const longestLabel = 48;

function lettersAndDigits(label: string): string {
  return label
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, longestLabel);
}
