import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { showPath, writePath } from "#shared/xnat/call-path.ts";

const plain = (text: string): string => text;
const call = (...path: string[]) => ({ method: "GET" as const, path });

describe("a path", () => {
  test("encodes each segment, and each part of the query", () => {
    const field = "xnat:mrSessionData/fields/field[name=dose]/field";
    const path = writePath(
      { ...call("data", "a b", "ü#?%", ""), query: { [field]: "1&2", list: ["a", "b c"] } },
      plain,
    );
    expect(path).toBe(
      "/data/a%20b/%C3%BC%23%3F%25/?xnat%3AmrSessionData%2Ffields%2Ffield%5Bname%3Ddose%5D%2Ffield=1%262&list=a&list=b%20c",
    );
  });

  test("never leads elsewhere, whatever a segment holds", () => {
    for (const bad of [".", "..", "a/b", "a\\b", "a\r\nHost: evil", ""]) {
      expect(() => writePath(call("data", bad, "x"), plain)).toThrow(
        expect.objectContaining({ kind: "validation" }),
      );
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (segment) => {
        let path: string;
        try {
          path = writePath(call("data", segment, "end"), plain);
        } catch {
          return;
        }
        const url = new URL(`https://host/xnat${path}`);
        expect(url.host).toBe("host");
        expect(url.pathname.split("/").length).toBe(5);
        expect(path).toMatch(/^[!-~]+$/);
      }),
    );
  });

  test("is shown without the secret of a token, and without line breaks", () => {
    const shown = showPath(
      call("data", "services", "tokens", "invalidate", "alias", "s3cret"),
      plain,
    );
    expect(shown).toBe("/data/services/tokens/invalidate/alias/***");
    expect(showPath(call("a\nb"), plain)).toBe("/a?b");
  });
});
