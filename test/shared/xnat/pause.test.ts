import { expect, test } from "vitest";
import { tryAgain } from "#shared/xnat/pause.ts";
import { XnatError, type XnatErrorKind } from "#shared/xnat/xnat-error.ts";

test("what may pass is tried again with pauses, up to a number; nothing else is", async () => {
  const run = async (kinds: XnatErrorKind[]): Promise<string> => {
    const waits: number[] = [];
    const left = [...kinds];
    const outcome = await tryAgain(
      3,
      async (tried) => void waits.push(tried),
      async () => {
        const kind = left.shift();
        if (kind !== undefined) throw new XnatError(kind, { method: "GET", path: "/" });
        return "done";
      },
    ).catch((error: XnatError) => error.kind);
    return `${outcome} after ${waits.join(",")}`;
  };
  expect(await run([])).toBe("done after ");
  expect(await run(["transient", "proxy"])).toBe("done after 1,2");
  expect(await run(["transient", "transient", "transient"])).toBe("transient after 1,2");
  expect(await run(["not-found"])).toBe("not-found after ");
});
