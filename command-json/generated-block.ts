/**
 * The text with new content between `<!-- name:begin -->` and `<!-- name:end -->`; undefined when the pair
 * of markers is not there exactly once.
 */
export function replaceBlock(text: string, name: string, content: string): string | undefined {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const start = text.indexOf(begin);
  const stop = text.indexOf(end);
  const once = start === text.lastIndexOf(begin) && stop === text.lastIndexOf(end);
  if (start < 0 || stop < start || !once) return undefined;
  return `${text.slice(0, start + begin.length)}\n${content}\n${text.slice(stop)}`;
}
