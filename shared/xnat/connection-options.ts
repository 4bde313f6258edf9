import type { Clock } from "./clock.ts";
import type { RetryOptions } from "./retry.ts";
import type { XnatErrorKind } from "./xnat-error.ts";

/** One request that ended, for the log: never a secret, never a query. */
export interface RequestEvent {
  /** Counts the requests of a connection. */
  readonly id: number;
  readonly method: string;
  readonly path: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly status: number | undefined;
  /** Of the answer's body, as read. */
  readonly bytes: number;
  readonly ms: number;
  readonly failure: XnatErrorKind | undefined;
}

/** Time-outs, ms, and the pace below which an answer is given up. */
export interface Timeouts {
  readonly connectMs: number;
  /** Until the head of the answer; a call may say otherwise. */
  readonly answerMs: number;
  /** Between two pieces of the answer's body. */
  readonly idleMs: number;
  /** In which a body must bring `slowestBytes`, unless its reader holds it up: a byte now and then is no answer. */
  readonly paceMs: number;
  readonly slowestBytes: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 10_000,
  answerMs: 60_000,
  idleMs: 120_000,
  // 1 KiB/s over five minutes; four downloads side by side on a slow mobile line are faster.
  paceMs: 300_000,
  slowestBytes: 300 * 1024,
};

/** How to reach an XNAT. */
export interface ConnectionOptions {
  /** Of the site, with its context path: "https://xnat.example.org/xnat". */
  readonly url: string;
  /** Login name, or the alias of a token. */
  readonly user: string;
  readonly password: string;
  /** Certificates to trust besides the usual ones, PEM. */
  readonly ca?: string;
  /** Requests at a time. Open bodies of `stream` are not counted: four times as many of them may be open, at least eight. */
  readonly connections?: number;
  /** "name/version"; must not look like a browser's, to which XNAT answers with login pages (A2, A6). */
  readonly userAgent?: string;
  readonly log?: (event: RequestEvent) => void;
  readonly retries?: Partial<RetryOptions>;
  readonly timeouts?: Partial<Timeouts>;
  /** 0 <= random < 1. */
  readonly random?: () => number;
  readonly clock?: Clock;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up; process.env unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
