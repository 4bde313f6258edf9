/** Exit codes of every program; docs/exit-codes.md explains them to users. */
export const exitCodes = {
  done: 0,
  partial: 1,
  usage: 2,
  input: 3,
  unsupported: 4,
  xnat: 5,
  bug: 70,
} as const;

export type ErrorTag = "usage" | "input" | "unsupported" | "partial" | "xnat";

/**
 * What a program says when it cannot go on for a reason the user can mend.
 *
 * A message reads: what was found, then what to do. `code` is stable (E-...), for scripts and documents.
 */
export abstract class ProgramError extends Error {
  abstract readonly tag: ErrorTag;
  readonly code: string;
  readonly hint: string;

  constructor(code: string, found: string, hint: string, cause?: unknown) {
    super(hint === "" ? found : `${found} ${hint}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return exitCodes[this.tag];
  }
}

/** An option, a flag or a mount (input or output folder) that cannot be used. Exit code 2. */
export class UsageError extends ProgramError {
  readonly tag = "usage";
}

/** The images cannot be used: what is wrong, in which file, by which attribute. Exit code 3. */
export class InputError extends ProgramError {
  readonly tag = "input";
}

/** Valid, but not ours: a transfer syntax or a kind of object no program here reads. Exit code 4. */
export class UnsupportedError extends ProgramError {
  readonly tag = "unsupported";
}

/** Some items failed, the rest is written (--strict, batch programs). Exit code 1. */
export class PartialError extends ProgramError {
  readonly tag = "partial";
}

/** A server could not be reached, or refused: shared/xnat/xnat-error.ts says which request, and why. Exit code 5. */
export class ServerError extends ProgramError {
  readonly tag = "xnat";
}

const classes = {
  usage: UsageError,
  input: InputError,
  unsupported: UnsupportedError,
  partial: PartialError,
  xnat: ServerError,
};

/** True for errors meant for the user (with one of `tags`, when given); anything else is a bug. */
export function isProgramError(error: unknown, ...tags: ErrorTag[]): error is ProgramError {
  return error instanceof ProgramError && (tags.length === 0 || tags.includes(error.tag));
}

/** A ProgramError as plain fields, so that it can leave a worker thread. */
export interface PlainError {
  readonly tag: ErrorTag | "bug";
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly stack: string | undefined;
}

/** The plain form of any error; a bug keeps its stack. */
export function toPlainError(error: unknown): PlainError {
  if (isProgramError(error)) {
    return {
      tag: error.tag,
      code: error.code,
      message: error.message,
      hint: error.hint,
      stack: undefined,
    };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return { tag: "bug", code: "", message: bug.message, hint: "", stack: bug.stack };
}

/** The error a plain form came from, with its class. */
export function fromPlainError(plain: PlainError): Error {
  if (plain.tag === "bug") {
    const bug = new Error(plain.message);
    if (plain.stack !== undefined) bug.stack = plain.stack;
    return bug;
  }
  const found =
    plain.hint === "" ? plain.message : plain.message.slice(0, -(plain.hint.length + 1));
  return new classes[plain.tag](plain.code, found, plain.hint);
}
