import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteCell, shieldFormula, unshieldFormula } from "#shared/stats/quote-cell.ts";

describe("texts a spreadsheet would run", () => {
  test.each([
    "=1+1",
    "+x",
    "-x",
    "@x",
    "\tx",
    "\rx",
    "\nx",
    " =1+1",
    "\ufeff=1",
    "'=1",
    '"=1"',
    "\uff1d1+1",
    "-",
  ])("%j gets an apostrophe, which can be taken off again", (text) => {
    expect(shieldFormula(text)).toBe(`'${text}`);
    expect(unshieldFormula(shieldFormula(text))).toBe(text);
  });

  test.each(["kidney1", "kidney 2 (left)", "tumör", "sub/voxel", "a=b", "'quoted'", "", "1-2"])(
    "%j stays as it is",
    (text) => {
      expect(shieldFormula(text)).toBe(text);
      expect(unshieldFormula(text)).toBe(text);
    },
  );

  test("any text comes back", () => {
    const texts = fc.string({ unit: fc.constantFrom("'", "=", " ", "a", '"', "-", "\t") });
    fc.assert(
      fc.property(texts, (text) => {
        expect(unshieldFormula(shieldFormula(text))).toBe(text);
        expect(shieldFormula(text)).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });
});

describe("cells", () => {
  test("are quoted when a separator, a quote or a line end would break the row", () => {
    expect(quoteCell('edge, "tie" & <more>', ",")).toBe('"edge, ""tie"" & <more>"');
    expect(quoteCell("a\r\nb", ",")).toBe('"a\r\nb"');
    expect(quoteCell("a;b", ";")).toBe('"a;b"');
    expect(quoteCell("a\tb", "\t")).toBe('"a\tb"');
    expect(quoteCell(" a", ",")).toBe('" a"');
  });

  test("are bare otherwise", () => {
    for (const text of ["a b", "a;b", "tumör", "", "65.1577255846298"]) {
      expect(quoteCell(text, ",")).toBe(text);
    }
  });

  test("hold no control characters and no halves of characters", () => {
    expect(quoteCell("a\0b\x1b\ud800", ",")).toBe("a\ufffdb\ufffd\ufffd");
  });
});
