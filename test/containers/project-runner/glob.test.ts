import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesGlob } from "#containers/project-runner/glob.ts";

test("fits what a regular expression of the same meaning fits", () => {
  const letters = (set: string) => fc.string({ unit: fc.constantFrom(...set), maxLength: 12 });
  fc.assert(
    fc.property(letters("ab*?"), letters("aB."), (pattern, text) => {
      const meant = pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
      expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${meant}$`, "i").test(text));
    }),
  );
});

test("many stars take no longer than few", () => {
  const started = performance.now();
  expect(matchesGlob("*a".repeat(200), "b".repeat(20_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
