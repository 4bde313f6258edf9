import type { Call } from "./connection.ts";
import type { Redact } from "./redact.ts";
import { XnatError } from "./xnat-error.ts";

/**
 * Path and query of a request below the site, encoded.
 *
 * @throws XnatError "validation" for a segment that would lead elsewhere: ".", "..", one with a slash or a control
 * character, an empty one before the end. Such names come from servers that mean no good, or from no XNAT at all.
 */
export function writePath(call: Call, redact: Redact): string {
  const last = call.path.length - 1;
  for (const [index, segment] of call.path.entries()) {
    if (/^\.{1,2}$|[/\\\p{Cc}]/u.test(segment) || (segment === "" && index < last)) {
      throw new XnatError("validation", {
        method: call.method,
        path: showPath(call, redact),
        found: `"${redact(segment).replace(/\p{Cc}/gu, "?")}" cannot be part of an address`,
        hint: "Rename the object in XNAT.",
      });
    }
  }
  const path = call.path.map((segment) => `/${encode(segment)}`).join("");
  const query = Object.entries(call.query ?? {})
    .flatMap(([name, values]) =>
      (typeof values === "string" ? [values] : values).map((value) => [name, value] as const),
    )
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
  return query === "" ? path : `${path}?${query}`;
}

/** encodeURIComponent, for halves of characters too: they become the replacement character. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The path for messages and logs: no query, not encoded, the secret of a token left out. */
export function showPath(call: Pick<Call, "path">, redact: Redact): string {
  const shown = call.path.map((segment, index) => {
    // /data/services/tokens/<what>/<alias>/<secret>: the secret may be of another token than ours.
    if (call.path[index - 3] === "tokens") return "***";
    // A project may be called as a short password is: only what is long enough to be no accident is masked.
    return segment.length >= 8 ? redact(segment) : segment;
  });
  return `/${shown.join("/")}`.replace(/\p{Cc}/gu, "?");
}
