import {
  equilibriumRow,
  type LongitudinalOptions,
  longitudinalRows,
  recoveryBounds,
} from "./longitudinal-relaxation.ts";
import { modelConcepts } from "./model-concepts.ts";
import type { ModelParameter, ModelSheet } from "./signal-model.ts";

/** Options of inversion recovery. */
export interface InversionOptions extends LongitudinalOptions {
  /**
   * What the samples are: magnitudes, real numbers with their sign, or complex numbers (all real parts, then all
   * imaginary parts).
   */
  readonly signal: "magnitude" | "signed" | "complex";
  /** From one inversion to the next, ms; without it the magnetisation is taken to recover fully. */
  readonly repetitionTimeMs?: number;
  /** True when one inversion is followed by many small excitations: the fitted time is T1*, and T1 = T1* (-b/a - 1). */
  readonly lookLocker?: boolean;
}

/** Values of the inversion efficiency that a measurement can be expected to have (project rule). */
export const plausibleInversion = { low: 0.5, high: 1.05 } as const;

const labels = {
  magnitude: "magnitudes",
  signed: "signals with sign",
  complex: "complex signals",
} as const;

/** The data sheet of inversion recovery with the given options. */
export function inversionRecoverySheet(options: InversionOptions): ModelSheet {
  const { signal, repetitionTimeMs, lookLocker } = options;
  const magnitude = signal === "magnitude";
  const inner = lookLocker === true ? "a + b exp(-TI/T1*)" : "a + b exp(-TI/T1)";
  return {
    name: "inversion-recovery",
    label: `T1 by inversion recovery${lookLocker === true ? " (Look-Locker)" : ""}, ${labels[signal]}`,
    equation: `S(TI) = ${magnitude ? `|${inner}|` : inner}${signal === "complex" ? ", a and b complex" : ""}; ${derivedParameters(options)}`,
    mathml: equationMathml(magnitude, lookLocker === true),
    assumptions: [
      "one compartment",
      "the same inversion, timing and scaling at every inversion time",
      lookLocker === true
        ? "a perfect inversion of the full magnetisation, and small excitations at equal distances much shorter than T1*"
        : repetitionTimeMs === undefined
          ? "full recovery before every inversion: TR of at least about five T1"
          : `the same time from one inversion to the next, TR = ${repetitionTimeMs} ms`,
      ...signalAssumptions[signal],
    ],
    whenNotToUse: [
      "when TR changes with TI: a then changes from sample to sample",
      ...(lookLocker === true
        ? ["after excitations of more than about 10 degrees, or where the inversion is imperfect"]
        : [
            "for many excitations after one inversion (Look-Locker, MOLLI) without that option: T1 comes out too short",
          ]),
      ...whenNotToUse[signal],
      "when the longest TI is shorter than about the T1 to be measured",
      "for tissue with strong exchange or magnetisation transfer when short TI are included: recovery has two rates",
    ],
    references: [
      {
        text: "Barral JK, Gudmundson E, Stikov N, Etezadi-Amoli M, Stoica P, Nishimura DG. A robust methodology for in vivo T1 mapping. Magn Reson Med 2010;64:1057-1067",
        doi: "10.1002/mrm.22497",
      },
      {
        text: "Golub GH, Pereyra V. The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate. SIAM J Numer Anal 1973;10:413-432",
        doi: "10.1137/0710036",
      },
      ...(lookLocker === true
        ? [
            {
              text: "Deichmann R, Haase A. Quantification of T1 values by SNAPSHOT-FLASH NMR imaging. J Magn Reson 1992;96:608-612",
              doi: "10.1016/0022-2364(92)90347-A",
            },
          ]
        : []),
    ],
    abscissa: { keyword: "InversionTime", symbol: "TI", label: "Inversion time", unit: "ms" },
    ...(magnitude
      ? { algorithm: "variable projection with a global search of rate and polarity" }
      : {}),
    concepts: { model: modelConcepts.t1ByInversionRecovery },
    parameters: parameterRows(options),
  };
}

function derivedParameters({ repetitionTimeMs, lookLocker }: InversionOptions): string {
  if (lookLocker === true) return "T1 = T1* (-b/a - 1), M0 = a (-b/a - 1)";
  return repetitionTimeMs === undefined
    ? "M0 = a, efficiency = -b/(2 M0)"
    : "M0 = a/(1 + exp(-TR/T1)), efficiency = -b/(2 M0)";
}

function equationMathml(magnitude: boolean, lookLocker: boolean): string {
  const time = lookLocker
    ? "<msubsup><mi>T</mi><mn>1</mn><mo>*</mo></msubsup>"
    : "<msub><mi>T</mi><mn>1</mn></msub>";
  const bar = magnitude ? "<mo>|</mo>" : "";
  return `<mrow><mi>S</mi><mo>(</mo><mi>TI</mi><mo>)</mo><mo>=</mo>${bar}<mi>a</mi><mo>+</mo><mi>b</mi><msup><mi>e</mi><mrow><mo>-</mo><mi>TI</mi><mo>/</mo>${time}</mrow></msup>${bar}</mrow>`;
}

const signalAssumptions: Record<InversionOptions["signal"], readonly string[]> = {
  magnitude: [
    "the samples are negative up to some inversion time and positive from then on; which, is searched for",
    "noise has the same spread at every inversion time and mean zero (Gaussian), or the expected-Rician form is chosen",
  ],
  signed: [
    "the sign of every sample is known, the fully relaxed signal being positive",
    "noise has the same spread at every inversion time and mean zero",
  ],
  complex: [
    "the phase of the receiver is the same at every inversion time",
    "noise has the same spread in both channels and mean zero",
  ],
};

const whenNotToUse: Record<InversionOptions["signal"], readonly string[]> = {
  magnitude: [
    "where the noise is a large part of the signal around its null: samples there are lifted, and T1 is biased; use complex signals or the expected-Rician form",
  ],
  signed: ["on magnitudes, or real parts whose phase differs from image to image"],
  complex: [
    "where phase changes from one inversion time to the next (a new prescan, motion): use the magnitudes",
  ],
};

function parameterRows({ signal, lookLocker }: InversionOptions): readonly ModelParameter[] {
  const efficiency: ModelParameter = {
    symbol: "efficiency",
    label: "Inversion efficiency",
    unit: "1",
    role: "linear",
    bounds: `none; flagged when more than two standard errors outside ${plausibleInversion.low} to ${plausibleInversion.high}`,
    boundsSource:
      "project rule: a perfect inversion is 1, a perfect saturation 0.5; 0.05 are kept in hand for noise",
  };
  const polarity: ModelParameter = {
    symbol: "polarity",
    label: "Number of samples before the null",
    unit: "1",
    role: "derived",
    bounds: "0 to the number of samples",
    boundsSource: "all are searched",
    hasError: false,
  };
  return [
    ...longitudinalRows(recoveryBounds),
    equilibriumRow,
    ...(lookLocker === true ? [] : [efficiency]),
    ...(signal === "magnitude" ? [polarity] : []),
  ];
}
