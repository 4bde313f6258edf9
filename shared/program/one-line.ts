/**
 * A text without line breaks and terminal codes: names of files and values of headers may hold both, and a message or
 * a line of a log is one line.
 */
export function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
