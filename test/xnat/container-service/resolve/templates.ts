import type { Site } from "../../site.ts";
import { follow } from "./match.ts";
import type { UniqueValues } from "./require-values.ts";
import { keyOf, type LaunchRequest, type ResolvedInput, wrapperInputsOf } from "./resolution.ts";

/** Fills keys and `^jsonpath^` of a text. */
export type Fill = (text: string) => string;

/**
 * Plain replacement in no defined order (W10): the server's map has none, so a key that is part of another may win or
 * not from one launch to the next.
 */
export function fillText(
  site: Pick<Site, "random">,
  text: string,
  keys: ReadonlyMap<string, string>,
): string {
  let filled = text;
  for (const [key, value] of shuffle(site, [...keys])) filled = filled.replaceAll(key, () => value);
  return filled;
}

/** For all templated texts but the command line: plain values of every input. */
export function openTemplates(
  request: LaunchRequest,
  unique: UniqueValues,
  inputs: readonly ResolvedInput[],
): Fill {
  const keys = new Map<string, string>();
  for (const input of wrapperInputsOf(request.wrapper)) {
    const values = unique.get(input.name) ?? [];
    keys.set(keyOf(input), values.map(({ value }) => value).join(" "));
  }
  for (const { input, values } of inputs) keys.set(keyOf(input), values.join(" "));
  return (text) => fillText(request.site, fillPath(request, text), keys);
}

/** `^jsonpath^` searches the command, `^wrapper:jsonpath^` the wrapper; once for each text. */
function fillPath({ command, wrapper }: LaunchRequest, text: string): string {
  return text.replace(
    /\^(wrapper:)?([^^]+)\^/,
    (whole, inWrapper: string | undefined, path: string) => {
      const found = follow(path.replace(/^\$/, ""), inWrapper === undefined ? command : wrapper);
      return typeof found === "string" || typeof found === "number" ? String(found) : whole;
    },
  );
}

function shuffle<T>(site: Pick<Site, "random">, items: T[]): readonly T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(site.random() * (at + 1));
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
