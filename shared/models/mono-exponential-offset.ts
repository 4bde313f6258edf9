import { exponentialBasis, smoothAbscissae } from "./exponential-basis.ts";
import { monoExponentialDecaySheet } from "./mono-exponential-decay.ts";
import {
  amplitudeRow,
  type DecayOptions,
  deriveRelaxation,
  type RelaxationQuantity,
  rateVariable,
  relaxationRows,
} from "./relaxation-quantity.ts";
import type { ModelSheet, SignalModel } from "./signal-model.ts";

/** The data sheet of S = S0 exp(-TE/T) + C, for T2 or T2*. */
export function monoExponentialOffsetSheet(quantity: RelaxationQuantity): ModelSheet {
  const plain = monoExponentialDecaySheet(quantity);
  return {
    ...plain,
    name: "mono-exponential-offset",
    label: plain.label.replace("two parameters", "three parameters (offset)"),
    equation: `${plain.equation} + C`,
    mathml: plain.mathml.replace(/<\/mrow>$/, "<mo>+</mo><mi>C</mi></mrow>"),
    assumptions: [
      ...plain.assumptions.slice(0, 2),
      "a constant is added to every echo: a very slow second pool or a background",
      "noise has the same spread at every echo and mean zero",
    ],
    whenNotToUse: [
      "as a cure for the noise floor of magnitude images: the floor is not constant along the decay, and the constant over-corrects it (a true 40 ms reads 34 ms at a signal-to-noise ratio of 20); use the expected-Rician form",
      "when the last echo time is shorter than about twice the time constant: offset and decay cannot be told apart",
      ...plain.whenNotToUse.filter((line) => line.startsWith("when the first echo")),
    ],
    parameters: [
      ...relaxationRows(quantity),
      amplitudeRow,
      {
        symbol: "offset",
        label: "Constant offset C",
        unit: "arbitrary",
        role: "linear",
        bounds: "none",
        boundsSource:
          "a bound would bias the time constant of voxels without offset; negative values show noise",
      },
    ],
  };
}

/**
 * The three-parameter decay S = S0 exp(-TE R) + C, R = 1/T, at the given echo times (ms).
 *
 * @throws RangeError when the limits of the time constant are not positive and ascending
 */
export function monoExponentialOffset(
  abscissae: Float64Array,
  options: DecayOptions = {},
): SignalModel {
  const sheet = monoExponentialOffsetSheet(options.quantity ?? "T2");
  const variables = [rateVariable(abscissae, options)];
  const at = (times: Float64Array): SignalModel => ({
    sheet,
    abscissae: times,
    constant: true,
    exponential: true,
    variables,
    evaluate: exponentialBasis(times),
    at,
    drawnAbscissae: () => smoothAbscissae(times),
    deriveParameters: (p, covariance, values, standardErrors) => {
      deriveRelaxation(p[2]!, covariance[8]!, values, standardErrors);
      values[2] = p[0]!;
      standardErrors[2] = Math.sqrt(covariance[0]!);
      values[3] = p[1]!;
      standardErrors[3] = Math.sqrt(covariance[4]!);
    },
  });
  return at(abscissae);
}
