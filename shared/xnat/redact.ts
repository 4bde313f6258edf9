import { stripTags } from "./strip-tags.ts";

const mask = "***";

/** Most characters of an answer that are looked at for its words. */
const longestLooked = 65_536;

/** Texts that are secret whoever they belong to: session ids, CSRF tokens, headers of credentials, secrets of tokens. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(JSESSIONID\w*|XNAT_CSRF|XNAT_PASS)(\s*[=:]\s*"?)[^\s;,"'<>&]+/gi, `$1$2${mask}`],
  [/\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{6,}/gi, `$1 ${mask}`],
  [/("(?:secret|password|alias|XNAT_PASS|XNAT_USER)"\s*:\s*")[^"]*/gi, `$1${mask}`],
  [/([?&](?:secret|password)=)[^\s&"'<>]*/gi, `$1${mask}`],
];

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Removes secrets from what a server says: it may echo a request, as text, in an address, in JSON or in HTML.
 *
 * @param secrets - asked anew at each use: sessions change
 */
export function makeRedact(secrets: () => Iterable<string>): Redact {
  return (text) => {
    let clean = text;
    // The longest first: one secret may be part of another.
    const forms = [...new Set([...secrets()].flatMap(formsOf))].sort((a, b) => b.length - a.length);
    for (const form of forms) clean = clean.replace(expressionOf(form), mask);
    for (const [pattern, by] of patterns) clean = clean.replace(pattern, by);
    return clean;
  };
}

/** What every error page of the server ends with. */
const statusPageFoot =
  /You can get technical details here ?\. Please continue your visit at our home page ?\./;

/** The ways a secret is spelled in an echo. */
function formsOf(secret: string): readonly string[] {
  if (secret === "") return [];
  const encoded = encodeURIComponent(secret);
  const html = secret.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return [
    secret,
    encoded,
    encoded.replace(/%20/g, "+"),
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replace(/"/g, "&quot;"),
    html.replace(/"/g, "&quot;").replace(/'/g, "&#39;"),
    html.replace(/"/g, "&#034;").replace(/'/g, "&#039;"),
    html.replace(/"/g, "&#34;").replace(/'/g, "&#x27;"),
    Buffer.from(secret, "utf8").toString("base64"),
  ];
}

/** A secret of one to three characters is looked for as a word, or nothing would be left of the text. */
function expressionOf(form: string): RegExp {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return form.length >= 4
    ? new RegExp(literal, "gi")
    : new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "giu");
}

/**
 * The words of an answer for a message: without tags, scripts, control characters and secrets, at most 300 characters.
 *
 * @param cut - whether `text` is only the start of the answer: its end may then hold part of a secret, and is left out
 */
export function excerptOf(text: string, redact: Redact, cut = false): string {
  const whole =
    cut || text.length > longestLooked ? text.slice(0, longestLooked).slice(0, -1024) : text;
  const plain = redact(whole.replace(/\p{Cf}/gu, ""));
  // Tags go without a gap and with one: a secret cut in two by a tag must not be read together, nor slip through.
  const joined = redact(stripTags(plain, ""));
  const spaced = joined.includes(mask) ? joined : redact(stripTags(plain, " "));
  return spaced
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/ {2,}/g, " ")
    .replace(statusPageFoot, "")
    .trim()
    .slice(0, 300);
}
