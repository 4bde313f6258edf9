import type { Call } from "./connection.ts";
import { stripTags } from "./strip-tags.ts";
import type { XnatErrorKind } from "./xnat-error.ts";

/** What an answer means that is none for the caller. */
export interface Verdict {
  readonly kind: XnatErrorKind;
  /** Id of the rule of behaviour, or "". */
  readonly rule: string;
  readonly found?: string;
  readonly hint?: string;
}

/** Answers whose words say more than their status: XNAT hides refusals behind 500, and causes behind 400 (P3). */
const sayings: readonly (readonly [RegExp, XnatErrorKind, string])[] = [
  [/no space left on device|disk quota exceeded|not enough space/i, "disk", "U14"],
  [
    /operation already in progress|session document locked|\blocked\b.{0,40}\bsession\b/i,
    "locked",
    "P8",
  ],
  [/concurrent file sends of the same data/i, "locked", "I5"],
  [/in-body file posts must include|didn't provide any data/i, "validation", "U3"],
  [/XNAT cannot catalog|only DEFLATED entries can have EXT/i, "validation", "U9"],
  [/already exists|already a resource|session already contains/i, "exists", ""],
  [/FAILED:.{0,80}(conflict|409)/i, "conflict", "P3"],
  [/XNAT_CSRF|invalid csrf|csrf token/i, "protocol", "A6"],
];

/** What a status means where the words say nothing. */
const statuses: Readonly<Record<number, readonly [XnatErrorKind, string]>> = {
  403: ["forbidden", ""],
  404: ["not-found", "A10"],
  407: ["proxy", ""],
  408: ["transient", ""],
  409: ["conflict", ""],
  410: ["not-found", "A10"],
  413: ["proxy", "U13"],
  423: ["locked", "P8"],
  425: ["transient", ""],
  429: ["transient", ""],
  501: ["protocol", "L8"],
  502: ["proxy", "U13"],
  504: ["proxy", "U13"],
  505: ["protocol", "L8"],
  507: ["disk", "U14"],
};

const sizeHint =
  "A proxy before XNAT limits the size of requests: ask its administrator to raise the limit.";

/**
 * What an answer means whose status is neither 2xx nor one the caller asked to see.
 *
 * @param text - start of its body
 */
export function classifyAnswer(
  status: number,
  location: string | undefined,
  text: string,
): Verdict {
  if (status >= 300 && status < 400) return classifyRedirect(status, location);
  if (status === 401) return { kind: "auth", rule: "A3" };
  for (const [pattern, kind, rule] of sayings) {
    const fits = kind !== "exists" || status === 409 || status >= 500 || status === 400;
    if (status >= 400 && fits && pattern.test(text)) return { kind, rule };
  }
  const [kind, rule] = statuses[status] ?? [];
  if (status === 413) return { kind: "proxy", rule: "U13", hint: sizeHint };
  if (kind !== undefined) return { kind, rule: rule ?? "" };
  if (status >= 520 && status <= 527) return { kind: "proxy", rule: "U13" };
  if (status >= 500) return { kind: "transient", rule: "" };
  if (status >= 400) return { kind: "validation", rule: "" };
  return { kind: "protocol", rule: "L8", found: `an answer with status ${status}` };
}

/** Redirects are never followed (P1): where they lead is nobody's business but the message's. */
function classifyRedirect(status: number, location: string | undefined): Verdict {
  if (isLoginPage(location ?? "")) return { kind: "auth", rule: "A2" };
  if (status === 304) return { kind: "protocol", rule: "L8" };
  return {
    kind: "refused-redirect",
    rule: "P1",
    found: `a redirect (${status}) to ${hostOf(location)} was not followed`,
  };
}

/** Host of an address for a message; the rest of it may hold anything. */
function hostOf(location: string | undefined): string {
  if (location === undefined) return "nowhere";
  const url = URL.parse(location, "http://same-host.invalid");
  if (url === null) return "no address";
  return url.hostname === "same-host.invalid" ? "another path" : `${url.protocol}//${url.host}`;
}

const isLoginPage = (location: string): boolean =>
  /\/app\/template\/(Login|Register)\.vm|\/app\/action\/XDATLoginUser|\/login\b/i.test(location);

/** What kind of page a text is, when it is one: XNAT's login page, or other HTML. */
export function recognizePage(text: string): "login" | "html" | undefined {
  const start = text.slice(0, 65_536);
  if (/<!--\s*BEGIN xnat-templates\/screens\/Login\.vm/i.test(start)) return "login";
  return /^<(!doctype\s+html|html|head|body)\b/i.test(afterComments(start)) ? "html" : undefined;
}

/** A text without the comments and blanks it begins with. */
function afterComments(text: string): string {
  let at = 0;
  for (;;) {
    while (/[\s\uFEFF]/.test(text.charAt(at))) at += 1;
    const end = text.startsWith("<!--", at) ? text.indexOf("-->", at) : -1;
    if (end < 0) return text.slice(at);
    at = end + "-->".length;
  }
}

/**
 * Whether a 400 gives no reason of XNAT's: cookies that grew too long get such (A8), from the server below XNAT or from a
 * proxy.
 */
export function isUnexplained(status: number, text: string): boolean {
  if (status === 431) return true;
  if (status !== 400) return false;
  const words = stripTags(text, " ")
    .replace(/&\w+;|[^\w ]/g, " ")
    .replace(
      /\b(http|status|error|report|type|message|description|apache|tomcat|nginx|bad|request)\b/gi,
      "",
    )
    .replace(/\d+/g, "")
    .trim();
  if (/header.{0,40}too large|cookie.{0,20}too large|too large.{0,40}(header|cookie)/i.test(text)) {
    return true;
  }
  return (
    words === "" ||
    /the server cannot or will not process the request due to something/i.test(text) ||
    /invalid syntax|malformed request/i.test(words)
  );
}

/** Whether a call may be sent again after it may have reached the server. */
export const mayRepeat = (call: Call): boolean =>
  call.repeatable ?? (call.method === "GET" || call.method === "DELETE");
