import { ProgramError } from "#shared/errors.ts";

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

export interface XnatFailure {
  readonly kind: XnatErrorKind;
  readonly method: string;
  readonly path: string;
  readonly status?: number | undefined;
  readonly excerpt?: string;
  readonly rule?: string;
  readonly found: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** XNAT refused, could not be reached or answered something else than it should. Exit code 5. */
export class XnatError extends ProgramError {
  readonly tag = "xnat";
  readonly kind: XnatErrorKind;
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly excerpt: string;
  readonly rule: string;

  constructor(failure: XnatFailure) {
    super(
      `E-XNAT-${failure.kind.toUpperCase()}`,
      `${failure.method} ${failure.path}: ${failure.found}`,
      failure.hint,
      failure.cause,
    );
    this.kind = failure.kind;
    this.method = failure.method;
    this.path = failure.path;
    this.status = failure.status;
    this.excerpt = failure.excerpt ?? "";
    this.rule = failure.rule ?? "";
  }
}
