import fc from "fast-check";
import { expect, test } from "vitest";
import { sortedOrder } from "#shared/roi/sorted-order.ts";

test("any numbers come in ascending order, each once", () => {
  const key = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (list) => {
      const keys = Float64Array.from(list);
      const order = sortedOrder(keys, keys.length);
      expect(order.toSorted()).toEqual(Uint32Array.from(list.keys()));
      const sorted = [...order].map((n) => keys[n]! + 0);
      for (let n = 1; n < sorted.length; n++) expect(sorted[n - 1]! <= sorted[n]!).toBe(true);
    }),
  );
});

test("only as many as asked for are looked at", () => {
  expect([...sortedOrder(Float64Array.of(5, 1, 3, 0, 0), 3)]).toEqual([1, 2, 0]);
});
