import { describe, expect, test } from "vitest";
import type { Clock } from "#shared/xnat/clock.ts";
import { repeat, type Setback, type Tried } from "#shared/xnat/repeat.ts";
import { defaultRetries, shareRetries } from "#shared/xnat/retry.ts";
import { XnatError, type XnatErrorKind } from "#shared/xnat/xnat-error.ts";

const setback = (kind: XnatErrorKind, more: Partial<Setback> = {}): Tried<string> => ({
  setback: { error: new XnatError(kind, { method: "GET", path: "/x", status: 503 }), ...more },
});

async function run(answers: Tried<string>[], mayRepeat = true, stopped = AbortSignal.any([])) {
  const slept: number[] = [];
  const clock: Clock = {
    now: () => 0,
    later: () => () => {},
    sleep: async (ms) => void slept.push(ms),
  };
  const retries = shareRetries(defaultRetries, () => 0.5);
  let tries = 0;
  const once = async (): Promise<Tried<string>> => answers[tries++] ?? answers.at(-1)!;
  const result = await repeat({ retries, clock, stopped }, mayRepeat, once).catch(
    (error: XnatError) => error.kind,
  );
  return { result, tries, slept };
}

describe("a repeated request", () => {
  test("pauses longer each time, and as long as the server asks", async () => {
    const answers = [
      setback("transient"),
      setback("proxy", { retryAfterMs: 10_000 }),
      { value: "done" },
    ];
    expect(await run(answers)).toEqual({ result: "done", tries: 3, slept: [1000, 12_000] });
  });

  test("is given up after five tries, at once when it cannot succeed, and when we stop", async () => {
    expect(await run([setback("transient")])).toMatchObject({ result: "transient", tries: 5 });
    expect(await run([setback("not-found")])).toMatchObject({ result: "not-found", tries: 1 });
    expect(await run([setback("transient")], true, AbortSignal.abort())).toMatchObject({
      tries: 1,
    });
  });

  test("that must not be sent twice is repeated only when nothing was sent", async () => {
    expect(await run([setback("transient")], false)).toMatchObject({ tries: 1 });
    const unsent = setback("transient", { harmless: true });
    expect(await run([unsent, { value: "done" }], false)).toMatchObject({ result: "done" });
  });
});
