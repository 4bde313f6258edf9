import type { ModelChoice, NoiseModel } from "#shared/models/model-choice.ts";
import { findShells } from "#shared/volume/diffusion-shells.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";

/** How the maps of a scan were fitted, as their sidecars say. */
export interface MapModel {
  /** `mono-exponential-decay`; see shared/models. */
  readonly name: string;
  /** Numbers the fit took as known, the unit in the name: `noiseSigma`, `t1Ms`. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** The model for mean curves of a series, and the images that make its samples. */
export interface CurveModel {
  readonly choice: ModelChoice;
  /** In the unit of the model's abscissa. */
  readonly abscissae: readonly number[];
  /** For each sample the images (indices along the contrast axis) whose geometric mean it is. */
  readonly images: readonly (readonly number[])[];
  /** Symbol of the main parameter: `T2`, `T1`, `ADC`. */
  readonly symbol: string;
  /** Why this model, in words. */
  readonly reason: string;
  readonly warnings: readonly Warning[];
}

/** From this number of repetition times on the saturation is fitted too, as by process-t1 (qmri-models 2.2). */
const enoughForSaturation = 5;

/**
 * The model of a region's mean curve: the one the maps were fitted with where a sidecar names it, so that mean of fits and fit of
 * the mean differ in nothing else; the usual one of the contrast where none does. Undefined for a contrast without a model of
 * one curve, or too few values.
 */
export function chooseCurveModel(
  series: SeriesVolume,
  stated: MapModel | undefined,
): CurveModel | undefined {
  const { axis } = series;
  const values = axis.values;
  const distinct = new Set(values).size;
  const single = { abscissae: values, images: values.map((_, index) => [index]) };
  const noise = noiseOf(stated);
  const mapModel = stated && { ...stated, name: stated.name.replace(/-expected-rician$/, "") };
  switch (axis.keyword) {
    case "EchoTime": {
      if (distinct < 3) return undefined;
      const offset = mapModel?.name === "mono-exponential-offset";
      const choice: ModelChoice = offset
        ? { name: "mono-exponential-offset", noise: { kind: "gaussian" } }
        : mapModel?.name === "extended-phase-graph"
          ? { name: "extended-phase-graph", options: trainOptions(mapModel), noise }
          : { name: "mono-exponential-decay", noise };
      return { ...single, choice, symbol: "T2", ...explain(choice, mapModel) };
    }
    case "RepetitionTime": {
      const saturationEfficiency = distinct >= enoughForSaturation;
      if (distinct < (saturationEfficiency ? 4 : 3)) return undefined;
      const choice: ModelChoice = {
        name: "saturation-recovery",
        options: { saturationEfficiency },
        noise,
      };
      return { ...single, choice, symbol: "T1", ...explain(choice, mapModel) };
    }
    case "InversionTime":
      return chooseInversion(series, mapModel, noise);
    case "DiffusionBValue": {
      const shells = findShells({ bValues: values, ...nominalOf(series) });
      if (shells.length < 2) return undefined;
      const averaged = shells.map(({ contrasts }) => contrasts.length);
      const choice: ModelChoice = {
        name: "diffusion-decay",
        options: { estimator: "nlls", averaged },
        noise: { kind: "gaussian" },
      };
      return {
        choice,
        abscissae: shells.map(({ bValue }) => bValue),
        images: shells.map(({ contrasts }) => contrasts),
        symbol: "ADC",
        ...explain(choice, mapModel),
      };
    }
    case "FlipAngle":
      // Without the B1 of each voxel the T1 of a mean curve would be wrong, and look right.
      return undefined;
  }
}

function chooseInversion(
  series: SeriesVolume,
  mapModel: MapModel | undefined,
  noise: NoiseModel,
): CurveModel | undefined {
  const { axis, parts } = series;
  const complex = parts?.includes("imaginary") === true;
  const abscissae = complex ? axis.values.slice(0, axis.values.length / 2) : axis.values;
  if (new Set(abscissae).size < (parts === undefined ? 4 : 3)) return undefined;
  const signal = complex ? "complex" : parts === undefined ? "magnitude" : "signed";
  const repetitionTimeMs = positive(mapModel?.fixed["repetitionTimeMs"]);
  const choice: ModelChoice = {
    name: "inversion-recovery",
    options: { signal, ...(repetitionTimeMs === undefined ? {} : { repetitionTimeMs }) },
    noise: signal === "magnitude" ? noise : { kind: "gaussian" },
  };
  const images = axis.values.map((_, index) => [index]);
  return { choice, abscissae, images, symbol: "T1", ...explain(choice, mapModel) };
}

/** Magnitudes are fitted through their noise floor where the map's fit knew the noise. */
function noiseOf(mapModel: MapModel | undefined): NoiseModel {
  const sigma = positive(mapModel?.fixed["noiseSigma"]);
  return sigma === undefined ? { kind: "gaussian" } : { kind: "rician", sigma };
}

function trainOptions({ fixed }: MapModel): { t1Ms?: number; echoSpacingMs?: number } {
  const t1Ms = positive(fixed["t1Ms"]);
  const echoSpacingMs = positive(fixed["echoSpacingMs"]);
  return {
    ...(t1Ms === undefined ? {} : { t1Ms }),
    ...(echoSpacingMs === undefined ? {} : { echoSpacingMs }),
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : undefined;
}

function nominalOf({ diffusion }: SeriesVolume): { nominalBValues?: readonly number[] } {
  const nominal = diffusion?.nominalBValues;
  return nominal === undefined ? {} : { nominalBValues: nominal };
}

function explain(
  choice: ModelChoice,
  mapModel: MapModel | undefined,
): Pick<CurveModel, "reason" | "warnings"> {
  const through = choice.noise.kind === "rician" ? ", through the noise floor" : "";
  if (mapModel === undefined || mapModel.name === choice.name) {
    const why =
      mapModel === undefined ? "the usual model of this contrast" : "as the map was fitted";
    return { reason: `${why} (${choice.name}${through})`, warnings: [] };
  }
  return {
    reason: `the map was fitted with ${mapModel.name}, which is no model of one mean curve; ${choice.name}${through}`,
    warnings: [
      {
        code: "W-CURVE-MODEL",
        text: `Mean curves are fitted with ${choice.name}, the map with ${mapModel.name}: the two may differ for that reason too.`,
      },
    ],
  };
}
