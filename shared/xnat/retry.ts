/** How often and how long a request is repeated. */
export interface RetryOptions {
  /** Tries of one request, the first one included. */
  readonly tries: number;
  /** Longest pause before the second try, ms; doubles with each. */
  readonly baseMs: number;
  /** No pause is longer, ms, unless the server asks for it. */
  readonly capMs: number;
  /** Repeats all requests of a connection may have together; a fifth of one comes back with each answer. */
  readonly budget: number;
}

/** Tries and pauses for a server that is restarted or overloaded: five within about a minute. */
export const defaultRetries: RetryOptions = {
  tries: 5,
  baseMs: 2_000,
  capMs: 32_000,
  budget: 100,
};

/** What a server may ask for with Retry-After, as a multiple of the longest pause of ours. */
const longestAskedFor = 4;

/** Requests given up for the same reason, with no answer between, after which no pause is made any more. */
const alikeAtMost = 3;

/** The repeats of one connection, shared by its requests: twenty at once must not make a server's bad hour worse. */
export interface Retries {
  /**
   * Pause before the next try, ms; undefined to give up.
   *
   * @param tried - tries made so far
   * @param signature - of the failure: kind and status
   */
  pause(tried: number, signature: string, retryAfterMs: number | undefined): number | undefined;
  /** The server answered. */
  worked(): void;
}

/** Full jitter: any pause up to a limit that doubles, so that those who wait together do not come back together. */
export function anyPause(
  tried: number,
  { baseMs, capMs }: Pick<RetryOptions, "baseMs" | "capMs">,
  random: () => number,
): number {
  return random() * Math.min(capMs, baseMs * 2 ** (tried - 1));
}

/** The repeats of a new connection. */
export function shareRetries(options: RetryOptions, random: () => number): Retries {
  let left = options.budget;
  let alike = 0;
  let last = "";
  const giveUp = (signature: string): undefined => {
    alike = signature === last ? alike + 1 : 1;
    last = signature;
    return undefined;
  };
  return {
    pause(tried, signature, retryAfterMs) {
      const hopeless = signature === last && alike >= alikeAtMost;
      if (tried >= options.tries || left < 1 || hopeless) return giveUp(signature);
      left -= 1;
      const jitter = anyPause(tried, options, random);
      const asked = Math.min(retryAfterMs ?? 0, longestAskedFor * options.capMs);
      // A little more than asked for, differently for each.
      return asked > 0 ? asked + Math.min(jitter, asked / 4) : jitter;
    },
    worked() {
      alike = 0;
      last = "";
      left = Math.min(options.budget, left + 0.2);
    },
  };
}

/** Retry-After in ms: seconds or a date; undefined when there is none or it says nothing. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
