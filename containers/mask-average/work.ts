import type { OptionsOf } from "#command-json/define-command.ts";
import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { ReferencePixels } from "#shared/roi/read-reference.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";
import type { command } from "./command.ts";
import type { RegionCurves } from "./fit-mean-curves.ts";
import type { LayRegion } from "./lay-regions.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import type { References } from "./read-references.ts";
import type { Region } from "./region.ts";

/** Everything the writers of a run need. */
export interface Regions {
  readonly options: OptionsOf<typeof command>;
  readonly collections: readonly RoiCollection[];
  readonly references: References;
  readonly maps: readonly MapToMeasure[];
  readonly regions: readonly Region[];
  readonly measured: readonly MeasuredRegion[];
  readonly curves: RegionCurves;
  readonly lay: LayRegion;
  /** Pixels of the first reference series, for drawing; undefined where there is none. */
  readonly image: ReferencePixels | undefined;
  /** All that was found: of collections, reference, maps and regions, each once. */
  readonly diagnostics: readonly Diagnostic[];
}
