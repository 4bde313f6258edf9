import { describe, expect, test } from "vitest";
import { decodeXml } from "#shared/roi/xml-text.ts";
import { codeOf, messageOf } from "./codes.ts";

const declared = (encoding: string, text: string) =>
  Buffer.from(`<?xml version="1.0" encoding="${encoding}"?>\n<a b="${text}"/>`, "latin1");
const utf16 = (text: string, big: boolean) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return big ? bytes.swap16() : bytes;
};

describe("text of an XML file", () => {
  test.each([
    ["UTF-8 by default", Buffer.from("<a>tumör</a>"), "<a>tumör</a>"],
    ["a byte order mark", Buffer.from("\ufeff<a>tumör</a>"), "<a>tumör</a>"],
    ["UTF-16, low byte first", utf16("<a>tumör</a>", false), "<a>tumör</a>"],
    ["UTF-16, high byte first", utf16("<a>tumör</a>", true), "<a>tumör</a>"],
    ["line ends", Buffer.from("<a>\r\n\r\n\r</a>"), "<a>\n\n\n</a>"],
  ])("%s", (_, bytes, text) => {
    expect(decodeXml("f.xml", bytes)).toMatchObject({ text, damaged: [] });
  });

  test.each(["ISO-8859-1", "iso-8859-1", "windows-1252", "latin1"])(
    "declared as %s",
    (encoding) => {
      expect(decodeXml("f.xml", declared(encoding, "tum\xf6r")).text).toContain('"tumör"');
    },
  );

  test("bytes that are not UTF-8 are replaced, and the texts are named", () => {
    const { text, encoding, damaged } = decodeXml("f.xml", declared("UTF-8", "tum\xf6r"));
    expect(text).toContain('"tum\ufffdr"');
    expect([encoding, damaged]).toEqual(["utf-8", ["tum\ufffdr"]]);
  });

  test.each(["EBCDIC-CP-US", "UTF-7", "x-user-defined"])("%s is refused", (encoding) => {
    expect(codeOf(() => decodeXml("f.xml", declared(encoding, "")))).toBe("E-XML-ENCODING");
  });

  test("characters that XML forbids are refused with their line", () => {
    const message = messageOf(() => decodeXml("f.xml", Buffer.from("<a>\n\x01</a>")));
    expect(message).toContain("at line 2 there is a character that XML forbids (U+0001)");
  });

  test("a text of carriage returns alone takes no time", () => {
    const start = performance.now();
    decodeXml("f.xml", Buffer.alloc(20e6, 0x0d));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
