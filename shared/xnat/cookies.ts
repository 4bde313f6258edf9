/** Cookies of one site: all are kept, as load balancers need theirs too (A7). */
export interface Cookies {
  /** Takes what an answer sets; cookies for other domains and such as no header can hold are left out. */
  keep(setCookies: readonly string[], nowMs: number): void;
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  drop(name: string): void;
  dropAll(): void;
  /** For the request header; "" when there are none. */
  header(): string;
  /** Values of a length that may be secret. */
  secrets(): readonly string[];
}

/** Most characters of a cookie, as browsers have it; longer ones are left out. */
const longestCookie = 4_096;
/** Most cookies of a site; beyond, the oldest go: each is sent with every request. */
const mostCookies = 50;

/**
 * An empty jar for one host.
 *
 * Paths are not looked at: all requests go to one site.
 */
export function openCookies(host: string): Cookies {
  const kept = new Map<string, string>();
  return {
    keep(setCookies, nowMs) {
      for (const line of setCookies) {
        const cookie = parseCookie(line, nowMs);
        if (cookie === undefined || !belongs(cookie.domain, host)) continue;
        if (cookie.ended) kept.delete(cookie.name);
        else kept.set(cookie.name, cookie.value);
        const oldest = [...kept.keys()].find((name) => name !== sessionId && name !== sessionEnd);
        if (kept.size > mostCookies && oldest !== undefined) kept.delete(oldest);
      }
    },
    get: (name) => kept.get(name),
    set: (name, value) => void kept.set(name, value),
    drop: (name) => void kept.delete(name),
    dropAll: () => kept.clear(),
    header: () => [...kept].map(([name, value]) => `${name}=${value}`).join("; "),
    secrets: () =>
      [...kept]
        .filter(([name, value]) => name !== sessionEnd && value.length >= 6)
        .map(([, value]) => value),
  };
}

/** Name of the cookie that is the session. */
export const sessionId = "JSESSIONID";

/** The session that an answer sets; undefined when it sets none. */
export function findSessionId(setCookies: readonly string[], nowMs: number): string | undefined {
  const cookies = setCookies.map((line) => parseCookie(line, nowMs));
  return cookies.findLast((cookie) => cookie?.name === sessionId && !cookie.ended)?.value;
}

/** Name of the cookie in which XNAT says when the session ends; its value has quotes that belong to it. */
export const sessionEnd = "SESSION_EXPIRATION_TIME";

/**
 * Length of the session in ms, from `"1668081619871,900000"`: time of its end and length.
 *
 * @returns undefined for anything else
 */
export function parseSessionLength(value: string | undefined): number | undefined {
  const match = /^"?\d+\s*,\s*(\d{1,12})"?$/.exec(value ?? "");
  const length = Number(match?.[1]);
  return length > 0 ? length : undefined;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly ended: boolean;
}

function parseCookie(line: string, nowMs: number): Cookie | undefined {
  const [pair = "", ...attributes] = line.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  if (
    at < 1 ||
    pair.length > longestCookie ||
    !/^[\x21-\x7e]+$/.test(name) ||
    !/^[\x20-\x7e]*$/.test(value)
  )
    return undefined;
  let domain = "";
  let ended = false;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const text = rest.join("=").trim();
    const lower = key.trim().toLowerCase();
    if (lower === "domain") domain = text.replace(/^\./, "").toLowerCase();
    if (lower === "max-age" && /^-?\d+$/.test(text)) ended = Number(text) <= 0;
    if (lower === "expires" && Date.parse(text) <= nowMs) ended = true;
  }
  return { name, value, domain, ended };
}

const belongs = (domain: string, host: string): boolean =>
  domain === "" || host === domain || host.endsWith(`.${domain}`);
