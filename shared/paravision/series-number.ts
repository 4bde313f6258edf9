import { createHash } from "node:crypto";
import type { RawScan } from "./raw-scan.ts";
import { scanNumbers } from "./scan-numbers.ts";

/** Reconstructions of an examination, and parts of a reconstruction, that numbers have room for. */
const processings = 10_000;
const parts = 100;
/** Largest integer string, PS3.5 6.2. */
const largest = 2 ** 31 - 1;
/** Numbers of what does not fit begin here; no other number is as large. */
const hashed = 2_100_000_000;

/**
 * SeriesNumber: examination x 10000 + reconstruction; of the parts of a reconstruction (maps, inversion modes, frame types)
 * 100 times that + the place of the part, from 1. XNAT takes it for the scan ID.
 *
 * With --series-number=exam the first reconstruction of an examination has the examination's number.
 *
 * @param place - of the part among those of the reconstruction, 0 first; undefined for a reconstruction in one piece
 */
export function seriesNumber(scan: RawScan, place: number | undefined): number {
  const { examination, processing } = scanNumbers(scan);
  const pair = examination * processings + processing;
  const fits = processing < processings && (place === undefined || place < parts);
  const number = place === undefined ? pair : pair * parts + place + 1;
  if (fits && number < hashed) {
    const alone = scan.choices.seriesNumber === "exam" && processing === 1 && place === undefined;
    return alone && examination > 0 ? examination : number;
  }
  const key = JSON.stringify([examination, processing, place ?? null]);
  const digest = createHash("sha256").update(key).digest().readUInt32LE(0);
  const made = hashed + (digest % (largest - hashed));
  scan.findings.remark(
    "number-clash",
    `examination ${examination}, reconstruction ${processing}${place === undefined ? "" : `, part ${place + 1}`} make no series number of 31 bits; ${made} was taken`,
  );
  return made;
}
