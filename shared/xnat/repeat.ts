import type { Clock } from "./clock.ts";
import type { Retries } from "./retry.ts";
import { isRepeatable, type XnatError } from "./xnat-error.ts";

/** Why a try did not give what was asked. */
export interface Setback {
  readonly error: XnatError;
  /** What the server asked for with Retry-After, ms. */
  readonly retryAfterMs?: number | undefined;
  /** The session is over (A3), or there never was one (A2). */
  readonly notLoggedIn?: boolean;
  /** A 400 without a reason (A8). */
  readonly unexplained?: boolean;
  /** Nothing was sent, or the server said so: doing it again is the first time. */
  readonly harmless?: boolean;
}

/** What a try gave. */
export type Tried<T> = { readonly value: T } | { readonly setback: Setback };

/** Tries again what may succeed later, with the pauses of `retries`. */
export async function repeat<T>(
  parts: { readonly retries: Retries; readonly clock: Clock; readonly stopped: AbortSignal },
  mayRepeat: boolean,
  once: (attempt: number) => Promise<Tried<T>>,
): Promise<T> {
  const { retries, clock, stopped } = parts;
  for (let attempt = 1; ; attempt++) {
    const tried = await once(attempt);
    if ("value" in tried) {
      retries.worked();
      return tried.value;
    }
    const { error, retryAfterMs, harmless } = tried.setback;
    if (!isRepeatable(error)) {
      if (error.status !== undefined) retries.worked();
      throw error;
    }
    if (!(mayRepeat || harmless === true) || stopped.aborted) throw error;
    const pause = retries.pause(
      attempt,
      `${error.kind} ${error.status ?? error.message}`,
      retryAfterMs,
    );
    if (pause === undefined) throw error;
    await clock.sleep(pause, stopped);
    if (stopped.aborted) throw error;
  }
}
