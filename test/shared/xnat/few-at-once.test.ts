import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { fewAtOnce } from "#shared/xnat/few-at-once.ts";

test("as many at once as allowed, and every item", async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await fewAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await wait(2);
    now -= 1;
    done.push(item);
  });
  expect(most).toBe(2);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
});

test("a failure begins nothing new and is told when all have come to rest", async () => {
  const done: number[] = [];
  const all = fewAtOnce([1, 2, 3, 4, 5], 2, async (item) => {
    if (item === 1) throw new Error("one");
    await wait(5);
    done.push(item);
  });
  await expect(all).rejects.toThrow("one");
  expect(done).toEqual([2]);
});
