import { sep } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findClash, placeBelow, requireSafePath, unsafe } from "#shared/files/safe-path.ts";

const tricks = [
  "",
  "..",
  "../a",
  "a/../../b",
  "a/..",
  "./a",
  "/etc/passwd",
  "//a",
  "a//b",
  "a/",
  "a\\b",
  "..\\a",
  "C:\\a",
  "C:a",
  "c:/a",
  "sub/D:x",
  "a\0b",
  "a\nb",
  "a\u007f",
  "\ud800",
  "CON",
  "con.txt",
  "sub/nul",
  "LPT1.dcm",
  "COM¹",
  "a.",
  "a ",
  "a./b",
  "x".repeat(256),
  "é".repeat(128),
  `${"abc/".repeat(300)}d`,
  ".xnat-partial/1",
  ".XNAT-Partial",
];

describe("a path from a server", () => {
  test.each(tricks)("%j is refused", (path) => {
    expect(unsafe(path)).toBeTypeOf("string");
    expect(placeBelow("/tmp/x", path)).toBeUndefined();
  });

  test.each(["a", "a/b.dcm", "ä ö/ü.txt", "a b", "..a", "a..b", "%2e%2e/a", "consul", "(1).dcm"])(
    "%j is let through",
    (path) => {
      expect(unsafe(path)).toBeUndefined();
      expect(placeBelow("/tmp/x", path)).toBe(`/tmp/x/${path}`);
    },
  );

  test("whatever it is, its place lies below the folder", () => {
    const piece = fc.oneof(fc.constantFrom("..", ".", "/", "\\", "\0", "C:", "a"), fc.string());
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom("", "/"), (pieces, glue) => {
        const place = placeBelow("/tmp/x", pieces.join(glue));
        expect(place === undefined || place.startsWith(`/tmp/x${sep}`)).toBe(true);
      }),
    );
  });
});

describe("a path to store", () => {
  test.each([
    ...tricks,
    "a b",
    "ä",
    "a#b",
    "a%20b",
    "a+b",
    "t2_catalog.xml",
    "sub/scan_catalog.xml",
  ])("%j is refused", (path) => {
    expect(() => requireSafePath(path)).toThrow(/cannot be stored in XNAT/);
  });

  test.each(["t2.nii.gz", "sub/t2-map_1.nii", ".bidsignore", "catalog.xml"])(
    "%j is taken",
    (path) => {
      expect(requireSafePath(path)).toBe(path);
    },
  );
});

describe("paths that clash", () => {
  test("differ in case or by composition alone, or are file and folder at once", () => {
    expect(findClash(["a", "b", "A"])).toEqual(["a", "A"]);
    expect(findClash(["é", "e\u0301"])).toEqual(["é", "e\u0301"]);
    expect(findClash(["a/b/c", "A/B"])).toEqual(["A/B", "a/b/c"]);
    expect(findClash(["a/b", "a/c", "ab"])).toBeUndefined();
  });
});
