import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Call } from "#shared/xnat/connection.ts";
import { readBody } from "#shared/xnat/read-body.ts";

test("a body is read whole, up to its limit", async () => {
  const call: Call = { method: "GET", path: ["data", "x"] };
  const body = () => Readable.from([Buffer.from("ab"), Buffer.from("c")]);
  expect((await readBody(body(), call, 3)).toString()).toBe("abc");
  await expect(readBody(body(), call, 2)).rejects.toMatchObject({ kind: "too-large" });
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1_000);
    })(),
  );
  await expect(readBody(endless, call, 10_000)).rejects.toMatchObject({ kind: "too-large" });
  expect(endless.destroyed).toBe(true);
});
