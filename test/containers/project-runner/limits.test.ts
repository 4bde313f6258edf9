import fc from "fast-check";
import { expect, test } from "vitest";
import { type Need, openLimits } from "#containers/project-runner/limits.ts";

const signal = new AbortController().signal;
const most: Need = { jobs: 2, memoryMiB: 100, diskMiB: 50 };

test("nothing ever exceeds the limits, and everything gets its turn", async () => {
  const need = fc.record({ jobs: fc.nat(3), memoryMiB: fc.nat(150), diskMiB: fc.nat(80) });
  await fc.assert(
    fc.asyncProperty(fc.array(need, { maxLength: 20 }), async (needs) => {
      const limits = openLimits(most);
      const used = { jobs: 0, memoryMiB: 0, diskMiB: 0 };
      const kinds = ["jobs", "memoryMiB", "diskMiB"] as const;
      let done = 0;
      await Promise.all(
        needs.map((one) =>
          limits.within(one, signal, async () => {
            for (const kind of kinds) used[kind] += Math.min(one[kind], most[kind]);
            for (const kind of kinds) expect(used[kind]).toBeLessThanOrEqual(most[kind]);
            await new Promise(setImmediate);
            for (const kind of kinds) used[kind] -= Math.min(one[kind], most[kind]);
            done += 1;
          }),
        ),
      );
      expect(done).toBe(needs.length);
    }),
    { numRuns: 50 },
  );
});

test("who waits leaves the line when the run is stopped, and the next one comes in", async () => {
  const limits = openLimits(most);
  const stop = new AbortController();
  let release = () => {};
  const first = limits.within({ jobs: 2, memoryMiB: 0, diskMiB: 0 }, signal, () => {
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const second = limits.within({ jobs: 1, memoryMiB: 0, diskMiB: 0 }, stop.signal, async () => 2);
  const third = limits.within({ jobs: 1, memoryMiB: 0, diskMiB: 0 }, signal, async () => 3);
  await new Promise(setImmediate);
  stop.abort();
  await expect(second).rejects.toThrow();
  release();
  await first;
  await expect(third).resolves.toBe(3);
});
