/** What is no text for people: comments and elements of which nothing is shown. */
const unseen: readonly (readonly [RegExp, RegExp])[] = [
  [/<!--/g, /-->/g],
  ...["script", "style", "title", "head"].map(
    (name) => [new RegExp(`<${name}\\b[^<>]*>`, "gi"), new RegExp(`</${name}\\s*>`, "gi")] as const,
  ),
];

/**
 * The words of a page. In time that grows with its length and no faster, whatever a server sends: an expression that may
 * look for the end of each "<!--" again takes minutes for a page of nothing else.
 *
 * @param gap - put in place of each tag
 */
export function stripTags(html: string, gap: string): string {
  let text = html;
  for (const [open, close] of unseen) text = cutOut(text, open, close);
  return text.replace(/<[^<>]*>/g, gap);
}

/** Without what lies between `open` and `close`; what has no end stays. */
function cutOut(text: string, open: RegExp, close: RegExp): string {
  let kept = "";
  let at = 0;
  for (;;) {
    open.lastIndex = at;
    const start = open.exec(text);
    close.lastIndex = open.lastIndex;
    if (start === null || close.exec(text) === null) return kept + text.slice(at);
    kept += `${text.slice(at, start.index)} `;
    at = close.lastIndex;
  }
}
