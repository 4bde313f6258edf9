/** Markup that may stand in a page as it is: every text in it has been escaped. */
export interface Html {
  readonly markup: string;
}

/** What a template of `html` takes; text is escaped, lists are joined, undefined leaves nothing. */
export type HtmlContent = Html | string | number | undefined | readonly HtmlContent[];

/**
 * Template tag: markup with every interpolated text escaped, for element content and for attributes
 * in double quotes.
 *
 * What we write is HTML 5 and well-formed XML at once (closed tags, quoted attributes), so that any XML
 * parser can check a page.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlContent[]): Html {
  let markup = strings[0] ?? "";
  for (let n = 0; n < values.length; n++) markup += renderContent(values[n]) + strings[n + 1];
  return { markup };
}

function renderContent(content: HtmlContent): string {
  if (content === undefined) return "";
  if (typeof content === "number") return String(content);
  if (typeof content === "string") return escapeText(content);
  if ("markup" in content) return content.markup;
  let markup = "";
  for (const part of content) markup += renderContent(part);
  return markup;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters (XML forbids them), explicit bidirectional controls (they reorder the text around
// them) and the two non-characters; each is shown as the replacement character, not dropped.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** Text from anywhere as markup: special characters as entities, unprintable ones as U+FFFD. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

/**
 * A value as JSON for a `<script type="application/json">`: no character in it can end the element or
 * mean anything to an HTML or XML parser. NaN and infinite numbers become null, as JSON has none.
 */
export function encodeJsonBlock(value: unknown): Html {
  const json = JSON.stringify(value, undefined, 1) ?? "null";
  const markup = json.replace(
    /[<>&\u2028\u2029\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return { markup };
}

/** A column of a table. */
export interface TableColumn {
  readonly heading: HtmlContent;
  /** Cells are numbers: set right. */
  readonly numeric?: boolean;
  /** Cells are short words that must not be broken. */
  readonly unbroken?: boolean;
}

/** A table in a box that scrolls by itself when the page is narrow. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlContent[])[],
): Html {
  const kind = (n: number) => {
    if (columns[n]?.numeric) return html` class="number"`;
    return columns[n]?.unbroken ? html` class="unbroken"` : undefined;
  };
  const heads = columns.map((column, n) => html`<th scope="col"${kind(n)}>${column.heading}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, n) => html`<td${kind(n)}>${cell}</td>`)}</tr>\n`,
  );
  return html`<div class="table"><table><thead><tr>${heads}</tr></thead><tbody>\n${body}</tbody></table></div>\n`;
}

/** A list of terms and values (`dl`). */
export function renderFacts(rows: readonly (readonly [HtmlContent, HtmlContent])[]): Html {
  const items = rows.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`);
  return html`<dl class="facts">\n${items}</dl>\n`;
}

/** A `data:` address with the bytes of a PNG. */
export function pngAddress(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString("base64")}`;
}
