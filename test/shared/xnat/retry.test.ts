import { describe, expect, test } from "vitest";
import { defaultRetries, parseRetryAfter, shareRetries } from "#shared/xnat/retry.ts";

const options = { ...defaultRetries, budget: 1000 };

describe("retries", () => {
  test("pauses are random below a limit that doubles up to 32 s, five tries in all", () => {
    const retries = shareRetries(options, () => 0.5);
    const pauses = [1, 2, 3, 4, 5].map((tried) => retries.pause(tried, "a", undefined));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, undefined]);
    const many = shareRetries({ ...options, tries: 9 }, () => 0.999);
    expect(many.pause(8, "a", undefined)).toBeCloseTo(31_968, 0);
    expect(shareRetries(options, () => 0).pause(1, "a", undefined)).toBe(0);
  });

  test("Retry-After is honoured, within bounds, and not at the same moment by all", () => {
    const retries = shareRetries(options, () => 0.5);
    expect(retries.pause(1, "a", 10_000)).toBe(11_000);
    expect(retries.pause(1, "a", 86_400_000)).toBe(129_000);
  });

  test("repeats are shared, and come back with answers", () => {
    const retries = shareRetries({ ...options, budget: 2 }, () => 0);
    expect(retries.pause(1, "a", undefined)).toBe(0);
    expect(retries.pause(1, "b", undefined)).toBe(0);
    expect(retries.pause(1, "c", undefined)).toBeUndefined();
    for (let answer = 0; answer < 5; answer++) retries.worked();
    expect(retries.pause(1, "c", undefined)).toBe(0);
  });

  test("after three requests given up for one reason, no pause is made until something works", () => {
    const retries = shareRetries(options, () => 0);
    for (let item = 0; item < 3; item++) {
      expect(retries.pause(1, "transient 503", undefined)).toBe(0);
      expect(retries.pause(5, "transient 503", undefined)).toBeUndefined();
    }
    expect(retries.pause(1, "transient 503", undefined)).toBeUndefined();
    expect(retries.pause(1, "transient reset", undefined)).toBe(0);
    retries.worked();
    expect(retries.pause(1, "transient 503", undefined)).toBe(0);
  });

  test("Retry-After is seconds or a date", () => {
    const now = Date.parse("2026-11-22T10:00:00Z");
    expect(parseRetryAfter("7", now)).toBe(7000);
    expect(parseRetryAfter("Sun, 22 Nov 2026 10:00:30 GMT", now)).toBe(30_000);
    expect(parseRetryAfter("Sun, 22 Nov 2020 10:00:30 GMT", now)).toBe(0);
    expect(parseRetryAfter("soon", now)).toBeUndefined();
    expect(parseRetryAfter(undefined, now)).toBeUndefined();
  });
});
