import { inspectSignal } from "#shared/derivatives/inspect-signal.ts";
import { readSourceLabels } from "#shared/derivatives/source-labels.ts";
import { warnAboutSaturation } from "#shared/derivatives/warn-about-saturation.ts";
import { writeFit } from "#shared/derivatives/write-fit.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { fitVolume } from "#shared/fit/fit-volume.ts";
import { chooseMask } from "#shared/program/choose-mask.ts";
import { chooseNoise } from "#shared/program/choose-noise.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import { scaleImage } from "#shared/volume/ndarray-view.ts";
import { signalSource } from "#shared/volume/series-volume.ts";
import { chooseModel } from "./choose-model.ts";
import { chooseName } from "./choose-name.ts";
import type { command } from "./command.ts";
import { describeTables } from "./describe-tables.ts";
import { exportImages } from "./export-images.ts";
import { readDiffusion } from "./read-diffusion.ts";
import { reduceSeries, withKnownChiSquare } from "./reduce-series.ts";
import { selectImages } from "./select-images.ts";

/** ADC, tensor, kurtosis or IVIM maps of a diffusion scan: one series in; maps, standard errors, status and report out. */
export const processDwi: Pipeline<typeof command> = async (options, context) => {
  const { log, pool } = context;

  // The images: one series, ordered by geometry and b-value, with the gradient of each image.
  const { series, diffusion } = await readDiffusion(options, context);
  log.info({ shape: series.grid.shape, bValues: series.axis.values }, "diffusion series read");
  const named = chooseName(options.model, diffusion);
  const images = selectImages(diffusion, named.name, options);

  // The noise of the scan, and the voxels that rise above it.
  const measuring = chooseNoise(options.noise, series, pool);
  const mask = await chooseMask(options.mask, series, measuring, {
    noiseThreshold: options["noise-threshold"],
    fraction: options["mask-threshold"],
  });
  const noise = await measuring;
  log.info(noise, "noise");
  log.info({ source: mask.source }, "mask");

  // The fit, of single images or of averages over those of one b-value.
  const model = chooseModel(options, named, images, noise);
  log.info({ model: model.choice.name, variant: model.variant }, model.reason);
  const fitted = await reduceSeries(series, model.samples, pool);
  const request = {
    model: model.choice,
    abscissae: model.samples.bValues,
    sigma: noise.sigma,
    noiseThreshold: options["noise-threshold"],
    poorFitRSquared: options["min-rsquared"],
    largeErrorFraction: options["max-error"],
    solver: options.solver,
  };
  const { contrasts } = fitted;
  const source = signalSource(fitted.series);
  const fitting = fitVolume(
    { ...request, source, contrasts, mask: mask.samples },
    pool,
    context.progress("fitting"),
  );
  const inspection = inspectSignal(fitted.series, contrasts, mask.samples);
  const image = scaleImage(fitted.series, contrasts[0]!);
  const fit = withKnownChiSquare(await fitting, model);
  log.info(fit.tally, "voxels fitted");

  const labels = readSourceLabels(series.identity);
  return writeFit(
    {
      title: model.title,
      ...{ series: fitted.series, labels, contrasts, abscissae: model.samples.bValues },
      ...{
        sheet: model.sheet,
        variant: model.variant,
        modelReason: model.reason,
        fixed: model.fixed,
      },
      ...{ fit, fitCurve: (signals) => fitCurve(request, signals), mask, noise, inspection, image },
      policy: { outside: options.outside, flagged: options.flagged },
      dicom: options.dicom,
      legacyOutputs: options["legacy-outputs"],
      options,
      warnings: [
        ...series.warnings,
        ...model.warnings,
        ...warnAboutSaturation(inspection, "their diffusivities are too small"),
      ],
      tables: describeTables(series, diffusion, model, fit),
      extraFiles: await exportImages(series, diffusion, labels, options["export-dwi"], context),
    },
    context,
  );
};
