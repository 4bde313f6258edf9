import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { inTurn } from "#shared/xnat/in-turn.ts";

test("work of one key is done in turn, also after a failure; other keys do not wait", async () => {
  const log: string[] = [];
  const work = (name: string, ms: number) => async () => {
    log.push(`${name} begins`);
    await wait(ms);
    log.push(`${name} ends`);
    if (name === "a") throw new Error("a fails");
    return name;
  };
  const a = inTurn("k", work("a", 20));
  const b = inTurn("k", work("b", 1));
  const other = inTurn("other", work("c", 1));
  await expect(a).rejects.toThrow("a fails");
  expect(await b).toBe("b");
  expect(await other).toBe("c");
  expect(log).toEqual(["a begins", "c begins", "c ends", "a ends", "b begins", "b ends"]);
});
