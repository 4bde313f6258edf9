import { isProgramError } from "#shared/errors.ts";
import { isRepeatable, isXnatError } from "#shared/xnat/xnat-error.ts";

/** Whose fault a failure is: the item's own data, XNAT's, this machine's, or a bug. */
export type FailureOrigin = "item" | "xnat" | "machine" | "bug";

/** A failure as an outcome states it. */
export interface Failure {
  readonly code: string;
  readonly reason: string;
  readonly repeatable: boolean;
  readonly origin: FailureOrigin;
  readonly bug: boolean;
}

/** Codes after which nothing else can succeed either. */
const final: ReadonlySet<string> = new Set(["E-XNAT-TOKEN-ENDED", "E-XNAT-AUTH"]);

/** True where every further item would fail in the same way. */
export function endsRun({ code }: Pick<Failure, "code">): boolean {
  return final.has(code);
}

/** What an error means for an item; a bug stays told apart, with its message. */
export function judgeFailure(error: unknown): Failure {
  if (error instanceof ItemError) {
    const { code, message, repeatable, origin } = error;
    return { code, reason: message, repeatable, origin, bug: false };
  }
  if (isXnatError(error)) {
    const { code, message, kind } = error;
    // "exists": another run, perhaps of this program, was quicker; what it stored is judged the next time.
    const passing = ["locked", "not-stored", "disk", "exists"].includes(kind) || endsRun(error);
    const repeatable = passing || isRepeatable(error);
    return { code, reason: message, repeatable, origin: "xnat", bug: false };
  }
  if (isProgramError(error)) {
    const { code, message } = error;
    return { code, reason: message, repeatable: false, origin: "item", bug: false };
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const reason = `No space left in the work folder: ${message}`;
    return { code: "E-DISK-FULL", reason, repeatable: true, origin: "machine", bug: false };
  }
  const reason = `Bug: ${message ?? String(error)}`;
  return { code: "E-BUG", reason, repeatable: false, origin: "bug", bug: true };
}

/** A failure of one item that is no exception of ours: what its program said, or what XNAT lacks. */
export class ItemError extends Error {
  readonly code: string;
  readonly repeatable: boolean;
  readonly origin: FailureOrigin;

  constructor(
    code: string,
    message: string,
    { repeatable = false, origin = "item" as FailureOrigin } = {},
  ) {
    super(message);
    this.name = "ItemError";
    this.code = code;
    this.repeatable = repeatable;
    this.origin = origin;
  }
}
