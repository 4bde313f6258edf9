import { expect, test } from "vitest";
import { countAlong, indexAlong } from "#shared/paravision/group-index.ts";

const group = (id: string, count: number) => ({ id, count, comment: "", dependents: [] });
const groups = [group("FG_ECHO", 3), group("FG_SLICE", 2), group("FG_CYCLE", 4)];

test("an index along several groups counts the first of them fastest, others left out", () => {
  const others = ({ id }: { id: string }) => id !== "FG_SLICE";
  expect(countAlong(groups, others)).toBe(12);
  const found = Array.from({ length: 24 }, (_, frame) => indexAlong(groups, others, frame));
  expect(found).toEqual([
    ...[0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 6, 7, 8, 9, 10, 11, 9, 10, 11],
  ]);
});

test("without a group there is one index, 0", () => {
  expect(countAlong([], () => true)).toBe(1);
  expect(indexAlong([], () => true, 0)).toBe(0);
  expect(indexAlong(groups, () => false, 23)).toBe(0);
});
