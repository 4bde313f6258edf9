import { describe, expect, test } from "vitest";
import { renderProjectReport } from "#shared/report/project-report.ts";
import { exampleProject } from "./example-project.ts";
import { hasBrowser, measurePages, visitPage } from "./run-browser.ts";

const small = renderProjectReport(exampleProject(6));

test("every session stands on the page with a link into XNAT and what became of it", () => {
  const page = renderProjectReport(exampleProject(300));
  for (const { label, url } of exampleProject(300).sessions) {
    expect(page).toContain(`<a href="${url.replace("&", "&amp;")}">${label}</a>`);
  }
});

test("failures come first, by reason, with their number", () => {
  const page = renderProjectReport(exampleProject(300));
  const attention = /<section id="attention">[\s\S]*?<\/section>/.exec(page)?.[0] ?? "";
  expect(attention).toMatch(/27 failed<\/span> <code>E-TE-CONSTANT<\/code>/);
  expect(attention).toContain("and 15 more");
  expect(page.indexOf('id="attention"')).toBeLessThan(page.indexOf('id="sessions"'));
});

test("ten thousand sessions: all there, folded, in a page of a few megabytes", () => {
  const started = performance.now();
  const page = renderProjectReport(exampleProject(10_000));
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(page.length).toBeLessThan(6e6);
  expect(page.match(/<tr><td>M\d+<\/td>/g)).toHaveLength(10_000);
  expect(page.match(/<details><summary>[\d\u202f]+–/g)).toHaveLength(50);
  // Boxes, not a cloud of points.
  expect(page.match(/<circle/g)!.length).toBeLessThan(100);
});

test("one value of a group is a dot without quartiles", () => {
  expect(small).toContain('<circle class="dot g0"');
  expect(small).not.toContain('class="box');
});

test("words of others are text, and addresses that are none of http are no links", () => {
  const content = exampleProject(1);
  const evil = { ...content.sessions[0]!, label: "<script>x</script>", url: "javascript:alert(1)" };
  const page = renderProjectReport({ ...content, sessions: [evil] });
  expect(page).not.toContain("<script>x");
  expect(page).not.toContain("javascript:");
});

test("a project without sessions has a page too", () => {
  const page = renderProjectReport({ ...exampleProject(0), measures: [] });
  expect(page).toContain("The project has no session that was asked for.");
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  test("nothing is wider than the window, overlaps, or is asked for from outside; XML and HTML agree", () => {
    const large = renderProjectReport(exampleProject(300));
    const pages = [360, 800, 1300].flatMap((width) => [
      { page: small, width },
      { page: large, width },
    ]);
    const { measurements, consoleLines } = measurePages(pages);
    expect(consoleLines).toEqual([]);
    for (const found of measurements) {
      expect(found).toMatchObject({ overflow: 0, overlaps: [], sameTree: true, xmlError: "" });
      expect(found.loaded).toEqual([]);
    }
  });

  test("the box shows the sessions with the words typed, and unfolds them", () => {
    const page = renderProjectReport(exampleProject(1000));
    const text = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    const { dom } =
      visitPage(`<!DOCTYPE html><meta charset="utf-8"><body><iframe srcdoc="${text}"></iframe><script>
      addEventListener("load", () => {
        const page = document.querySelector("iframe").contentDocument;
        const input = page.querySelector("#sessions input");
        const say = (words) => {
          input.value = words;
          input.dispatchEvent(new Event("change"));
          const rows = [...page.querySelectorAll("#sessions tbody tr")].filter((row) => !row.hidden);
          const open = [...page.querySelectorAll("#sessions details")].filter((one) => one.open ? !one.hidden : false);
          return [words, rows.length, open.length, page.querySelector(".filter span").textContent];
        };
        const found = [say("m0300"), say("FAILED treated"), say("nothing like it"), say("")];
        document.body.textContent = "FOU" + "ND" + JSON.stringify(found) + "END";
      });</script>`);
    expect(JSON.parse(/FOUND([\s\S]*)END/.exec(dom)?.[1] ?? "null")).toEqual([
      ["m0300", 3, 1, "3 sessions"],
      ["FAILED treated", 45, 5, "45 sessions"],
      ["nothing like it", 0, 0, "0 sessions"],
      ["", 1000, 0, ""],
    ]);
  });
});
