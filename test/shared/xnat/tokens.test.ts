import { describe, expect, test } from "vitest";
import { invalidateToken, issueToken } from "#shared/xnat/tokens.ts";
import { fakeConnection } from "./fake-connection.ts";

const token = {
  alias: "7f2d6e7e-3a51-4a0c-9a55-2f3d1f5b1a11",
  secret: "s".repeat(64),
  xdatUserId: "demo",
  singleUse: false,
  estimatedExpirationTime: 1795512000000,
  validIPAddresses: null,
};

describe("alias tokens", () => {
  test("are issued, whatever the form of their date", async () => {
    for (const date of [1795512000000, "1795512000000", new Date(1795512000000).toISOString()]) {
      const value = { ...token, estimatedExpirationTime: date };
      expect(await issueToken(fakeConnection(() => ({ value })))).toEqual({
        alias: token.alias,
        secret: token.secret,
        expires: 1795512000000,
      });
    }
    for (const date of [undefined, null, "soon"]) {
      const value = { ...token, estimatedExpirationTime: date };
      expect((await issueToken(fakeConnection(() => ({ value })))).expires).toBeUndefined();
    }
  });

  test("an odd answer is not quoted, since it may hold a secret", async () => {
    const connection = fakeConnection(() => ({ value: { token: "hidden-hidden" } }));
    await expect(issueToken(connection)).rejects.toMatchObject({
      kind: "protocol",
      message: expect.not.stringContaining("hidden-hidden"),
    });
  });

  test("are ended by their alias; ended ones are fine", async () => {
    const connection = fakeConnection(() => ({ text: '{"result": "OK"}' }));
    await invalidateToken(connection, token.alias);
    expect(connection.lines).toEqual([
      `GET /data/services/tokens/invalidate/${token.alias}?format=json`,
    ]);
    await invalidateToken(
      fakeConnection(() => undefined),
      token.alias,
    );
    const page = fakeConnection(() => ({ text: "<html>" }));
    await expect(invalidateToken(page, token.alias)).rejects.toMatchObject({ kind: "protocol" });
  });
});
