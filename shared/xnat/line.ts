import { type OpenBody, openBody, readStart } from "./answer-body.ts";
import { showPath, writePath } from "./call-path.ts";
import type { Clock } from "./clock.ts";
import type { Answer, Call } from "./connection.ts";
import type { RequestEvent, Timeouts } from "./connection-options.ts";
import type { Wire } from "./http.ts";
import { excerptOf, type Redact } from "./redact.ts";
import type { SiteAddress } from "./site-address.ts";
import { WireError } from "./wire-error.ts";
import { XnatError, type XnatErrorFacts, type XnatErrorKind } from "./xnat-error.ts";

/** An answer with its body still to come. Whoever gets one ends it. */
export interface Reply extends Answer {
  readonly opened: OpenBody;
  readonly cookies: readonly string[];
  /** Throws away what is left and tells the log. */
  end(failure?: XnatErrorKind): void;
  /** Start of the body for a message; never fails, never waits long. */
  start(): Promise<string>;
}

/** Single requests to one site: no login, no repeats; every failure is an XnatError without secrets. */
export interface Line {
  ask(call: Call, attempt: number, headers: Readonly<Record<string, string>>): Promise<Reply>;
  /** An XnatError about a call, with the words of the answer. */
  refuse(
    call: Call,
    kind: XnatErrorKind,
    facts: Pick<XnatErrorFacts, "status" | "rule" | "found" | "hint"> & { readonly text?: string },
  ): XnatError;
}

/** What a line is made of. */
export interface LineParts {
  readonly wire: Wire;
  /** Asked for each request: it may change at login. */
  readonly site: () => SiteAddress;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly log: (event: RequestEvent) => void;
  readonly pace: Pick<Timeouts, "paceMs" | "slowestBytes">;
}

/** Most bytes of a refusal that are read for its message. */
const refusalBytes = 65_536;
/** Longest wait for the words of a refusal, ms: its status is known already. */
const refusalMs = 10_000;

/** A line over a wire. */
export function openLine(parts: LineParts): Line {
  const { wire, site, redact, clock, log } = parts;
  let count = 0;
  const refuse: Line["refuse"] = (call, kind, { text = "", ...facts }) =>
    new XnatError(kind, {
      method: call.method,
      path: showPath(call, redact),
      ...facts,
      excerpt: excerptOf(text, redact, text.length >= refusalBytes / 2),
    });
  return {
    refuse,
    async ask(call, attempt, headers) {
      const { origin, prefix } = site();
      const path = prefix + writePath(call, redact);
      const began = clock.now();
      const event = { id: ++count, method: call.method, path: showPath(call, redact), attempt };
      const lost = (error: WireError): XnatError => {
        const { kind, message, hint, code } = error;
        const cause = new Error(code === "" ? message : code);
        return new XnatError(kind, {
          method: call.method,
          path: event.path,
          found: message,
          ...(hint === undefined ? {} : { hint }),
          cause,
        });
      };
      const tell = (status: number | undefined, bytes: number, failure?: XnatErrorKind): void =>
        log({ ...event, status, bytes, ms: clock.now() - began, failure });
      try {
        const answer = await wire.send({
          origin,
          method: call.method,
          path,
          headers: { "user-agent": parts.userAgent, accept: "*/*", ...headers },
          body: call.body,
          answerWithinMs: call.answerWithinMs,
        });
        const opened = openBody(answer, lost, { ...parts.pace, clock });
        let ended = false;
        return {
          status: answer.status,
          headers: answer.headers,
          cookies: answer.cookies,
          opened,
          end(failure) {
            if (ended) return;
            ended = true;
            opened.discard();
            tell(answer.status, opened.bytes(), failure);
          },
          async start() {
            const callOff = clock.later(refusalMs, () => opened.discard());
            try {
              return (await readStart(opened, refusalBytes)).text;
            } catch {
              return "";
            } finally {
              callOff();
            }
          },
        };
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        const failure = lost(error);
        if (!error.maySent) unsent.add(failure);
        tell(undefined, 0, failure.kind);
        throw failure;
      }
    },
  };
}

/** Failures before anything was sent: such requests may always be sent again. */
const unsent = new WeakSet<object>();

/** Whether a failed request never reached the server. */
export const neverSent = (error: XnatError): boolean => unsent.has(error);
