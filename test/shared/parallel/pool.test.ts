import { threadId } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "#shared/errors.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { double, failByBug, failByData, occupy } from "./pool-tasks.ts";

const entry = new URL("./pool-tasks.ts", import.meta.url);

describe.each([1, 3])("a pool of %d", (size) => {
  const pool = openPool(size, entry);
  afterAll(() => pool.close());

  test("delivers each result to its caller", async () => {
    const results = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => pool.run(double, n)));
    expect(results).toEqual([2, 4, 6, 8, 10, 12, 14]);
  });

  test("brings a program error home with its class, and goes on", async () => {
    await expect(pool.run(failByData, "IM0007")).rejects.toThrow(InputError);
    await expect(pool.run(failByData, "IM0007")).rejects.toMatchObject({ code: "E-TRUNCATED" });
    expect(await pool.run(double, 21)).toBe(42);
  });

  test("brings a bug home with its message", async () => {
    await expect(pool.run(failByBug, null)).rejects.toThrow("no such voxel");
  });
});

test("all threads of a pool work, the calling one among them, and every task is done once", async () => {
  const pool = openPool(3, entry);
  const threads = new Set<number>();
  // Threads take their time to start on a busy machine.
  for (let round = 0; round < 100 && threads.size < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => pool.run(occupy, 2)));
    expect(answers).toHaveLength(60);
    for (const thread of answers) threads.add(thread);
  }
  expect(threads.has(threadId)).toBe(true);
  expect(threads.size).toBe(3);
  await pool.close();
});
