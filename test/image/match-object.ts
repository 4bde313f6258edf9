/** What a matcher of command.json can ask of an object in the archive. */
export interface Matchable {
  readonly label: string;
  readonly xsiType: string;
  /** Labels of its resources. */
  readonly resources: readonly string[];
}

/**
 * Whether an object has what a matcher asks for: the forms our command.json files use, joined by && and || and in
 * parentheses. No matcher takes any object.
 *
 * @throws Error for another form
 */
export function matches(matcher: string | undefined, object: Matchable): boolean {
  if (matcher === undefined) return true;
  const pieces = matcher.match(/\(|\)|&&|\|\||(?:(?!&&|\|\|)[^()])+/g) ?? [];
  const words = pieces.filter((piece) => piece.trim() !== "");
  let at = 0;
  const any = (): boolean => {
    let value = all();
    while (words[at] === "||") {
      at += 1;
      value = all() || value;
    }
    return value;
  };
  const all = (): boolean => {
    let value = one();
    while (words[at] === "&&") {
      at += 1;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const word = words[at] ?? "";
    at += 1;
    if (word !== "(") return condition(word.trim(), object);
    const value = any();
    if (words[at] !== ")") throw new Error(`no matcher we know: ${matcher}`);
    at += 1;
    return value;
  };
  const value = any();
  if (at < words.length) throw new Error(`no matcher we know: ${matcher}`);
  return value;
}

function condition(text: string, object: Matchable): boolean {
  const [, resource] = /^'([^']*)' in @\.resources\[\*\]\.label$/.exec(text) ?? [];
  if (resource !== undefined) return object.resources.includes(resource);
  const [, key, value] = /^@\.(label|xsiType) == '([^']*)'$/.exec(text) ?? [];
  if (key !== undefined) return object[key as "label" | "xsiType"] === value;
  const [, labels] = /^@\.label in \[((?:'[^']*'(?:, )?)+)\]$/.exec(text) ?? [];
  if (labels === undefined) throw new Error(`no matcher we know: ${text}`);
  return labels.split(", ").includes(`'${object.label}'`);
}
