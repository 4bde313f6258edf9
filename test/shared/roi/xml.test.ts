import { describe, expect, test } from "vitest";
import { attribute, childElements, elementsAt, readXml } from "#shared/roi/xml.ts";
import { codeOf, messageOf } from "./codes.ts";

const read = (text: string) => readXml("f.xml", Buffer.from(text), "m");

describe("XML", () => {
  test("pieces are parsed when they are opened", () => {
    const { root, open } = read('<x:r><q/><x:m a="1"><p v="&lt;&#246;"/></x:m><m a="2"/></x:r>');
    const pieces = childElements(root, "m");
    expect(pieces.map((piece) => childElements(piece).length)).toEqual([0, 0]);
    const opened = pieces.map(open);
    expect(opened.map((piece) => attribute(piece, "a"))).toEqual(["1", "2"]);
    expect(attribute(elementsAt(opened[0]!, "p")[0], "v")).toBe("<ö");
    expect(childElements(root)).toHaveLength(3);
  });

  test("attributes are found with and without prefix", () => {
    const { root } = read('<r xsi:type="T" type2="x"/>');
    expect([attribute(root, "type"), attribute(root, "type2"), attribute(root, "no")]).toEqual([
      "T",
      "x",
      "",
    ]);
    expect(attribute(undefined, "type")).toBe("");
    expect(attribute(root, "constructor")).toBe("");
  });

  test.each([
    ["<r>\n<a></b>\n</r>", 2],
    ["<r>\n&nbsp;</r>", 2],
    ["<r/>\n<r/>", 2],
    ["<r a=1/>", 1],
    ["<r>\n<a b='1' b='2'/></r>", 2],
    ["", 1],
    ["no xml", 1],
  ])("%j is not well-formed, line %i", (text, line) => {
    expect(codeOf(() => read(text))).toBe("E-XML");
    expect(messageOf(() => read(text))).toContain(`at line ${line} `);
  });

  test("damage inside a piece has the line of the file", () => {
    const { root, open } = read("<r>\n<m>\n\n</m>\n<m>\n<p>\n<q></p></q></m></r>");
    const second = childElements(root, "m")[1]!;
    expect(messageOf(() => open(second))).toContain("at line 7 the parser finds: Missing end tag");
  });

  test("damage after a piece has the line of the file", () => {
    expect(messageOf(() => read("<r>\n<m>\n\n</m>\n<a></b></r>"))).toContain("at line 5 ");
  });

  test("files, and texts between tags, longer than any of their kind are refused", () => {
    expect(codeOf(() => readXml("f.xml", new Uint8Array(51e6), "m"))).toBe("E-XML-SIZE");
    expect(codeOf(() => read(`<r>${"x".repeat(20e6)}</r>`))).toBe("E-XML-SIZE");
    expect(codeOf(() => read(`<r>${"\u{1f600}".repeat(3e6)}</r>`))).toBe("E-XML-SIZE");
  });

  test("characters beyond the basic plane are read", () => {
    expect(attribute(read('<r a="\u{1f600}ö"/>').root, "a")).toBe("\u{1f600}ö");
  });
});
