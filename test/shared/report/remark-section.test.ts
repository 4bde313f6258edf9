import { describe, expect, test } from "vitest";
import { renderRemarks } from "#shared/report/remark-section.ts";

const note = (n: number) => ({ code: "NOTE", severity: "info", text: `note ${n}` }) as const;

describe("remarks", () => {
  test("that do not say how much they matter stand under one heading, in their order", () => {
    const { markup } = renderRemarks([
      { code: "W-B", text: "two" },
      { code: "W-A", text: "a < b" },
      { code: "W-B", text: "three" },
    ]);
    expect(markup).toBe(
      '<section class="warnings"><h2>Warnings</h2>\n<ul><li><code>W-B</code> two</li>\n<li><code>W-A</code> a &lt; b</li>\n<li><code>W-B</code> three</li>\n</ul></section>\n',
    );
  });

  test("serious ones come first, harmless ones last and folded away", () => {
    const { markup } = renderRemarks([
      ...[1, 2, 3, 4].map(note),
      { code: "SMALL", severity: "warning", text: "small" },
      { code: "BROKEN", severity: "error", text: "broken" },
    ]);
    const order = ["Errors", "BROKEN", "Warnings", "SMALL", "4 notes", "note 1"];
    const places = order.map((text) => markup.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(markup.match(/<details>/g)).toHaveLength(1);
  });

  test("many of one code do not bury the others", () => {
    const many = Array.from({ length: 500 }, (_, n) => note(n));
    const { markup } = renderRemarks([...many, { ...note(0), code: "OTHER" }], "#all");
    expect(markup.match(/<li>/g)).toHaveLength(6);
    expect(markup).toContain('<a href="#all">496 more</a>');
    expect(markup).toContain("OTHER");
  });

  test("none leave nothing", () => {
    expect(renderRemarks([]).markup).toBe("");
  });
});
