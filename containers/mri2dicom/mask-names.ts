/** Hides what a text may say of a person; the text itself where nothing is to be hidden. */
export type Mask = (text: string) => string;

/** A part of a path that says nothing about anybody. */
const plainPart = /^(\d+|pdata|2dseq|visu_pars|method|acqp|reco|subject|)$/;

/**
 * Names of folders hold names of subjects and persons: in a de-identified report a study is `study 1`, `study 2`, ... and the parts
 * of its path are taken out of every text.
 *
 * @param studies - paths of all studies, as RawFile.path, in order
 * @param input - the input as it was given
 */
export function maskNames(studies: readonly string[], input: string): Mask {
  const parts = new Set<string>();
  for (const path of [...studies, input]) {
    for (const part of path.split(/!?[/\\]/)) if (!plainPart.test(part)) parts.add(part);
  }
  const whole = studies.map((study, n) => [study, `study ${n + 1}`] as const);
  const replacements = [
    ...whole.filter(([study]) => study !== ""),
    ...[...parts].map((part) => [part, "[removed]"] as const),
  ].sort(([a], [b]) => b.length - a.length);
  return (text) => {
    let masked = text;
    for (const [word, instead] of replacements) masked = replaceWord(masked, word, instead);
    return masked;
  };
}

/** Replaces a text where it is not part of a longer word. */
function replaceWord(text: string, word: string, instead: string): string {
  const parts = text.split(word);
  return parts.reduce((before, after) => {
    const inside = /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after);
    return before + (inside ? word : instead) + after;
  });
}
