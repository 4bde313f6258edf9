/**
 * The arguments the Container Service 3.7.3 makes of a command line without override-entrypoint:
 * blanks separate, ' and " group, a backslash escapes except inside ', empty arguments vanish, an
 * unclosed quote ends at the end of the line. Measured: shell-split-cases.json of the XNAT data set.
 */
export function splitCommandLine(line: string): readonly string[] {
  const found: string[] = [];
  let word = "";
  let quote = "";
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (character === "\\" && quote !== "'") word += line.charAt(++index);
    else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === "'" || character === '"') quote = character;
    else if (/\s/.test(character)) {
      found.push(word);
      word = "";
    } else word += character;
  }
  return [...found, word].filter((argument) => argument !== "");
}
