import type { OptionsOf } from "#command-json/define-command.ts";
import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import { isProgramError } from "#shared/errors.ts";
import { readInput } from "#shared/program/read-input.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { MeanCurveFit } from "#shared/stats/region-row.ts";
import { unitEntry, unitFactor } from "#shared/units.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";
import type { ContrastKeyword, SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import { type CurveModel, chooseCurveModel } from "./choose-curve-model.ts";
import type { command } from "./command.ts";
import { fitMeanCurve, type MeanCurve } from "./fit-mean-curve.ts";
import type { LayRegion } from "./lay-regions.ts";
import { isMissing } from "./read-references.ts";
import type { Region } from "./region.ts";

/** The mean signal curves of the regions and their fits. */
export interface RegionCurves {
  readonly series: SeriesVolume | undefined;
  readonly model: CurveModel | undefined;
  /** Regions with a curve. */
  readonly fits: ReadonlyMap<Region, MeanCurve>;
  /** Why there are none, or what differs from the map's fit. */
  readonly warnings: readonly Warning[];
  /** Whether they make a person look twice: another model than the map's, or no curves of a series that was asked for. */
  readonly doubtful: boolean;
  /** The fitted value of a region in the unit of a map of the same quantity; undefined on other maps. */
  readonly valueOn: (region: Region, map: MapToMeasure) => MeanCurveFit | undefined;
}

const contrasts: readonly ContrastKeyword[] = [
  "EchoTime",
  "RepetitionTime",
  "InversionTime",
  "FlipAngle",
  "DiffusionBValue",
];

/**
 * Fits the mean signal of each region over the images the maps were made from, when these are given.
 *
 * A default folder that is missing was not meant; one whose images make no curve leaves the curves out with a warning, as the
 * regions themselves do not need them.
 *
 * @throws InputError, UsageError as readInput does, when the user gave the folder
 */
export async function fitMeanCurves(
  regions: readonly Region[],
  maps: readonly MapToMeasure[],
  lay: LayRegion,
  { series: folder }: Pick<OptionsOf<typeof command>, "series">,
  { given, pool, progress }: Pick<ProgramContext, "given" | "pool" | "progress">,
): Promise<RegionCurves> {
  if (!given.has("series") && isMissing(folder)) return noCurves([]);
  let series: SeriesVolume;
  try {
    const wish = { contrast: namedContrasts(maps), atLeast: 2, oneSetting: true };
    series = await readInput(folder, wish, pool, progress("reading the series"));
  } catch (error) {
    if (given.has("series") || !isProgramError(error)) throw error;
    return noCurves([{ code: "W-NO-CURVES", text: `No fit of mean curves: ${error.message}` }]);
  }
  const asked = given.has("series");
  const { keyword } = series.axis;
  const fitted = maps.find(
    (map) => map.model !== undefined && (map.model.contrast ?? keyword) === keyword,
  );
  const model = chooseCurveModel(series, fitted?.model);
  if (model === undefined) {
    const text = `No fit of mean curves: the series has no model of one curve (${series.axis.keyword}, ${new Set(series.axis.values).size} values).`;
    return { ...noCurves([{ code: "W-NO-CURVES", text }]), doubtful: asked };
  }
  const comparable = maps.some((map) => isOf(map, model));
  // In XNAT the series is always there; of maps of other quantities its curves say nothing.
  if (!comparable && !asked) return noCurves([]);
  const planes = planesOfGrid(series.grid);
  const fits = new Map<Region, MeanCurve>();
  for (const region of regions) {
    const { voxels } = lay(region, planes);
    const curve = voxels.length === 0 ? undefined : fitMeanCurve(series, voxels, model);
    if (curve !== undefined) fits.set(region, curve);
  }
  return {
    series,
    model,
    fits,
    warnings: [...series.warnings, ...(comparable ? model.warnings : [])],
    doubtful: comparable && model.warnings.length > 0,
    valueOn: (region, map) => valueOn(fits.get(region), model, map),
  };
}

/** What the maps were fitted along, where all of them say so: tells a scan that varies two things apart. */
function namedContrasts(maps: readonly MapToMeasure[]): readonly ContrastKeyword[] {
  const named = contrasts.filter((keyword) =>
    maps.some(({ model }) => model?.contrast === keyword),
  );
  const silent = maps.some(({ model }) => model?.contrast === undefined);
  return silent ? contrasts : named;
}

function noCurves(warnings: readonly Warning[]): RegionCurves {
  return {
    series: undefined,
    model: undefined,
    fits: new Map(),
    warnings,
    doubtful: false,
    valueOn: () => undefined,
  };
}

/** Whether a map shows what a curve of this model gives. */
function isOf({ quantity }: MapToMeasure, { symbol }: CurveModel): boolean {
  return quantity === symbol || (quantity === "T2star" && symbol === "T2");
}

function valueOn(
  curve: MeanCurve | undefined,
  model: CurveModel,
  map: MapToMeasure,
): MeanCurveFit | undefined {
  if (curve === undefined || !Number.isFinite(curve.value)) return undefined;
  const own = curve.fit.parameters[0]!.unit;
  if (!isOf(map, model) || unitEntry(own).kind !== unitEntry(map.unit).kind) return undefined;
  const factor = unitFactor(own, map.unit);
  const [low, high] = curve.interval;
  return {
    value: curve.value * factor,
    standardError: curve.standardError * factor,
    interval: [low * factor, high * factor],
  };
}
