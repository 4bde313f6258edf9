import { Buffer } from "node:buffer";
import type { JcampParameter } from "./jcamp.ts";
import type { ParameterFile, ParameterProblem } from "./parameter-file.ts";
import { isFault, parseValues } from "./parse-values.ts";
import type { Skip } from "./reconstruction.ts";
import { splitParameters } from "./split-parameters.ts";

/** Largest parameter file that is read, bytes; files with many thousand frames have some ten million. */
export const longestParameterFile = 64 * 2 ** 20;
/** Most values that are held of one file, repetitions written out. */
const mostValues = 16_000_000;

/**
 * A parameter file of ParaVision (JCAMP-DX 4.24 in Bruker's dialect) of its bytes; values are parsed when they are asked for.
 *
 * A parameter that breaks the grammar is left out and named in `problems`; nothing is ever evaluated.
 *
 * @param path - for messages
 * @returns Skip parse-error when the bytes are no such file, too-large when they are more than any
 */
export function parseParameterFile(bytes: Uint8Array, path: string): ParameterFile | Skip {
  if (bytes.byteLength > longestParameterFile) {
    return {
      skip: "too-large",
      text: `${path} has ${bytes.byteLength} bytes, more than any parameter file (${longestParameterFile})`,
    };
  }
  const text = decode(bytes);
  const split = splitParameters(text);
  if (split === undefined) {
    return { skip: "parse-error", text: `${path}, line 1: no ParaVision file: no ##TITLE= there` };
  }
  const { labels, places, complete } = split;
  const lineOf = lineCounter(text);
  const problems: ParameterProblem[] = split.faults.map(({ at, name, found }) => ({
    line: lineOf(at),
    name,
    text: found,
  }));
  const budget = { left: mostValues };
  const parsed = new Map<string, JcampParameter | undefined>();
  return {
    path,
    labels,
    names: [...places.keys()],
    complete,
    problems,
    get(name) {
      const place = places.get(name);
      if (place === undefined || parsed.has(name)) return parsed.get(name);
      const result = parseValues(text, place.from, place.end, budget);
      const fault = isFault(result);
      if (fault) problems.push({ line: lineOf(result.at), name, text: result.found });
      const parameter = fault ? undefined : result;
      parsed.set(name, parameter);
      return parameter;
    },
  };
}

/**
 * ParaVision up to 7 writes Latin-1, later UTF-8. Latin-1 is hardly ever valid UTF-8; of a file of ParaVision 360 that is not,
 * only the broken characters are lost.
 */
function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const modern = /^\s*##TITLE=[^\n]*ParaVision 360/.test(latin1.slice(0, 1000));
    text = modern ? new TextDecoder("utf-8").decode(bytes) : latin1;
  }
  return text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
}

/** Line of a place in a text, from 1. The lines are counted once, when the first is asked for. */
function lineCounter(text: string): (at: number) => number {
  let starts: number[] | undefined;
  return (at) => {
    if (starts === undefined) {
      starts = [0];
      for (let next = text.indexOf("\n"); next >= 0; next = text.indexOf("\n", next + 1)) {
        starts.push(next + 1);
      }
    }
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
