import { XnatError, type XnatErrorKind } from "./xnat-error.ts";

/** What a transfer found that no single answer says. */
export interface Finding {
  /** Without a full stop. */
  readonly found: string;
  readonly hint: string;
  /** Of the rules of XNAT's odd behaviours: "D1", "U2". */
  readonly rule?: string;
  readonly cause?: unknown;
}

/** An XnatError about a request whose answers alone were no errors. `path`: segments as of a Call. */
export function transferError(
  kind: XnatErrorKind,
  method: string,
  path: readonly string[],
  { found, hint, rule = "", cause }: Finding,
): XnatError {
  return new XnatError(kind, { method, path: `/${path.join("/")}`, found, hint, rule, cause });
}

/** `error`, or where it says that no room is left on this machine's disk, that as an XnatError "disk". */
export function withDiskNamed(error: unknown, path: readonly string[]): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return transferError("disk", "GET", path, {
    found: `no room is left for it on this machine (${code})`,
    hint: "Make room, or give a work folder on a larger disk; what is complete is kept.",
    cause: error,
  });
}
