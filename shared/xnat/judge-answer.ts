import type { Call } from "./connection.ts";
import { excerptOf, makeRedact } from "./redact.ts";
import { XnatError, type XnatErrorKind } from "./xnat-error.ts";

/** What is wrong with an answer that arrived whole: in words, the answer itself, and the rule of behaviour it follows. */
export interface Complaint {
  readonly found: string;
  readonly hint: string;
  /** Quoted in the message: its first 300 characters, without secrets. */
  readonly answer?: string;
  readonly status?: number | undefined;
  readonly rule?: string;
  readonly cause?: unknown;
}

/** The reader of an answer does not know the secrets of its connection: what looks like one goes, also in reports of containers. */
const redact = makeRedact(() => []);

/** The error for what only the reader of an answer, or of several, can judge: the connection took them for good. */
export function complain(
  kind: XnatErrorKind,
  call: Pick<Call, "method" | "path">,
  complaint: Complaint,
): XnatError {
  return new XnatError(kind, {
    ...complaint,
    method: call.method,
    path: redact(`/${call.path.join("/")}`),
    excerpt: excerptOf(complaint.answer ?? "", redact),
  });
}

/** The error for an answer of another shape than XNAT's. */
export function unexpected(call: Call, found: string, answer: string, cause?: unknown): XnatError {
  const hint =
    "Check the address of the server, and whether a proxy or a login page answers in its place.";
  return complain("protocol", call, { found, answer, cause, hint, rule: "L8" });
}

/** The same failure in words that fit the question better. */
export function restate(
  error: XnatError,
  call: Call,
  words: Pick<Complaint, "found" | "hint" | "rule"> & { readonly kind?: XnatErrorKind },
): XnatError {
  const { excerpt, status } = error;
  return complain(words.kind ?? error.kind, call, {
    ...words,
    status,
    answer: excerpt,
    cause: error,
  });
}
