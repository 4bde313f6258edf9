import { ServerError } from "#shared/errors.ts";

/** What a refusal means for the caller; docs/exit-codes.md has a line for each. */
export type XnatErrorKind =
  | "auth"
  | "token-ended"
  | "not-found"
  | "forbidden"
  | "exists"
  | "conflict"
  | "locked"
  | "validation"
  | "nothing-imported"
  | "not-stored"
  | "protocol"
  | "proxy"
  | "transient"
  | "disk"
  | "refused-redirect"
  | "too-large";

const codes: Readonly<Record<XnatErrorKind, string>> = {
  auth: "E-XNAT-AUTH",
  "token-ended": "E-XNAT-TOKEN-ENDED",
  "not-found": "E-XNAT-NOT-FOUND",
  forbidden: "E-XNAT-FORBIDDEN",
  exists: "E-XNAT-EXISTS",
  conflict: "E-XNAT-CONFLICT",
  locked: "E-XNAT-LOCKED",
  validation: "E-XNAT-VALIDATION",
  "nothing-imported": "E-XNAT-NOTHING-IMPORTED",
  "not-stored": "E-XNAT-NOT-STORED",
  protocol: "E-XNAT-PROTOCOL",
  proxy: "E-XNAT-PROXY",
  transient: "E-XNAT-TRANSIENT",
  disk: "E-XNAT-DISK",
  "refused-redirect": "E-XNAT-REFUSED-REDIRECT",
  "too-large": "E-XNAT-TOO-LARGE",
};

const hints: Readonly<Record<XnatErrorKind, string>> = {
  auth: "Check user name and password; the account may be locked for an hour after many wrong ones.",
  "token-ended": "The alias token has ended: start again, what is stored will be found.",
  "not-found": "It does not exist, or this user may not see it.",
  forbidden: "Ask the owner of the project or the site's administrator for the right to do this.",
  exists: "Choose another name, or remove the old one first.",
  conflict: "Look at what is stored under this name.",
  locked: "Somebody works on it: try again later.",
  validation: "XNAT does not accept the request as it is.",
  "nothing-imported": "Look at the site's filters, and whether the files are DICOM.",
  "not-stored": "Check that this user may edit the project.",
  protocol: "Check that the address is that of an XNAT, with its context path.",
  proxy: "Ask the administrator about the limits of the proxy before XNAT.",
  transient: "Try again later.",
  disk: "XNAT's disk is full: tell its administrator.",
  "refused-redirect": "Give the address the server is really reached by.",
  "too-large": "Ask for less at a time.",
};

/** What is known of a refusal besides its kind. */
export interface XnatErrorFacts {
  readonly method: string;
  /** Without query: "/data/projects/P". */
  readonly path: string;
  readonly status?: number | undefined;
  /** Of the answer, secrets removed; the first 300 characters are kept. */
  readonly excerpt?: string | undefined;
  /** Id of the rule of behaviour it follows (A3, U2), or "". */
  readonly rule?: string | undefined;
  /** What was found; of an answer its status unless said otherwise. */
  readonly found?: string | undefined;
  /** What to do, where the ordinary hint of the kind would mislead. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * XNAT could not be reached, refused, or did not do what was asked.
 *
 * The message says what was asked, what was found, what to do. It never holds a secret: whoever makes one with an excerpt
 * of the server's words takes the secrets out first (redact.ts).
 */
export class XnatError extends ServerError {
  readonly kind: XnatErrorKind;
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly excerpt: string;
  readonly rule: string;

  constructor(kind: XnatErrorKind, facts: XnatErrorFacts) {
    const excerpt = (facts.excerpt ?? "").slice(0, 300);
    const found =
      facts.found ?? (facts.status === undefined ? "failed" : `XNAT answered ${facts.status}`);
    const quoted = excerpt === "" ? "." : `: "${excerpt}".`;
    super(
      codes[kind],
      `${facts.method} ${facts.path}: ${found}${quoted}`,
      facts.hint ?? hints[kind],
      facts.cause,
    );
    this.kind = kind;
    this.method = facts.method;
    this.path = facts.path;
    this.status = facts.status;
    this.excerpt = excerpt;
    this.rule = facts.rule ?? "";
  }
}

/** True for what may succeed when it is simply tried again later; a proxy's limit of size (413) stays what it is. */
export function isRepeatable(error: unknown): boolean {
  return (
    error instanceof XnatError &&
    (error.kind === "transient" || (error.kind === "proxy" && error.status !== 413))
  );
}

/** True for an XnatError of one of these kinds. */
export function isXnatError(error: unknown, ...kinds: XnatErrorKind[]): error is XnatError {
  return error instanceof XnatError && (kinds.length === 0 || kinds.includes(error.kind));
}
