import { createHash } from "node:crypto";
import { type Html, type HtmlContent, html } from "./html.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import type { Verdict } from "./report-content.ts";

// Nothing may be loaded from anywhere, and no script may run but ours, whatever text a scanner wrote
// into a header.
function policyFor(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/**
 * A whole page: HTML 5 that is well-formed XML too, with style and script inside.
 *
 * @param ownStyle - added to the style of all pages
 * @param script - in place of the script of all pages that show maps
 */
export function renderPage(
  title: string,
  body: HtmlContent,
  ownStyle = "",
  script = pageScript,
): string {
  const page = html`<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${title}</title>
<style>${asMarkup(pageStyle + ownStyle)}</style>
</head>
<body>
<main>
${body}</main>
<script>${asMarkup(script)}</script>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page.markup}`;
}

// Style and script are raw text in HTML and parsed text in XML: alike only without these characters.
function asMarkup(text: string): Html {
  if (/[<&]/.test(text)) throw new Error("style and script of a page hold no < and no &");
  return { markup: text };
}

const verdictWords = { ok: "ok", check: "check", failed: "failed" } as const;

/** The verdict as a word in its colour. */
export function renderVerdict({ level }: Verdict): Html {
  return html`<span class="verdict ${level}">${verdictWords[level]}</span>`;
}
