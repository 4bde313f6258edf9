import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeJsonBlock, escapeText, html, renderTable } from "#shared/report/html.ts";

describe("text in a page", () => {
  test("is escaped in elements, attributes and lists; markup of ours is not", () => {
    const text = `<b a="1">&'`;
    expect(html`<p title="${text}">${[text, html`<br/>`]}${undefined}${3}</p>`.markup).toBe(
      `<p title="&lt;b a=&quot;1&quot;&gt;&amp;&#39;">&lt;b a=&quot;1&quot;&gt;&amp;&#39;<br/>3</p>`,
    );
  });

  test("whatever it is, no character of it can begin a tag, an entity or end an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeText(text);
        expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[<>&"']/);
        expect(escaped.isWellFormed()).toBe(true);
      }),
    );
  });

  test("control characters are shown as replaced, not dropped", () => {
    expect(escapeText("a\u0000b\u202ec\ud800d\te\n")).toBe("a\ufffdb\ufffdc\ufffdd\te\n");
  });
});

describe("JSON in a page", () => {
  test("comes back as it was and can end no element", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { markup } = encodeJsonBlock(value);
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(markup).not.toMatch(/[<>&]/);
      }),
    );
    expect(encodeJsonBlock("</script><!--").markup).toBe('"\\u003c/script\\u003e\\u003c!--"');
  });

  test("numbers that JSON has not become null", () => {
    expect(
      JSON.parse(encodeJsonBlock({ a: Number.NaN, b: [Number.POSITIVE_INFINITY] }).markup),
    ).toEqual({
      a: null,
      b: [null],
    });
    expect(encodeJsonBlock(undefined).markup).toBe("null");
  });
});

test("numbers of a table are set right", () => {
  const { markup } = renderTable([{ heading: "a" }, { heading: "b", numeric: true }], [["<", 1]]);
  expect(markup).toContain('<th scope="col">a</th><th scope="col" class="number">b</th>');
  expect(markup).toContain('<td>&lt;</td><td class="number">1</td>');
});
