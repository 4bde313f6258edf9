import { expect, test } from "vitest";
import { readSiteUser } from "#shared/xnat/site-user.ts";
import { fakeConnection } from "./fake-connection.ts";

test("the user of the session is named, plain or in quotes", async () => {
  expect(await readSiteUser(fakeConnection(() => ({ text: "demo\n" })))).toBe("demo");
  expect(await readSiteUser(fakeConnection(() => ({ text: '"demo"' })))).toBe("demo");
});

test("a page is no user", async () => {
  for (const text of ["", "<html>", "please log in"]) {
    await expect(readSiteUser(fakeConnection(() => ({ text })))).rejects.toMatchObject({
      kind: "protocol",
    });
  }
});
