import { describe, expect, test } from "vitest";
import { fromPlainError, isProgramError, toPlainError } from "#shared/errors.ts";
import { isRepeatable, isXnatError, XnatError } from "#shared/xnat/xnat-error.ts";

describe("an error of XNAT", () => {
  const error = new XnatError("not-found", {
    method: "GET",
    path: "/data/projects/P",
    status: 404,
    excerpt: "x".repeat(999),
    rule: "A10",
  });

  test("says what was asked, what was found, what to do, and exits with 5", () => {
    expect(error.message).toMatch(
      /^GET \/data\/projects\/P: XNAT answered 404: "x{300}"\. It does not/,
    );
    expect(error).toMatchObject({ code: "E-XNAT-NOT-FOUND", exitCode: 5, tag: "xnat" });
    expect(isProgramError(error, "xnat")).toBe(true);
    expect(isXnatError(error, "not-found")).toBe(true);
    expect(isXnatError(error, "auth")).toBe(false);
  });

  test("keeps exit code and words on its way out of a worker thread", () => {
    const after = fromPlainError(structuredClone(toPlainError(error)));
    expect(after).toMatchObject({ exitCode: 5, code: error.code, message: error.message });
  });

  test("may be repeated when it passes by itself", () => {
    const facts = { method: "GET", path: "/" };
    expect(isRepeatable(new XnatError("transient", facts))).toBe(true);
    expect(isRepeatable(new XnatError("proxy", { ...facts, status: 504 }))).toBe(true);
    expect(isRepeatable(new XnatError("proxy", { ...facts, status: 413 }))).toBe(false);
    expect(isRepeatable(error)).toBe(false);
    expect(isRepeatable(new Error("bug"))).toBe(false);
  });
});
