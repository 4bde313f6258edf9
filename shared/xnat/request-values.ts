import { UsageError } from "#shared/errors.ts";
import type { Body } from "./connection.ts";

const label = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * The label, if it may be given to something new. XNAT itself checks ids but not labels (O5), and odd ones break its paths
 * later; one like an accession number, or "ALL", means something else in a path.
 *
 * @throws UsageError E-LABEL
 */
export function requireLabel(text: string, what: string): string {
  if (label.test(text) && !/^XNAT_[ES]\d+$/i.test(text) && text.toUpperCase() !== "ALL")
    return text;
  throw new UsageError(
    "E-LABEL",
    `"${text}" cannot be the label of a ${what}.`,
    "Use up to 64 letters, digits, _ and -, beginning with a letter or digit, not like XNAT_E00001 and not ALL.",
  );
}

/**
 * The value, if XNAT stores it as it is: it escapes `&`, `<`, `>` and quotes of parameters when it reads them.
 *
 * @throws UsageError E-VALUE
 */
export function requirePlainValue(value: string, what: string): string {
  if (!/[&<>"'\p{Cc}]/u.test(value)) return value;
  throw new UsageError(
    "E-VALUE",
    `The ${what} "${value}" holds a character that XNAT would change.`,
    "Leave out & < > quotes and line breaks.",
  );
}

/** A value as JSON, to be sent. */
export function jsonBody(value: unknown): Body {
  const bytes = Buffer.from(JSON.stringify(value), "utf8");
  return { contentType: "application/json", length: bytes.length, open: () => bytes };
}
