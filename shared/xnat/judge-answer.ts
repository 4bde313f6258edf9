import type { Call } from "./connection.ts";
import { XnatError, type XnatErrorKind } from "./xnat-error.ts";

/** How much of an unexpected answer an error quotes. */
const quoted = 300;

/** What is wrong with an answer that arrived whole: in words, the answer itself and the rule of docs that names the case. */
export interface Complaint {
  readonly found: string;
  readonly hint: string;
  readonly answer?: string;
  readonly status?: number;
  readonly rule?: string;
  readonly cause?: unknown;
}

/** The error for an answer that only its reader, not the connection, can judge. */
export function complain(kind: XnatErrorKind, call: Call, complaint: Complaint): XnatError {
  const excerpt = excerptOf(complaint.answer ?? "");
  return new XnatError({
    kind,
    method: call.method,
    path: `/${call.path.join("/")}`,
    status: complaint.status,
    excerpt,
    rule: complaint.rule ?? "",
    found: excerpt === "" ? complaint.found : `${complaint.found} Answer: ${excerpt}`,
    hint: complaint.hint,
    cause: complaint.cause,
  });
}

/** The error for an answer of another shape than XNAT's. */
export function unexpected(call: Call, found: string, answer: string, cause?: unknown): XnatError {
  return complain("protocol", call, {
    found,
    answer,
    cause,
    rule: "L8",
    hint: "Check the address of the server and whether a proxy or a login page answers in its place.",
  });
}

/** The same failure with words that fit the question better. */
export function restate(
  error: XnatError,
  call: Call,
  words: Pick<Complaint, "found" | "hint" | "rule"> & { readonly kind?: XnatErrorKind },
): XnatError {
  return complain(words.kind ?? error.kind, call, {
    ...words,
    answer: error.excerpt,
    ...(error.status === undefined ? {} : { status: error.status }),
    cause: error,
  });
}

/** True for an XnatError of one of these kinds. */
export function isXnatError(error: unknown, ...kinds: XnatErrorKind[]): error is XnatError {
  return error instanceof XnatError && (kinds.length === 0 || kinds.includes(error.kind));
}

/** The first characters without session ids, tokens and passwords. */
function excerptOf(answer: string): string {
  return answer
    .slice(0, quoted)
    .replace(
      /(JSESSIONID=|XNAT_CSRF=|"(?:secret|alias|XNAT_PASS|password)"\s*:\s*")[^";&\s]+/gi,
      "$1***",
    )
    .replace(/\s+/g, " ")
    .trim();
}
