import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { openSlots } from "#shared/xnat/slots.ts";

test("slots keep the order, limit the number, and are given back after failures", async () => {
  const slots = openSlots(2);
  const order: number[] = [];
  let now = 0;
  let most = 0;
  const tasks = Array.from({ length: 9 }, (_, index) =>
    slots
      .run(async () => {
        most = Math.max(most, ++now);
        order.push(index);
        await wait(1);
        now -= 1;
        if (index % 2 === 0) throw new Error("no");
      })
      .catch(() => {}),
  );
  await Promise.all(tasks);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(most).toBe(2);
});
