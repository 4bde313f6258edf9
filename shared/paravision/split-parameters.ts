import { findTextEnd } from "./parse-values.ts";

/** Most parameters of a file; ParaVision writes about two thousand. What comes behind them is not read. */
const mostParameters = 65_536;
/** Most faults of lines that are told of one file. */
const mostFaults = 100;

/** Where the values of a parameter stand in the text. */
export interface ParameterPlace {
  /** Behind the `=`. */
  readonly from: number;
  readonly end: number;
}

/** A parameter file cut into its parameters, not yet looked into. */
export interface SplitFile {
  /** TITLE, ORIGIN, ... */
  readonly labels: ReadonlyMap<string, string>;
  /** Without `##$`, in the order of the file. */
  readonly places: ReadonlyMap<string, ParameterPlace>;
  /** Whether ##END= was there. */
  readonly complete: boolean;
  readonly faults: readonly SplitFault[];
}

interface SplitFault {
  readonly at: number;
  readonly name: string;
  readonly found: string;
}

/**
 * The parameters of the text of a file: `##` at the begin of a line begins one, except inside `<...>`.
 *
 * @returns undefined when the text does not begin with ##TITLE= (behind blanks and comments)
 */
export function splitParameters(text: string): SplitFile | undefined {
  const first = /^(?:[ \t]*(?:\$\$[^\n]*)?\n){0,100}##TITLE=/.exec(text)?.[0];
  if (first === undefined) return undefined;
  const labels = new Map<string, string>();
  const places = new Map<string, ParameterPlace>();
  const faults: SplitFault[] = [];
  const fault = (at: number, name: string, found: string) => {
    if (faults.length < mostFaults) faults.push({ at, name, found });
  };
  const endOf = valueEnds(text);
  for (let head = first.length - "##TITLE=".length; head < text.length; ) {
    const line = text.indexOf("\n", head);
    const match = /^##(\$?)([^=]*)=/.exec(text.slice(head, line < 0 ? undefined : line));
    const name = match?.[2]?.trim() ?? "";
    const from = head + (match?.[0].length ?? 2);
    const isParameter = match?.[1] === "$";
    const end = isParameter ? endOf.parameter(from) : endOf.label(from);
    if (name === "END" && !isParameter) return { labels, places, complete: true, faults };
    if (name === "" || (isParameter && !/^\w{1,256}$/.test(name))) {
      fault(head, "", "a line that begins with ## and names no parameter");
    } else if (!isParameter) {
      labels.set(name.slice(0, 256), labelText(text.slice(from, end)));
    } else {
      if (places.has(name)) fault(head, name, "stands there twice; the last one counts");
      places.set(name, { from, end });
    }
    if (places.size + labels.size >= mostParameters) {
      fault(head, "", `more than ${mostParameters} parameters; the others are not read`);
      break;
    }
    head = end + 1;
  }
  return { labels, places, complete: false, faults };
}

/** The text of a label without comments. */
function labelText(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("$$"))
    .join("\n")
    .trim();
}

/** Finds where values end: at the line break before the next `##`, or at the end of the text. */
function valueEnds(text: string): { parameter(from: number): number; label(from: number): number } {
  const nextHead = searcher(text, "\n##");
  const nextComment = searcher(text, "$$");
  const nextText = searcher(text, "<");
  const nextTextEnd = searcher(text, ">");
  const orEnd = (at: number) => (at < 0 ? text.length : at);
  const label = (from: number) => orEnd(nextHead(from));
  return {
    label,
    parameter(from) {
      let at = from;
      for (;;) {
        const end = label(at);
        const comment = orEnd(nextComment(at));
        const begin = orEnd(nextText(at));
        if (Math.min(comment, begin) >= end) return end;
        if (comment < begin) {
          at = orEnd(text.indexOf("\n", comment));
          continue;
        }
        const close = findTextEnd(text, begin + 1, nextTextEnd);
        if (close < 0) return end;
        // A text cut short would go on to the end of another one; inside a whole one every < has its backslash.
        if (close > end && hasBareBegin(text, end, close)) return end;
        at = close + 1;
      }
    },
  };
}

function hasBareBegin(text: string, from: number, end: number): boolean {
  return /(?<!\\)</.test(text.slice(from, end));
}

/**
 * Where a sign comes next. Searched once, however often it is asked for: a file full of one sign and without another
 * would else be read again for each.
 */
function searcher(text: string, sign: string): (from: number) => number {
  let searchedFrom = 0;
  let found = text.indexOf(sign);
  return (from) => {
    if (from < searchedFrom || (found >= 0 && from > found)) {
      searchedFrom = from;
      found = text.indexOf(sign, from);
    }
    return found;
  };
}
