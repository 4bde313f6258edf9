import { formatCount } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { Remark } from "./report-content.ts";

// A remark that does not say how much it matters stands out as much as an error.
const groups = [
  { severity: "error", kind: "warnings error", title: "Errors" },
  { severity: undefined, kind: "warnings", title: "Warnings" },
  { severity: "warning", kind: "warnings warning", title: "Warnings" },
  { severity: "info", kind: "warnings note", title: "Notes" },
] as const;

/** Of one code so many are shown: the same remark on every contour must not bury the others. */
const mostOfCode = 4;
const fewNotes = 3;

/**
 * What a reader should know before anything else, by how much it matters: errors in red, warnings in amber, notes without a colour
 * and folded away when they are many.
 *
 * @param all - where on the page the whole list stands, as an address; when given, only the first few of each code are shown
 */
export function renderRemarks(remarks: readonly Remark[], all?: string): Html {
  const parts = groups.map(({ severity, kind, title }) => {
    const found = remarks.filter((remark) => remark.severity === severity);
    if (found.length === 0) return undefined;
    const list = html`<ul>${all === undefined ? found.map(renderRemark) : listFirst(found, all)}</ul>`;
    if (severity !== "info" || found.length <= fewNotes) {
      return html`<section class="${kind}"><h2>${title}</h2>\n${list}</section>\n`;
    }
    const summary = `${formatCount(found.length)} notes: nothing to do`;
    return html`<section class="${kind}"><details><summary>${summary}</summary>\n${list}</details></section>\n`;
  });
  return html`${parts}`;
}

function renderRemark({ code, text }: Remark): Html {
  return html`<li><code>${code}</code> ${text}</li>\n`;
}

function listFirst(found: readonly Remark[], all: string): Html[] {
  const byCode = Map.groupBy(found, ({ code }) => code);
  return [...byCode].flatMap(([code, remarks]) => {
    const items = remarks.slice(0, mostOfCode).map(renderRemark);
    const rest = remarks.length - items.length;
    if (rest === 0) return items;
    return [
      ...items,
      html`<li><code>${code}</code> <a href="${all}">${formatCount(rest)} more</a></li>\n`,
    ];
  });
}
