/** A property of a scan that the listing tells. */
export type ListedField = "series" | "type" | "modality" | "quality" | "frames" | "scan";

/** A condition on one property of a scan. */
export interface Condition {
  /** As it was written, for messages. */
  readonly text: string;
  /** Property of the listing; undefined for a DICOM attribute. */
  readonly field: ListedField | undefined;
  /** DICOM keyword or tag (8 hexadecimal digits); "" for a property of the listing. */
  readonly attribute: string;
  readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
  /** Alternatives: one that fits will do (with `!=`: none may fit). Comparisons of size have one. */
  readonly values: readonly string[];
}

/** Which scans a pipeline takes: those that meet every condition. */
export interface Rule {
  readonly text: string;
  readonly conditions: readonly Condition[];
}
