import { UsageError } from "#shared/errors.ts";

const reasons: Record<string, readonly [string, string, string]> = {
  ENOSPC: ["E-OUTPUT-FULL", "has no space left", "Free space there, or give another --output."],
  EDQUOT: ["E-OUTPUT-FULL", "is at its quota", "Free space there, or give another --output."],
  EROFS: [
    "E-OUTPUT",
    "is on a read-only file system",
    "Mount it writable, or give another --output.",
  ],
  EACCES: [
    "E-OUTPUT",
    "cannot be written by this user",
    "Give the program's user the right to write there.",
  ],
  EPERM: [
    "E-OUTPUT",
    "cannot be written by this user",
    "Give the program's user the right to write there.",
  ],
  ENOTDIR: ["E-OUTPUT", "is not a folder", "Give a folder with --output."],
  EEXIST: ["E-OUTPUT", "is not a folder", "Give a folder with --output."],
  ENOENT: ["E-OUTPUT", "cannot be made", "Give another --output."],
  ENAMETOOLONG: ["E-OUTPUT", "has too long a name", "Give another --output."],
  EIO: [
    "E-OUTPUT",
    "cannot be written (input/output error)",
    "Check the disk, or give another --output.",
  ],
};

/**
 * What a failed write into an output folder means to its user: E-OUTPUT-FULL or E-OUTPUT; any other error as it is.
 *
 * @param folder - the output folder, for the message
 */
export function cannotWrite(folder: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reason = reasons[code];
  if (reason === undefined) return error;
  const user = process.getuid === undefined ? "" : ` (uid ${process.getuid()})`;
  const whose = code === "EACCES" || code === "EPERM" ? user : "";
  return new UsageError(
    reason[0],
    `The output folder ${folder} ${reason[1]}${whose}.`,
    reason[2],
    error,
  );
}
