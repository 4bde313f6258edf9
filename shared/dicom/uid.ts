import { hash } from "node:crypto";

/** Root of UIDs made from a UUID, PS3.5 B.2. */
const uuidRoot = "2.25.";

/** Longest UID that DICOM allows, PS3.5 9.1. */
const longestUid = 64;

/**
 * A UID that depends on `parts` only: the same parts give the same UID, any other parts another one.
 *
 * The parts' SHA-256, cut to 128 bits and marked as a UUID of version 8 (RFC 9562 5.8), as decimal
 * number below the root 2.25 (PS3.5 B.2). 44 characters at most.
 *
 * @param parts - what the object is made from, in a fixed order: source UID, program, version, options
 */
export function deriveUid(parts: readonly string[]): string {
  // JSON keeps ["ab", "c"] and ["a", "bc"] apart.
  const digest = hash("sha256", JSON.stringify(parts), "buffer").subarray(0, 16);
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return uuidRoot + BigInt(`0x${digest.toString("hex")}`).toString();
}

/** Whether a text is a UID: digits in parts separated by dots, no leading zeros, PS3.5 9.1. */
export function isUid(text: string): boolean {
  return text.length <= longestUid && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);
}
