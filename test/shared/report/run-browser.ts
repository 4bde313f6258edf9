import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const browser = "chromium";

/** Whether Debian's Chromium can be started; the page is judged by it. */
export const hasBrowser =
  spawnSync(browser, ["--version"], { stdio: "ignore", timeout: 30_000 }).status === 0;

/** What a browser made of a page. */
export interface Visit {
  /** The document after loading, as markup. */
  readonly dom: string;
  /** Lines the page or the browser wrote to its console, refused requests among them. */
  readonly consoleLines: readonly string[];
}

/** Loads a page from a file in a headless browser without a network. */
export function visitPage(page: string): Visit {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  try {
    const path = join(folder, "page.html");
    writeFileSync(path, page);
    const { stdout, stderr, status } = spawnSync(
      browser,
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--enable-logging=stderr",
        `--user-data-dir=${join(folder, "profile")}`,
        "--window-size=1400,1000",
        "--dump-dom",
        `file://${path}`,
      ],
      { encoding: "utf8", maxBuffer: 1 << 28, timeout: 55_000 },
    );
    if (status !== 0) throw new Error(`the browser ended with ${status}: ${stderr.slice(-500)}`);
    return { dom: stdout, consoleLines: stderr.split("\n").filter((line) => /CONSOLE/.test(line)) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What is measured in one page at one width. */
export interface Measurement {
  readonly width: number;
  /** Pixels the document is wider than the window. */
  readonly overflow: number;
  /** Pairs of labels of one drawing that overlap, as text. */
  readonly overlaps: readonly string[];
  /** Names of the elements in document order, as the HTML parser and as the XML parser read them. */
  readonly sameTree: boolean;
  /** Message of the XML parser. */
  readonly xmlError: string;
  /** Addresses of everything that was loaded, `data:` aside. */
  readonly loaded: readonly string[];
  readonly images: number;
  /** Pictures that could not be decoded. */
  readonly broken: number;
  /** Caption of the large picture after a click on the first map and the arrow down; empty without maps. */
  readonly enlarged: string;
}

const measure = `
const enlarge = (page) => {
  const first = page.querySelector(".slices img");
  if (first === null) return "";
  first.click();
  const dialog = page.querySelector("dialog");
  if (!dialog.open) return "closed";
  dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
  const caption = dialog.querySelector("p").textContent;
  dialog.click();
  return dialog.open ? "still open" : caption;
};
const read = (frame, text) => {
  const view = frame.contentWindow, page = frame.contentDocument, root = page.documentElement;
  const overlaps = [];
  for (const drawing of page.querySelectorAll("svg")) {
    const labels = [...drawing.querySelectorAll("text")].map((label) => [label.textContent, label.getBoundingClientRect()]);
    for (const [n, [a, p]] of labels.entries()) for (const [b, q] of labels.slice(n + 1))
      if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 3 && q.top < p.bottom - 3) overlaps.push(a + " | " + b);
  }
  const names = (kind) => [...new DOMParser().parseFromString(text, kind).querySelectorAll("*")].map((one) => one.localName);
  const xml = new DOMParser().parseFromString(text, "application/xhtml+xml");
  const images = [...page.querySelectorAll("img[src]")];
  return {
    width: frame.clientWidth,
    overflow: root.scrollWidth - root.clientWidth,
    overlaps,
    sameTree: names("text/html").join() === names("application/xhtml+xml").join(),
    xmlError: xml.querySelector("parsererror")?.textContent ?? "",
    loaded: view.performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !name.startsWith("data:")),
    images: images.length,
    broken: images.filter((image) => !image.complete || image.naturalWidth === 0).length,
    enlarged: enlarge(page),
  };
};
addEventListener("load", () => {
  const frames = [...document.querySelectorAll("iframe")];
  const found = frames.map((frame) => read(frame, frame.srcdoc));
  document.body.textContent = "FOU" + "ND" + JSON.stringify(found) + "END";
});`;

/** Opens pages side by side, each in a window of its width, and measures them. */
export function measurePages(pages: readonly { page: string; width: number }[]): {
  measurements: Measurement[];
  consoleLines: readonly string[];
} {
  const frames = pages.map(({ page, width }) => {
    const text = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    return `<iframe style="border:0;width:${width}px;height:800px" srcdoc="${text}"></iframe>`;
  });
  const { dom, consoleLines } = visitPage(
    `<!DOCTYPE html><meta charset="utf-8"><script>${measure}</script><body>${frames.join("\n")}`,
  );
  const json = /FOUND([\s\S]*)END/.exec(dom)?.[1];
  if (json === undefined) throw new Error(`nothing was measured: ${consoleLines.join("\n")}`);
  const text = json.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return { measurements: JSON.parse(text) as Measurement[], consoleLines };
}
