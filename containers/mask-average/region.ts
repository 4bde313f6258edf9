import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { PlacedRoi } from "#shared/roi/placed-roi.ts";
import { nameRoi } from "#shared/roi/remark.ts";
import type { Reference, Roi, RoiCollection } from "#shared/roi/roi.ts";

/** A region of the run and where it lies, before any map is looked at. */
export interface Region {
  /** Position of its collection among those of the run, and of itself in its collection. */
  readonly source: number;
  readonly index: number;
  readonly collection: RoiCollection;
  readonly roi: Roi;
  /** `roi-07_ring-nested`: distinct within its collection. */
  readonly fileName: string;
  /** Of outlines: what they lie on. Undefined for voxels, and for a region that cannot be placed. */
  readonly placed: { readonly outlines: PlacedRoi; readonly reference: Reference } | undefined;
  /** All that was found about it, in its file and on the reference. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `ROI 2 "kidney 1"`, with its collection where the run has several. */
export function nameRegion({ roi, collection }: Region, collections: number): string {
  return collections > 1 ? `${nameRoi(roi)} of ${collection.path}` : nameRoi(roi);
}
