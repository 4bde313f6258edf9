import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "#shared/errors.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { double, failByBug, failByData } from "./pool-tasks.ts";

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
