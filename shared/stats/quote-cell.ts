/**
 * What a spreadsheet takes for a formula: one of = + - @ (their full-width forms too) at the start, or behind blanks, quotes and
 * control characters that it may skip; and a control character at the start.
 *
 * @see OWASP, CSV Injection
 */
const formula = /^(?:['"\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n])/u;

/** A text that no spreadsheet takes for a formula: with an apostrophe in front where one would. Undone by `unshieldFormula`. */
export function shieldFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** The text that was shielded. */
export function unshieldFormula(text: string): string {
  return text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text;
}

/**
 * A cell of a table with separators, RFC 4180 2.5 to 2.7: in double quotes when it holds the separator, a quote or a line end, or
 * begins or ends with a blank. Control characters that readers of tables stumble over become U+FFFD.
 */
export function quoteCell(text: string, separator: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const clean = text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "\ufffd");
  const quoted = clean.includes(separator) || /["\r\n\t]|^ | $/.test(clean);
  return quoted ? `"${clean.replaceAll('"', '""')}"` : clean;
}
