import { expect, test } from "vitest";
import { toOneLine } from "#shared/program/one-line.ts";

test("line breaks and terminal codes become blanks, letters of every language stay", () => {
  expect(toOneLine("a\r\nb\u001b[31mc\u2028d\u0085e")).toBe("a b [31mc d e");
  expect(toOneLine("Mäuse 日本語 µ")).toBe("Mäuse 日本語 µ");
});
