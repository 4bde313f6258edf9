import fc from "fast-check";
import { expect, test } from "vitest";
import { deriveUid, isUid } from "#shared/dicom/uid.ts";

test("any parts give a valid UID, and the same one again", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (parts) => {
      const uid = deriveUid(parts);
      expect(isUid(uid)).toBe(true);
      expect(uid.length).toBeLessThanOrEqual(44);
      expect(deriveUid(parts)).toBe(uid);
    }),
  );
});

test("the border between parts counts", () => {
  expect(deriveUid(["ab", "c"])).not.toBe(deriveUid(["a", "bc"]));
});

// printf '["a","b"]' | sha256sum (coreutils 9.1) gives 0473ef2dc0d324ab659d3580c1134e9d...; RFC 9562 sets the
// first digit of byte 6 to 8 and the first two bits of byte 8 to 10.
test("the number below 2.25 is the UUID of version 8 of the parts' SHA-256", () => {
  const hex = BigInt(deriveUid(["a", "b"]).slice("2.25.".length))
    .toString(16)
    .padStart(32, "0");
  expect(hex).toBe("0473ef2dc0d384aba59d3580c1134e9d");
});

test("no UID: empty parts, leading zeros, letters, 65 characters", () => {
  for (const text of ["", "1", "1..2", "1.02", "1.2.a", ".1.2", `1.${"2".repeat(63)}`]) {
    expect(isUid(text)).toBe(false);
  }
  expect(isUid(`1.${"2".repeat(62)}`)).toBe(true);
});
