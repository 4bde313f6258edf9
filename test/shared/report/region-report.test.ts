import { describe, expect, test } from "vitest";
import { renderRegionReport } from "#shared/report/region-report.ts";
import { makeExampleRegions } from "./example-regions.ts";
import { hasBrowser, measurePages, visitPage } from "./run-browser.ts";

const content = makeExampleRegions();
const page = renderRegionReport(content);
const large = renderRegionReport(
  makeExampleRegions({ regions: 200, maps: 10, slices: 60, columns: 40, rows: 40 }),
);

describe("the report of regions", () => {
  test("is the same for the same content", () => {
    expect(renderRegionReport(makeExampleRegions())).toBe(page);
  });

  test("shows no markup, script or control character of hostile names", () => {
    expect(page).toContain("tumour &lt;script&gt;alert(");
    expect(page).not.toContain("<script>alert");
    for (const code of [0x00, 0x202e]) expect(page.includes(String.fromCharCode(code))).toBe(false);
    expect(page.isWellFormed()).toBe(true);
    expect(page.match(/<script/g)).toHaveLength(2);
    const addresses = [...page.matchAll(/\s(?:src|href|srcset|action)="([^"]*)"/g)];
    for (const [, address] of addresses) {
      expect(address!.slice(0, 24)).toMatch(/^(data:image\/png|\.\/|#)/);
    }
  });

  test("every region has a row with its status as a word and the reason", () => {
    const table = page.slice(page.indexOf('id="regions"'), page.indexOf('id="overlays"'));
    for (const text of [
      "kidney left",
      "肌肉",
      "ורידים",
      "(no name)",
      "sub-voxel",
      "no voxel centre lies inside",
      "outside",
      "failed",
      "62.4 ± 4.3",
      "4 slices",
      "SEG <bdi>liver</bdi>",
    ]) {
      expect(table).toContain(text);
    }
    expect(table.match(/<span class="region"/g)).toHaveLength(9);
    // A name of 360 characters does not fill the page.
    expect(page).toContain("ROI copied from");
    expect(page).not.toContain(content.regions[6]!.name.slice(0, 210));
  });

  test("errors, warnings and notes are told apart, and come before the numbers", () => {
    const order = ["warnings error", "warnings warning", "12 notes", 'id="regions"'];
    const ids = ["overlays", "comparison", "curves", "values", "exclusions", "diagnostics"];
    const rest = [...ids, "sources", "geometry", "rules", "files", "provenance", "summary"];
    const places = [...order, ...rest.map((id) => `id="${id}"`)].map((text) => page.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("one picture for each slice and image, the same outlines drawn only once", () => {
    expect(page.match(/<img /g)).toHaveLength(6 * 4);
    expect(page.match(/<svg class="outlines"/g)).toHaveLength(6 * 4);
    // ADC and FA lie on one grid; contours alone lie at one place on all of them.
    expect(page.match(/class="ring"/g)).toHaveLength(4 * 3 + 2);
  });

  test("gives its summary back to a program that reads it", () => {
    const json = /<script type="application\/json" id="summary">([\s\S]*?)<\/script>/.exec(page);
    expect(JSON.parse(json?.[1] ?? "")).toEqual(content.summary);
  });

  test("says so when nothing could be measured", () => {
    const failed = renderRegionReport(makeExampleRegions({ allFailed: true }));
    expect(failed).toContain('<span class="verdict failed">failed</span>');
    expect(failed).not.toContain('id="comparison"');
    expect(failed.slice(0, failed.indexOf("<script"))).not.toMatch(/NaN[^,]|undefined|Infinity/);
  });

  test("200 regions, 10 maps and 60 slices stay below 10 MB; what is left out is named", () => {
    expect(large.length).toBeLessThan(10e6);
    expect(large).toContain("more slices with regions are left out");
    expect(large).toContain("Histograms are drawn for the first 60 regions.");
    const one = renderRegionReport(makeExampleRegions({ regions: 1, maps: 1, slices: 1 }));
    expect(one.match(/<img /g)).toHaveLength(2);
  });

  test("without reference, maps, regions and remarks it is a page all the same", () => {
    const { maps, regions } = content;
    const empty = { remarks: [], sources: [], meanCurves: [], rules: [], files: [], header: [] };
    const bare = { ...content, ...empty, reference: undefined, maps: [], measurements: [] };
    expect(renderRegionReport({ ...bare, regions: [] })).toContain("<h1>Regions");
    expect(renderRegionReport({ ...bare, maps, regions: [] })).toContain('id="geometry"');
    expect(renderRegionReport({ ...bare, regions, sources: content.sources })).toContain("failed");
  });
});

describe.skipIf(!hasBrowser)("the report of regions in a browser (needs Debian's chromium)", () => {
  const dark = page
    .replace("@media (prefers-color-scheme: dark)", "@media all")
    .replace("color-scheme: light dark", "color-scheme: dark");

  test("no console message, our script runs and no other", () => {
    const { dom, consoleLines } = visitPage(page);
    expect(consoleLines).toEqual([]);
    expect(dom.match(/class="zoom"/g)).toHaveLength(6 * 4);
  });

  test("well-formed; nothing wider than the window; no two labels of a drawing overlap", () => {
    const failed = renderRegionReport(makeExampleRegions({ allFailed: true }));
    const many = renderRegionReport(
      makeExampleRegions({ regions: 70, maps: 7, slices: 20, columns: 24, rows: 32 }),
    );
    const pages = [page, dark, many, failed].flatMap((one) =>
      [1280, 800].map((width) => ({ page: one, width })),
    );
    const { measurements, consoleLines } = measurePages(pages);
    expect(consoleLines).toEqual([]);
    expect(measurements).toHaveLength(pages.length);
    for (const measured of measurements) {
      expect(measured).toMatchObject({
        overflow: 0,
        overlaps: [],
        sameTree: true,
        xmlError: "",
        loaded: [],
        broken: 0,
      });
    }
    for (const { enlarged } of measurements.slice(0, 4)) {
      expect(enlarged).toContain("Reference, slice 1: 1, 2, 4, 9");
    }
  });
});
