import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { inspectSignal } from "#shared/derivatives/inspect-signal.ts";
import type { CurveFit } from "#shared/fit/fit-curve.ts";
import type { FittedParameter, VolumeFit } from "#shared/fit/fit-volume.ts";
import { tallyStatus } from "#shared/fit/status.ts";
import { modelConcepts } from "#shared/models/model-concepts.ts";
import { hasErrorMap, type ModelParameter, type ModelSheet } from "#shared/models/signal-model.ts";
import type { Unit } from "#shared/units.ts";
import { scaleImage } from "#shared/volume/ndarray-view.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { simulateSeries } from "#test/shared/volume/simulated-series.ts";

const row = (
  symbol: string,
  unit: Unit,
  more: Partial<ModelParameter> = { role: "derived" },
): ModelParameter => ({
  ...{ symbol, unit, label: `${symbol} of the example`, role: "derived" },
  ...{ bounds: "none", boundsSource: "an example" },
  ...more,
});

const elements = ["Dxx", "Dxy", "Dxz", "Dyy", "Dyz", "Dzz"];
const components = ["V1x", "V1y", "V1z"];

/** A data sheet like that of the diffusion tensor: two main maps, the second without error, a vector and a tensor. */
export const tensorSheet: ModelSheet = {
  name: "diffusion-tensor",
  label: "Diffusion tensor",
  equation: "S(b) = S0 exp(-b:D)",
  mathml: "",
  assumptions: ["one tensor"],
  whenNotToUse: ["at high b"],
  references: [{ text: "Basser 1994" }],
  abscissa: { keyword: "DiffusionBValue", symbol: "b", label: "b-value", unit: "s/mm2" },
  parameters: [
    row("MD", "mm2/s", { role: "derived", hasError: true }),
    row("FA", "1", { main: true }),
    row("AD", "mm2/s"),
    row("S0", "arbitrary", { role: "linear" }),
    ...components.map((symbol) => row(symbol, "1")),
    ...elements.map((symbol) => row(symbol, "mm2/s")),
  ],
  composites: [
    { name: "V1", label: "First eigenvector", components, kind: "vector" },
    { name: "tensor", label: "Diffusion tensor", components: elements, kind: "symmetric-tensor" },
  ],
  algorithm: "weighted linear least squares of the logarithm",
  concepts: { model: modelConcepts.singleTensor },
};

/** Shape of the example, and its voxel of each outcome. */
export const tensorShape = [5, 4, 3] as const;
export const outcomes = { outside: 0, upperBound: 1, unknownFa: 2, unknown: 3 } as const;

/** A series of two b = 0 and four directions of b = 1000, with its acquisition. */
export function tensorSeries(): SeriesVolume {
  const series = simulateSeries({
    ...{ shape: tensorShape, images: 6, sigma: 1, stored: Float32Array },
    signal: (i, j, k, n) => 1000 * Math.exp(n < 2 ? 0 : -0.7 - 0.1 * (n - 2)) + 10 * (i + j + k),
  });
  const shared = new Float32Array(new SharedArrayBuffer(4 * series.stored.length));
  shared.set(series.stored);
  const values = [0, 0, 990, 1000, 1004, 1010];
  return {
    ...series,
    stored: shared,
    axis: { keyword: "DiffusionBValue", values, unit: "s/mm2", source: "dicom:0018,9087" },
    diffusion: {
      bValues: values,
      directions: [undefined, undefined, [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0]],
      directionSource: "dicom:0018,9089",
      acquisitionOrder: [0, 1, 2, 3, 4, 5],
    },
  };
}

/** Value of a parameter of the example in voxel v: V1 turns from x to y with v, the tensor has V1 as first axis. */
export function tensorValue(symbol: string, v: number): number {
  const angle = (v * Math.PI) / 120;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  const known: Record<string, number> = {
    ...{ MD: 0.0007 + 1e-6 * v, FA: 0.3 + 0.01 * v, AD: 0.001, S0: 900 + v },
    ...{ V1x: x, V1y: y, V1z: 0 },
    ...{ Dxx: 0.0005 + 0.001 * x * x, Dxy: 0.001 * x * y, Dxz: 0 },
    ...{ Dyy: 0.0005 + 0.001 * y * y, Dyz: 0, Dzz: 0.0005 },
  };
  return known[symbol]!;
}

/** A fit as the tensor's program hands it to the writers; nothing is fitted, the values are `tensorValue`. */
export function exampleTensorFit(series: SeriesVolume = tensorSeries()): FitToWrite {
  const voxels = 60;
  const status = new Uint8Array(new SharedArrayBuffer(voxels)).fill(1);
  status[outcomes.outside] = 0;
  status[outcomes.upperBound] = 6;
  status[outcomes.unknownFa] = 9;
  status[outcomes.unknown] = 9;
  const image = (value: (v: number) => number) => {
    const samples = new Float32Array(new SharedArrayBuffer(4 * voxels));
    return samples.map((_, v) => (v === outcomes.outside ? Number.NaN : value(v)));
  };
  const share = (samples: Float32Array) => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * voxels));
    shared.set(samples);
    return shared;
  };
  const parameters = new Map<string, FittedParameter>();
  tensorSheet.parameters.forEach((parameter, index) => {
    const { symbol, unit } = parameter;
    const samples = share(image((v) => tensorValue(symbol, v)));
    // One voxel whose anisotropy alone is unknown, one of which nothing is known.
    if (symbol !== "MD") samples[outcomes.unknownFa] = Number.NaN;
    samples[outcomes.unknown] = Number.NaN;
    const standardErrors =
      hasErrorMap(parameter) || index === 0
        ? share(samples.map((value) => 0.05 * value))
        : undefined;
    parameters.set(symbol, { symbol, unit, samples, standardErrors });
  });
  const fit: VolumeFit = {
    ...{ sheet: tensorSheet, parameters, status, tally: tallyStatus(status) },
    rSquared: share(image(() => 0.98)),
    rmse: share(image(() => 3)),
  };
  const contrasts = [0, 1, 2, 3, 4, 5];
  const mask = new Uint8Array(new SharedArrayBuffer(voxels)).fill(1);
  mask[outcomes.outside] = 0;
  return {
    title: "Diffusion tensor maps",
    ...{ series, contrasts, fit, sheet: tensorSheet },
    abscissae: series.axis.values,
    labels: { project: "P", subject: "M1", session: "S1", scan: "6" },
    variant: "weighted",
    modelReason: "chosen by the test",
    fixed: {},
    fitCurve: (signals, voxel) => describeCurve(fit, signals, voxel),
    mask: { samples: mask, source: "drawn by the test" },
    noise: { sigma: undefined, source: "unknown to the test" },
    inspection: inspectSignal(series, contrasts, mask),
    image: scaleImage(series, 0),
    policy: { outside: "nan", flagged: "value" },
    dicom: "none",
    legacyOutputs: false,
    options: { input: "/in", model: "auto" },
    warnings: [],
  };
}

function describeCurve(fit: VolumeFit, signals: Float64Array, voxel: number): CurveFit {
  const fitted = signals.map((value, n) => value * (1 + 0.01 * (n - 2)));
  return {
    ...{ status: "ok", statusCode: 1, rSquared: 0.98, rmse: 3, reducedChiSquare: Number.NaN },
    parameters: tensorSheet.parameters.map((parameter) => {
      const { samples, standardErrors } = fit.parameters.get(parameter.symbol)!;
      const value = samples[voxel]!;
      const standardError = standardErrors?.[voxel] ?? Number.NaN;
      return { ...parameter, value, standardError, interval: [value, value] };
    }),
    ...{ fitted, residuals: signals.map((value, n) => value - fitted[n]!) },
    ...{ drawnAbscissae: new Float64Array(0), predict: undefined },
  };
}
