import { readStart } from "./answer-body.ts";
import { classifyAnswer, recognizePage, type Verdict } from "./classify-answer.ts";
import type { Clock } from "./clock.ts";
import type { Call } from "./connection.ts";
import {
  type Cookies,
  findSessionId,
  parseSessionLength,
  sessionEnd,
  sessionId,
} from "./cookies.ts";
import { type Line, neverSent, type Reply } from "./line.ts";
import type { Tried } from "./repeat.ts";
import { parseRetryAfter } from "./retry.ts";
import { followAtLogin, type SiteAddress } from "./site-address.ts";
import { XnatError, type XnatErrorKind } from "./xnat-error.ts";

/** A login that is kept alive, and made again when it ends. */
export interface Session {
  /** Counts logins; a request remembers under which one it was sent. */
  generation(): number;
  /** Waits for a login that is under way; throws when the server refused one: a refused password is never sent again (A4). */
  ready(): Promise<void>;
  /** Logs in unless somebody has done so since login number `seen`. */
  renew(seen: number, dropCookies?: boolean): Promise<void>;
  /** Takes the cookies of an answer to a request of that login. */
  keep(reply: Reply, generation: number): void;
  /** Ends it on the server; never throws. */
  end(): Promise<void>;
}

/** What a session is made of. */
export interface SessionParts {
  readonly line: Line;
  readonly cookies: Cookies;
  readonly clock: Clock;
  readonly user: string;
  readonly password: string;
  readonly site: () => SiteAddress;
  readonly move: (site: SiteAddress) => void;
  /** Remembers what must not be seen. */
  readonly hide: (secret: string) => void;
  readonly repeat: <T>(once: (attempt: number) => Promise<Tried<T>>) => Promise<T>;
}

const login: Call = { method: "GET", path: ["data", "JSESSION"] };
const whoAmI: Call = { method: "GET", path: ["data", "auth"], answerWithinMs: 30_000 };
const logout: Call = { method: "DELETE", path: ["data", "JSESSION"], answerWithinMs: 5_000 };
const redirectsAtMost = 3;

/** Aliases of tokens look like this; login names do not (A5). */
export const isAlias = (user: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(user);

/** A session that is not logged in yet: `renew(0)` does it. */
export function openSession(parts: SessionParts): Session {
  const { line, cookies, clock, user, password } = parts;
  const basic = `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
  let generation = 0;
  let running: Promise<void> | undefined;
  let refused: XnatError | undefined;
  let callOffBeat = (): void => {};
  let ended = false;

  const refusal = (status: number, text: string, rule: string): XnatError => {
    const kind: XnatErrorKind = isAlias(user) ? "token-ended" : "auth";
    const locked = /lock|too many/i.test(text)
      ? { hint: "The account is locked for an hour after too many wrong passwords." }
      : {};
    refused = line.refuse(login, kind, { status, text, rule, ...(kind === "auth" ? locked : {}) });
    return refused;
  };

  const tryLogin = async (attempt: number): Promise<Tried<void>> => {
    for (let redirects = 0; ; redirects++) {
      const reply = await line.ask(login, attempt, {
        authorization: basic,
        ...(cookies.header() === "" ? {} : { cookie: cookies.header() }),
      });
      const { status, headers } = reply;
      const text =
        status < 300 ? (await readStart(reply.opened, 65_536)).text : await reply.start();
      reply.end();
      if (status >= 300 && status < 400) {
        const verdict = classifyAnswer(status, headers["location"], "");
        if (verdict.kind === "auth") throw refusal(status, "", "A2");
        const next = followAtLogin(parts.site(), headers["location"]);
        if (next === undefined || redirects >= redirectsAtMost) {
          throw line.refuse(login, verdict.kind, { status, ...verdict, rule: "A9" });
        }
        parts.move(next);
        continue;
      }
      if (status === 401 || status === 403)
        throw refusal(status, text, isAlias(user) ? "A5" : "A4");
      if (status >= 300) {
        const judged = classifyAnswer(status, undefined, text);
        const strange = status < 500 && judged.kind !== "transient" && judged.kind !== "proxy";
        // Where we logged in before, a 404 is Tomcat while XNAT starts again; else whoever answers is no XNAT.
        const kind = status === 404 && generation > 0 ? "transient" : "protocol";
        const verdict: Verdict = strange ? { kind, rule: "" } : judged;
        const retryAfterMs = parseRetryAfter(headers["retry-after"], clock.now());
        return {
          setback: {
            error: line.refuse(login, verdict.kind, { status, text, ...verdict }),
            retryAfterMs,
          },
        };
      }
      takeSession(reply, text);
      return { value: undefined };
    }
  };

  const takeSession = (reply: Reply, text: string): void => {
    const page = recognizePage(text);
    if (page === "login") throw refusal(reply.status, "", "A2");
    const found = "the answer is no session of an XNAT";
    if (page === "html")
      throw line.refuse(login, "protocol", { status: reply.status, text, rule: "A2", found });
    cookies.keep(reply.cookies, clock.now());
    const told = /^[\w.!~-]{6,200}(?=$|\s*;)/.exec(text.trim())?.[0];
    if (cookies.get(sessionId) === undefined) {
      if (told === undefined)
        throw line.refuse(login, "protocol", { status: reply.status, rule: "A2", found });
      cookies.set(sessionId, told);
    }
    for (const secret of cookies.secrets()) parts.hide(secret);
    if (told !== undefined) parts.hide(told);
  };

  const logIn = async (dropCookies: boolean): Promise<void> => {
    if (dropCookies) cookies.dropAll();
    // With the old session's cookie the server would see two logins at once.
    cookies.drop(sessionId);
    await parts.repeat(async (attempt) => {
      try {
        return await tryLogin(attempt);
      } catch (error) {
        // Whether a broken line, or final: `repeat` knows by the kind.
        if (!(error instanceof XnatError)) throw error;
        return { setback: { error: unknownHost(error), harmless: neverSent(error) } };
      }
    });
    generation += 1;
    beat();
  };

  /** A name that was never found is misspelt; one that was is found again later. */
  const unknownHost = (error: XnatError): XnatError =>
    generation === 0 && error.cause instanceof Error && error.cause.message === "ENOTFOUND"
      ? line.refuse(login, "protocol", { found: "no such host", hint: "Correct the address." })
      : error;

  /** Asks for something small at half the session's length, so that a long fit does not end it (A3). */
  const beat = (): void => {
    callOffBeat();
    const length = parseSessionLength(cookies.get(sessionEnd));
    if (length === undefined || ended) return;
    const half = Math.min(Math.max(length / 2, 1_000), 3_600_000);
    callOffBeat = clock.later(half, () => void ping());
  };

  const ping = async (): Promise<void> => {
    const sent = generation;
    try {
      const reply = await line.ask(whoAmI, 1, { cookie: cookies.header() });
      // Of a session that is over, the next request will hear.
      if (reply.status < 300) keep(reply, sent);
      reply.end();
    } catch {
      beat();
    }
  };

  const keep = (reply: Reply, sent: number): void => {
    // A late answer to the last session must not replace the cookies of this one: 401 sets those of a guest.
    if (sent !== generation || running !== undefined) return;
    // The session of an ordinary answer is a guest's: ours is over, as after a restart of the server.
    const others = reply.cookies.filter((line) => findSessionId([line], 0) === undefined);
    cookies.keep(others, clock.now());
    for (const secret of cookies.secrets()) parts.hide(secret);
    beat();
  };

  return {
    generation: () => generation,
    keep,
    async ready() {
      await running;
      if (refused !== undefined) throw refused;
    },
    async renew(seen, dropCookies = false) {
      if (refused !== undefined) throw refused;
      if (running === undefined) {
        if (seen !== generation) return;
        running = logIn(dropCookies).finally(() => {
          running = undefined;
        });
      }
      await running;
    },
    async end() {
      ended = true;
      callOffBeat();
      if (generation === 0 || refused !== undefined || cookies.get(sessionId) === undefined) return;
      try {
        (await line.ask(logout, 1, { cookie: cookies.header() })).end();
      } catch {
        // The session ends by itself.
      }
    },
  };
}
