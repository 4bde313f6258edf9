import { later } from "./date-time.ts";
import type { RawAcquisition } from "./describe-acquisition.ts";
import type { RawStudy } from "./describe-study.ts";

/** A scan every five minutes, as the DICOM scans have it. */
export function startOf(examination: number, { begin }: RawStudy): RawAcquisition["begin"] {
  return later(begin, examination * 300);
}
