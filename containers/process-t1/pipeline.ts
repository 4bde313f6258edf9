import { inspectSignal } from "#shared/derivatives/inspect-signal.ts";
import { readSourceLabels } from "#shared/derivatives/source-labels.ts";
import { writeFit } from "#shared/derivatives/write-fit.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { fitVolume } from "#shared/fit/fit-volume.ts";
import { chooseMask } from "#shared/program/choose-mask.ts";
import { readInput } from "#shared/program/read-input.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import { sortByBrightness } from "#shared/volume/brightest-image.ts";
import { magnitudesOf } from "#shared/volume/complex-signal.ts";
import { scaleImage } from "#shared/volume/ndarray-view.ts";
import { signalSource } from "#shared/volume/series-volume.ts";
import { checkTiming } from "./check-timing.ts";
import { chooseMethod } from "./choose-method.ts";
import { chooseModel } from "./choose-model.ts";
import { chooseTransmit } from "./choose-transmit.ts";
import type { command } from "./command.ts";
import { measureNoise } from "./measure-noise.ts";
import { selectPoints } from "./select-points.ts";
import { warnAboutPhase } from "./warn-about-phase.ts";
import { warnAboutRange } from "./warn-about-range.ts";
import { warnAboutSignals } from "./warn-about-signals.ts";

/** T1 maps of a scan whose TR, TI or flip angle varies: one series in; maps, standard errors, status and report out. */
export const processT1: Pipeline<typeof command> = async (options, context) => {
  const { log, pool } = context;

  // The recovery curves: one series, ordered by geometry and by the contrast that varies.
  const series = await readInput(
    options.input,
    {
      ...chooseMethod(options),
      atLeast: 2,
      oneSetting: true,
      series: options.series,
      acceptLegacyGeometry: options["accept-legacy-geometry"],
    },
    pool,
    context.progress("reading"),
  );
  const { shape } = series.grid;
  log.info({ shape, contrast: series.axis.keyword, values: series.axis.values }, "series read");
  const points = selectPoints(series, options.images);
  const timing = checkTiming(options, series, points);

  // The noise of the scan, the voxels that rise above it, and the B1 in each of them.
  const magnitudes = magnitudesOf(series);
  const measuring = measureNoise(options.noise, magnitudes, pool);
  const mask = await chooseMask(options.mask, magnitudes, measuring, {
    noiseThreshold: options["noise-threshold"],
    fraction: options["mask-threshold"],
  });
  const noise = await measuring;
  log.info(noise, "noise");
  log.info({ source: mask.source }, "mask");
  const transmit = await chooseTransmit(
    options["b1-map"],
    options.input,
    series,
    mask.samples,
    pool,
  );

  // The fit: no start values, an error and a status for each voxel.
  const model = chooseModel(options, series, points, timing, noise);
  log.info({ reason: model.reason }, model.variant);
  const request = {
    model: model.choice,
    abscissae: points.abscissae,
    sigma: noise.sigma,
    noiseThreshold: options["noise-threshold"],
    poorFitRSquared: options["min-rsquared"],
    largeErrorFraction: options["max-error"],
    solver: options.solver,
  };
  const { contrasts, abscissae } = points;
  const where = { contrasts, mask: mask.samples, scale: transmit.samples };
  const source = signalSource(series);
  const fitting = fitVolume({ ...request, source, ...where }, pool, context.progress("fitting"));
  const bright = sortByBrightness(magnitudes, contrasts.slice(0, abscissae.length));
  const inspection = inspectSignal(magnitudes, bright, mask.samples);
  const imageContrast = bright[0]!;
  const image = scaleImage(magnitudes, imageContrast);
  const fit = await fitting;
  log.info(fit.tally, "voxels fitted");

  return writeFit(
    {
      title: "T1 map",
      series,
      labels: readSourceLabels(series.identity),
      ...{ contrasts, abscissae },
      ...{ sheet: fit.sheet, variant: model.variant, modelReason: model.reason },
      fixed: transmit.source === "" ? model.fixed : { ...model.fixed, b1Map: transmit.source },
      ...{ fit, mask, noise, inspection, image, imageContrast },
      fitCurve: (signals, voxel) => fitCurve(request, signals, transmit.samples?.[voxel]),
      policy: { outside: options.outside, flagged: options.flagged },
      dicom: options.dicom,
      legacyOutputs: options["legacy-outputs"],
      options,
      warnings: [
        ...series.warnings,
        ...timing.warnings,
        ...transmit.warnings,
        ...model.warnings,
        ...warnAboutSignals(series, inspection, model, abscissae),
        ...warnAboutPhase(series, contrasts, abscissae, mask.samples),
        ...warnAboutRange(series, model, fit, abscissae),
      ],
    },
    context,
  );
};
