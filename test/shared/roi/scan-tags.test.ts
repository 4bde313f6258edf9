import { describe, expect, test } from "vitest";
import { scanTags } from "#shared/roi/scan-tags.ts";
import { codeOf, messageOf } from "./codes.ts";

const cut = (text: string) =>
  scanTags("f.xml", text, "m").map(({ start, end }) => text.slice(start, end));

describe("tags of an XML file", () => {
  test("the outermost elements of a name are found, with any prefix", () => {
    const text = '<r><m a=">"><m/>1</m><x:m/><q><m b="/>">2</m ></q><mm/></r>';
    expect(cut(text)).toEqual(['<m a=">"><m/>1</m>', "<x:m/>", '<m b="/>">2</m >']);
  });

  test("comments, character data and instructions hold no tags", () => {
    expect(cut("<?m <m/>?><r><!-- <m> --><![CDATA[<m>]]><m>1</m></r>")).toEqual(["<m>1</m>"]);
  });

  test.each([
    ["<r><m>", 1],
    ['<r>\n<m a="', 2],
    ["<r>\n\n<!-- ", 3],
    ["<r>\n<![CDATA[", 2],
  ])("%j ends too early, at line %i", (text, line) => {
    expect(messageOf(() => cut(text))).toContain(`at line ${line} it ends inside an element`);
  });

  test.each([
    ['<!DOCTYPE a [<!ENTITY b "c">]><a/>', "document type declaration with entities"],
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a/>', "declares an external entity"],
    ["<!DOCTYPE a><a/>", "contains a document type declaration (line 1)"],
    ["<a><!DOCTYPE a></a>", "contains a document type declaration"],
  ])("%j is refused", (text, what) => {
    expect(codeOf(() => cut(text))).toBe("E-XML-DOCTYPE");
    expect(messageOf(() => cut(text))).toContain(what);
  });

  test.each([
    ["nesting", "<a>".repeat(1e6)],
    ["references", `<a>${"&amp;".repeat(2e6)}</a>`],
    ["elements", `<a>${"<b/>".repeat(1e6)}</a>`],
    ["pieces", `<a>${"<m/>".repeat(60_000)}</a>`],
    ["attributes", `<a ${Array.from({ length: 300_000 }, (_, i) => `a${i}=""`).join(" ")}/>`],
    ["instructions", `<a>${"<?b?>".repeat(1e6)}</a>`],
  ])("masses of %s are refused, soon", (_, text) => {
    const start = performance.now();
    expect(codeOf(() => cut(text))).toBe("E-XML-SIZE");
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
