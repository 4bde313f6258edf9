import { describe, expect, test } from "vitest";
import { parseDecimal } from "#shared/roi/decimal.ts";
import { randomNumbers } from "#test/fuzz/damage.ts";

describe("decimal numbers", () => {
  test.each([
    ["12.5", 12.5],
    [" -0.5 ", -0.5],
    ["+3", 3],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["-1.25E-2", -0.0125],
    ["7\0", 7],
    ["\r\n\t8 ", 8],
    ["1e308", 1e308],
    ["9007199254740993", 2 ** 53],
    ["0.1234567890123456789012345", 0.12345678901234568],
  ])("%j", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each([
    "",
    " ",
    "-",
    ".",
    "1,5",
    "NaN",
    "Infinity",
    "0x10",
    "1e",
    "1 2",
    "--1",
    "1.2.3",
    "ı",
  ])("%j is none", (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test("a text of thousands of digits is none", () => {
    expect(parseDecimal(`1e${"9".repeat(5000)}`)).toBeUndefined();
  });

  test("agrees with Number to the last bit", () => {
    const random = randomNumbers(7);
    for (let i = 0; i < 20_000; i++) {
      const value = (random() - 0.5) * 10 ** Math.floor(random() * 30 - 12);
      const text = [String(value), value.toFixed(7), value.toFixed(17), value.toPrecision(16)][
        i % 4
      ]!;
      expect(parseDecimal(text)).toBe(Number(text));
    }
  });
});
