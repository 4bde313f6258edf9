import { classifyAnswer, isUnexplained, mayRepeat } from "./classify-answer.ts";
import type { Clock } from "./clock.ts";
import type { Call } from "./connection.ts";
import { type Cookies, findSessionId } from "./cookies.ts";
import { type Line, neverSent, type Reply } from "./line.ts";
import type { Setback, Tried } from "./repeat.ts";
import { parseRetryAfter } from "./retry.ts";
import { isAlias, type Session } from "./session.ts";
import { XnatError } from "./xnat-error.ts";

/** Sends a call with the session's cookie; logs in again and replays it once where that helps. */
export type SendCall = <T>(
  call: Call,
  attempt: number,
  read: (reply: Reply) => Promise<Tried<T>>,
) => Promise<Tried<T>>;

/** What is needed to send with a session. */
export interface SendParts {
  readonly line: Line;
  readonly session: Session;
  readonly cookies: Cookies;
  readonly clock: Clock;
  readonly user: string;
}

/** How long a missing right is believed, ms: a session may also have ended meanwhile. */
const rightMs = 60_000;

/** Calls of a connection: 401 and login pages renew the session (A2, A3), a 400 without a reason its cookies (A8). */
export function makeSend({ line, session, cookies, clock, user }: SendParts): SendCall {
  /** Paths that answered 401 right after a login, by the login: they lack a right, and need no other login (A11). */
  const withoutRight = new Map<string, { readonly login: number; readonly atMs: number }>();
  /** Whether answers bring other sessions even right after a login: then that says nothing. */
  let wanders = false;
  const placeOf = ({ path }: Call): string => path.slice(0, 3).join("/");
  const lacksRight = (call: Call, login: number): boolean => {
    const known = withoutRight.get(placeOf(call));
    return known?.login === login && clock.now() - known.atMs < rightMs;
  };

  const judge = async (call: Call, reply: Reply): Promise<Setback> => {
    const { status, headers } = reply;
    const text = await reply.start();
    const verdict = classifyAnswer(status, headers["location"], text);
    reply.end(verdict.kind);
    return {
      error: line.refuse(call, verdict.kind, { status, text, ...verdict }),
      retryAfterMs: parseRetryAfter(headers["retry-after"], clock.now()),
      notLoggedIn: verdict.kind === "auth",
      unexplained: isUnexplained(status, text),
      // Too many requests, or too early: the server says that it did nothing.
      harmless: status === 429 || status === 425,
    };
  };

  const once = async <T>(
    call: Call,
    attempt: number,
    read: (reply: Reply) => Promise<Tried<T>>,
    { sent, renewed }: { readonly sent: number; readonly renewed: boolean },
  ): Promise<Tried<T>> => {
    let reply: Reply | undefined;
    const cookie = cookies.header();
    try {
      reply = await line.ask(call, attempt, {
        cookie,
        // Listings shrink to a tenth; images do not.
        "accept-encoding":
          call.query?.["format"] === undefined || call.query["format"] === "zip"
            ? "identity"
            : "gzip",
      });
      const wanted = reply.status >= 200 && reply.status < 300;
      const other = findSessionId(reply.cookies, clock.now());
      const replaced = other !== undefined && !cookie.includes(other);
      wanders ||= replaced && renewed;
      // Sites that let guests in answer them instead of 401: with empty lists, with 404, with 200 for nothing stored.
      if (replaced && !wanders && (!wanted || mayRepeat(call))) {
        const { status } = reply;
        reply.end("auth");
        const found = "XNAT has begun another session: ours is over";
        const error = line.refuse(call, "auth", { status, rule: "A3", found });
        return { setback: { error, notLoggedIn: true } };
      }
      if (wanted) session.keep(reply, sent);
      if (!wanted && call.accept?.includes(reply.status) !== true) {
        return { setback: await judge(call, reply) };
      }
      const tried = await read(reply);
      if ("setback" in tried) reply.end(tried.setback.error.kind);
      return tried;
    } catch (error) {
      if (!(error instanceof XnatError)) {
        reply?.end();
        throw error;
      }
      reply?.end(error.kind);
      return { setback: { error, harmless: neverSent(error) } };
    }
  };

  return async (call, attempt, read) => {
    let renewed = false;
    for (;;) {
      await session.ready();
      const sent = session.generation();
      const tried = await once(call, attempt, read, { sent, renewed });
      if ("value" in tried) return tried;
      const { error, notLoggedIn, unexplained } = tried.setback;
      if (notLoggedIn !== true && unexplained !== true) return tried;
      if (renewed || (notLoggedIn === true && lacksRight(call, sent))) {
        if (notLoggedIn !== true) return tried;
        if (renewed) withoutRight.set(placeOf(call), { login: sent, atMs: clock.now() });
        return { setback: { error: refusedThough(call, error) } };
      }
      renewed = true;
      await session.renew(sent, unexplained === true);
    }
  };

  /** The login is accepted, and the request still is not. */
  function refusedThough(call: Call, { status, excerpt }: XnatError): XnatError {
    const facts = { ...(status === undefined ? {} : { status }), text: excerpt };
    if (call.path[0] === "xapi") {
      const hint =
        "The user needs a role for this (Container Manager, for commands), or the right in the project.";
      return line.refuse(call, "forbidden", { ...facts, rule: "A11", hint });
    }
    return line.refuse(call, isAlias(user) ? "token-ended" : "auth", {
      ...facts,
      rule: isAlias(user) ? "A5" : "A3",
      found: "refused right after a login that was accepted",
    });
  }
}
