import { describe, expect, test } from "vitest";
import {
  fromPlainError,
  InputError,
  isProgramError,
  toPlainError,
  UsageError,
} from "#shared/errors.ts";

describe("errors", () => {
  test("a message says what was found, then what to do", () => {
    const error = new InputError("E-FEW", "2 echoes found.", "Use more.");
    expect(error.message).toBe("2 echoes found. Use more.");
    expect(error.exitCode).toBe(3);
  });

  test("an error keeps class, code, hint and exit code on its way out of a worker thread", () => {
    const before = new UsageError("E-OUTPUT", "No room.", "Make room.");
    const after = fromPlainError(structuredClone(toPlainError(before)));
    expect(isProgramError(after, "usage")).toBe(true);
    expect(after).toMatchObject({
      code: "E-OUTPUT",
      message: before.message,
      hint: "Make room.",
      exitCode: 2,
    });
  });

  test("a bug keeps its stack and is no program error", () => {
    const bug = new TypeError("x is undefined");
    const after = fromPlainError(structuredClone(toPlainError(bug)));
    expect(isProgramError(after)).toBe(false);
    expect(after.stack).toBe(bug.stack);
  });
});
