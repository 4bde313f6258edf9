import { createHash } from "node:crypto";
import type { RawScan } from "./raw-scan.ts";

/**
 * A name that stands for another: the same for the same raw text and secret, so that studies of a subject stay together, and of
 * no use to find the raw text without the secret. With an empty secret, guessed names can be tried.
 *
 * @param kind - what is named: subject, study
 */
export function pseudonym(scan: RawScan, kind: string, raw: string): string {
  const secret = scan.choices.deIdentify?.secret ?? "";
  const digest = createHash("sha256").update(JSON.stringify(["pseudonym", kind, secret, raw]));
  return `${kind}-${digest.digest("hex").slice(0, 10)}`;
}
