import { exponentialBasis, smoothAbscissae } from "./exponential-basis.ts";
import {
  amplitudeRow,
  type DecayOptions,
  deriveRelaxation,
  type RelaxationQuantity,
  rateVariable,
  relaxationRows,
} from "./relaxation-quantity.ts";
import type { ModelSheet, SignalModel } from "./signal-model.ts";

/** The data sheet of S = S0 exp(-TE/T), for T2 or T2*. */
export function monoExponentialDecaySheet(quantity: RelaxationQuantity): ModelSheet {
  const star = quantity === "T2star";
  const symbol = star ? "T2*" : "T2";
  return {
    name: "mono-exponential-decay",
    label: `${symbol}, two parameters`,
    equation: `S(TE) = S0 exp(-TE/${symbol})`,
    mathml: `<mrow><mi>S</mi><mo>(</mo><mi>TE</mi><mo>)</mo><mo>=</mo><msub><mi>S</mi><mn>0</mn></msub><msup><mi>e</mi><mrow><mo>-</mo><mi>TE</mi><mo>/</mo>${
      star
        ? "<msubsup><mi>T</mi><mn>2</mn><mo>*</mo></msubsup>"
        : "<msub><mi>T</mi><mn>2</mn></msub>"
    }</mrow></msup></mrow>`,
    assumptions: [
      "one compartment",
      star
        ? "the field in the voxel is spread so that the decay is exponential"
        : "every refocusing pulse turns by 180 degrees: no stimulated echoes",
      "noise has the same spread at every echo and mean zero (Gaussian), or the expected-Rician form is chosen",
    ],
    whenNotToUse: star
      ? [
          "where the field changes linearly through a thick slice (sinc-shaped decay)",
          "where fat and water share a voxel, unless all echoes are in phase",
          "on magnitude signals that reach the noise floor: use the expected-Rician form",
        ]
      : [
          "when the first echo is lower than the second: stimulated echoes; use the extended phase graph",
          "on magnitude signals that reach the noise floor: use the expected-Rician form",
          "for several water pools in a voxel",
        ],
    references: [
      {
        text: "Golub GH, Pereyra V. The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate. SIAM J Numer Anal 1973;10:413-432",
        doi: "10.1137/0710036",
      },
      {
        text: "Milford D, Rosbach N, Bendszus M, Heiland S. Mono-exponential fitting in T2-relaxometry: relevance of offset and first echo. PLoS One 2015;10:e0145255",
        doi: "10.1371/journal.pone.0145255",
      },
    ],
    abscissa: { keyword: "EchoTime", symbol: "TE", label: "Echo time", unit: "ms" },
    parameters: [...relaxationRows(quantity), amplitudeRow],
  };
}

/**
 * The two-parameter decay S = S0 exp(-TE R), R = 1/T, at the given echo times (ms).
 *
 * @throws RangeError when the limits of the time constant are not positive and ascending
 */
export function monoExponentialDecay(
  abscissae: Float64Array,
  options: DecayOptions = {},
): SignalModel {
  const sheet = monoExponentialDecaySheet(options.quantity ?? "T2");
  const variables = [rateVariable(abscissae, options)];
  const at = (times: Float64Array): SignalModel => ({
    sheet,
    abscissae: times,
    constant: false,
    exponential: true,
    variables,
    evaluate: exponentialBasis(times),
    at,
    drawnAbscissae: () => smoothAbscissae(times),
    deriveParameters: (p, covariance, values, standardErrors) => {
      deriveRelaxation(p[1]!, covariance[3]!, values, standardErrors);
      values[2] = p[0]!;
      standardErrors[2] = Math.sqrt(covariance[0]!);
    },
  });
  return at(abscissae);
}
