import { complain } from "./judge-answer.ts";

/** `error`, or where it says that no room is left on this machine's disk, that as an XnatError "disk". */
export function withDiskNamed(error: unknown, path: readonly string[]): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return complain(
    "disk",
    { method: "GET", path: path },
    {
      found: `no room is left for it on this machine (${code})`,
      hint: "Make room, or give a work folder on a larger disk; what is complete is kept.",
      cause: error,
    },
  );
}
