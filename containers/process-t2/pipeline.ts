import { inspectSignal } from "#shared/derivatives/inspect-signal.ts";
import { readSourceLabels } from "#shared/derivatives/source-labels.ts";
import { writeFit } from "#shared/derivatives/write-fit.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { fitVolume } from "#shared/fit/fit-volume.ts";
import { chooseMask } from "#shared/program/choose-mask.ts";
import { chooseNoise } from "#shared/program/choose-noise.ts";
import { readInput } from "#shared/program/read-input.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import { scaleImage } from "#shared/volume/ndarray-view.ts";
import { signalSource } from "#shared/volume/series-volume.ts";
import { chooseModel } from "./choose-model.ts";
import type { command } from "./command.ts";
import { requireOneRepetition } from "./require-one-repetition.ts";
import { selectEchoes } from "./select-echoes.ts";
import { warnAboutEchoes } from "./warn-about-echoes.ts";

/** T2 or T2* maps of a multi-echo scan: one series in; maps, standard errors, status and report out. */
export const processT2: Pipeline<typeof command> = async (options, context) => {
  const { log, pool } = context;

  // The echo train: one series, ordered by geometry and echo time.
  const series = await readInput(
    options.input,
    {
      contrast: "EchoTime",
      atLeast: 2,
      oneSetting: true,
      series: options.series,
      values: options.te,
      override: options.override.includes("te"),
      acceptLegacyGeometry: options["accept-legacy-geometry"],
    },
    pool,
    context.progress("reading"),
  );
  log.info({ shape: series.grid.shape, echoTimesMs: series.axis.values }, "echo train read");
  requireOneRepetition(series);
  const echoes = selectEchoes(series.axis, {
    echoes: options.echoes,
    dropFirst: options["drop-first-echoes"],
    evenOnly: options["even-echoes"],
  });

  // The noise of the scan, and the voxels that rise above it.
  const measuring = chooseNoise(options.noise, series, pool);
  const mask = await chooseMask(options.mask, series, measuring, {
    noiseThreshold: options["noise-threshold"],
    fraction: options["mask-threshold"],
  });
  const noise = await measuring;
  log.info(noise, "noise");
  log.info({ source: mask.source }, "mask");

  // The fit: no start values, exact derivatives, an error and a status for each voxel.
  const model = chooseModel(options, series, echoes, noise);
  const request = {
    model: model.choice,
    abscissae: echoes.echoTimesMs,
    sigma: noise.sigma,
    noiseThreshold: options["noise-threshold"],
    poorFitRSquared: options["min-rsquared"],
    largeErrorFraction: options["max-error"],
    solver: options.solver,
  };
  const fitting = fitVolume(
    { ...request, source: signalSource(series), contrasts: echoes.contrasts, mask: mask.samples },
    pool,
    context.progress("fitting"),
  );
  const inspection = inspectSignal(series, echoes.contrasts, mask.samples);
  const image = scaleImage(series, echoes.contrasts[0]!);
  const fit = await fitting;
  log.info(fit.tally, "voxels fitted");

  return writeFit(
    {
      title: `${model.title} map`,
      series,
      labels: readSourceLabels(series.identity),
      ...{ contrasts: echoes.contrasts, abscissae: echoes.echoTimesMs },
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
        ...warnAboutEchoes(inspection, model, echoes.echoTimesMs),
      ],
    },
    context,
  );
};
