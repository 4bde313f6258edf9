import { describe, expect, test } from "vitest";
import { renderIndex } from "#shared/report/index-page.ts";
import { renderReport } from "#shared/report/report.ts";
import { makeExampleContent } from "./example-content.ts";
import { makeExampleIndex } from "./example-index.ts";
import { hasBrowser, measurePages, visitPage } from "./run-browser.ts";

const content = makeExampleContent();
const page = renderReport(content);

describe("the report", () => {
  test("is the same for the same content", () => {
    expect(renderReport(makeExampleContent())).toBe(page);
  });

  test("shows no markup, script or control character of a hostile description", () => {
    expect(page).toContain("T2_MSME &lt;script&gt;alert(");
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain('<img src="https');
    for (const code of [0x00, 0x202e]) expect(page.includes(String.fromCharCode(code))).toBe(false);
    expect(page.isWellFormed()).toBe(true);
    expect(page.match(/<script/g)).toHaveLength(2);
  });

  test("gives its summary back to a program that reads it", () => {
    const json = /<script type="application\/json" id="summary">([\s\S]*?)<\/script>/.exec(
      page,
    )?.[1];
    expect(JSON.parse(json ?? "")).toEqual(JSON.parse(JSON.stringify(content.summary)));
  });

  test("asks for nothing from outside", () => {
    // Text holds no bare quotation mark, so that these are attributes.
    const addresses = [...page.matchAll(/\s(?:src|href|srcset|action)="([^"]*)"/g)].map(
      (match) => match[1] ?? "",
    );
    expect(page).not.toMatch(/url\(|@import/);
    expect(addresses.length).toBeGreaterThan(20);
    for (const address of addresses) {
      expect(address.slice(0, 24)).toMatch(/^(data:image\/png|\.\/|#|https:\/\/doi\.org\/)/);
    }
  });

  test("a file whose name looks like a script address is still a file", () => {
    expect(page).toContain('href="./javascript%3Aalert(1)/%3Cb%3E.nii"');
  });

  test("names every part a reader looks for, warnings before maps", () => {
    const order = [
      "W-STIM",
      'id="maps"',
      'id="values"',
      'id="samples"',
      'id="status"',
      'id="model"',
    ];
    const positions = order.map((text) => page.indexOf(text));
    expect(positions).not.toContain(-1);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    for (const text of [
      "(0018,9082) EffectiveEchoTime",
      "42.0 ± 0.9\u00a0ms",
      "fewer usable samples than parameters",
      "coronal, oblique by 8.0°",
      "0.25 × 0.1875 mm",
      "voxel (18, 40, 2) · R 7.5, P 2.1, H 6.3 mm",
      "140 more input files",
    ]) {
      expect(page).toContain(text);
    }
  });

  test("one row of pictures for each slice, one picture for each map", () => {
    expect(page.match(/<img /g)).toHaveLength(6 * 4);
    const one = renderReport(makeExampleContent({ slices: 1, columns: 32, rows: 32 }));
    expect(one.match(/<img /g)).toHaveLength(4);
  });

  test("says so when there is no value at all", () => {
    const failed = renderReport(makeExampleContent({ allFailed: true }));
    expect(failed).toContain("There is no value to show.");
    expect(failed).toContain('<span class="verdict failed">failed</span>');
    expect(failed.slice(0, failed.indexOf("<script"))).not.toMatch(/NaN[^,]|undefined|Infinity/);
  });

  test("stays below 15 MB with 200 slices, and says which voxels it leaves out", () => {
    const many = makeExampleContent({ slices: 200, columns: 140, rows: 128 });
    const random = new Float32Array(many.maps[0]!.samples.length);
    // Noise in every voxel: the worst there is for a compressor.
    for (let n = 0, state = 1; n < random.length; n++) {
      state = (state * 48271) % 2147483647;
      random[n] = state / 2147483647;
    }
    const maps = many.maps.map((map) =>
      map.kind === "status" ? map : { ...map, samples: random, displayRange: [0, 1] as const },
    );
    const large = renderReport({ ...many, maps, distributions: [] });
    expect(large.length).toBeLessThan(15e6);
    expect(large).toContain("one voxel in ");
  });

  test("a report without maps, fits and files is a page all the same", () => {
    const bare = renderReport({
      ...content,
      warnings: [],
      header: [],
      model: undefined,
      grid: undefined,
      maps: [],
      distributions: [],
      samples: [],
      statuses: [],
      signal: [],
      acquisition: [],
      geometry: [],
      files: [],
      summary: undefined,
    });
    expect(bare).toContain("<h1>T₂ map");
    expect(bare).not.toMatch(/id="(maps|values|samples|status|model|acquisition|files)"/);
  });
});

describe.skipIf(!hasBrowser)("the report in a browser (needs Debian's chromium)", () => {
  test("the browser's console is heard: a page with an error is found out", () => {
    const { consoleLines } = visitPage(
      "<!DOCTYPE html><meta charset=utf-8><title>x</title><script>console.error('heard')</script>",
    );
    expect(consoleLines.join()).toContain("heard");
  });

  test("no console message, no refused request, our script runs and no other", () => {
    const { dom, consoleLines } = visitPage(page);
    expect(consoleLines).toEqual([]);
    expect(dom.match(/class="zoom"/g)).toHaveLength(6 * 4);
    expect(dom).toContain('<dialog class="large">');
  });

  test("well-formed; nothing wider than the window; no two labels of a drawing overlap", () => {
    const forty = renderReport(makeExampleContent({ slices: 40, columns: 48, rows: 64 }));
    const failed = renderReport(makeExampleContent({ allFailed: true }));
    const index = renderIndex(makeExampleIndex());
    const pages = [page, forty, failed, index].flatMap((one) =>
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
      expect(measured.images).toBeGreaterThan(3);
    }
    for (const { enlarged } of measurements.slice(0, 4)) {
      expect(enlarged).toContain("T2, slice 1");
    }
  });
});
