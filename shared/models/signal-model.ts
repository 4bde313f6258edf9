import type { Unit } from "#shared/units.ts";

/** A paper, standard or data set that an equation, a bound or a number comes from. */
export interface Reference {
  /** Authors, title, journal, year. */
  readonly text: string;
  readonly doi?: string;
}

/**
 * What a parameter is to the solver: a linear one is eliminated by variable projection, a non-linear one
 * is searched for, a derived one (R2 from T2) is computed from the others.
 */
export type ParameterRole = "non-linear" | "linear" | "derived";

/** One row of a model's data sheet. */
export interface ModelParameter {
  /** Name in maps, tables and files: `T2`, `R2`, `S0`. */
  readonly symbol: string;
  readonly label: string;
  readonly unit: Unit;
  readonly role: ParameterRole;
  /** The default limits in words, with their unit. */
  readonly bounds: string;
  /** Where the limits come from. */
  readonly boundsSource: string;
  /**
   * A quantity people come for: it gets a picture, a DICOM series and a place in the report. The first parameter of a
   * sheet always is one.
   */
  readonly main?: boolean;
  /**
   * For a quantity that may be 0, where a relative error makes no sense: the size, in its unit, that its standard error is
   * judged by where the value is smaller.
   */
  readonly leastSize?: number;
  /** Whether its standard error has a map; by default for all but derived parameters. */
  readonly hasError?: boolean;
}

/** Parameters that are written together as one 4D file: the elements of a tensor, the components of a unit vector. */
export interface Composite {
  /** `tensor`, `V1`. */
  readonly name: string;
  readonly label: string;
  /** Symbols of the parameters in the order of the file. */
  readonly components: readonly string[];
  /** How the components turn with the axes; all are fitted in patient coordinates (L, P, S). */
  readonly kind: "symmetric-tensor" | "vector";
}

/** A concept of a coding scheme, as DICOM writes it; `DCM` is PS3.16 annex D. */
export interface Concept {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** What DICOM calls a model and the way it is fitted; left out where PS3.16 has no code. */
export interface ModelConcepts {
  /** The model or method: diffusion models (CID 7273), the tensor (CID 7261), ways to measure T1 (CID 4106). */
  readonly model?: Concept;
  /** The fit (CID 7274); "Least squares fit of multiple samples" when left out. */
  readonly fitting?: Concept;
}

/** The data sheet of a model: everything a reader of a map has to know about the equation behind it. */
export interface ModelSheet {
  readonly name: string;
  readonly label: string;
  /** The equation in plain text. */
  readonly equation: string;
  /** The same equation as the content of a MathML `<math>` element. */
  readonly mathml: string;
  readonly assumptions: readonly string[];
  readonly whenNotToUse: readonly string[];
  readonly references: readonly Reference[];
  readonly abscissa: {
    readonly keyword: string;
    readonly symbol: string;
    readonly label: string;
    readonly unit: Unit;
  };
  /** In the order in which `deriveParameters` writes them; the first is the main parameter. */
  readonly parameters: readonly ModelParameter[];
  /** Parameters without a file of their own. */
  readonly composites?: readonly Composite[];
  /** How the parameters are found, for sidecars; variable projection with a global search of the rate when left out. */
  readonly algorithm?: string;
  /** The codes that derived DICOM objects carry (model-concepts.ts has them). */
  readonly concepts?: ModelConcepts;
}

/** True for a parameter whose standard error is kept. */
export function hasErrorMap({ role, hasError }: ModelParameter): boolean {
  return hasError ?? role !== "derived";
}

/** The parameters people come for, the first of the sheet among them. */
export function mainParameters({
  parameters,
}: Pick<ModelSheet, "parameters">): readonly ModelParameter[] {
  return parameters.filter((parameter, index) => index === 0 || parameter.main === true);
}

/** A parameter that is searched for, in the solver's own variable (a rate, a squared cosine). */
export interface SearchVariable {
  readonly symbol: string;
  readonly lower: number;
  readonly upper: number;
  /** How the values of the global search lie between the bounds. */
  readonly spacing: "logarithmic" | "linear";
  /** Number of values of the global search. */
  readonly gridSize: number;
  /** True when the reported parameter falls as this one rises (T2 = 1/R): its bounds swap. */
  readonly inverse: boolean;
  /**
   * A bound at which the signal is symmetric, so that an optimum there is an ordinary one and not a
   * limit that was hit (refocusing by 180 degrees).
   */
  readonly mirror?: "lower" | "upper";
}

/** Basis function and its derivatives by the search variables, filled by `SignalModel.evaluate`. */
export interface Basis {
  /** Shape [N]. */
  readonly value: Float64Array;
  /** Shape [variables, N]. */
  readonly first: Float64Array;
  /** Second derivative by the only search variable, shape [N]; used by models with one. */
  readonly second: Float64Array;
}

/**
 * A signal equation at given abscissae, in the form the solvers work on:
 *
 *     signal(t) = c0 phi(t; theta) [+ c1]
 *
 * with amplitude c0 >= 0, an optional constant c1, and one or more search variables theta.
 */
export interface SignalModel {
  readonly sheet: ModelSheet;
  /** Shape [N], in the unit of the sheet's abscissa. */
  readonly abscissae: Float64Array;
  /** True when the model has the constant c1. */
  readonly constant: boolean;
  readonly variables: readonly SearchVariable[];
  /** True when phi = exp(-t theta): the solvers then have recurrences and closed forms. */
  readonly exponential: boolean;
  /** Fills `basis` for one value of the search variables. */
  readonly evaluate: (theta: ArrayLike<number>, basis: Basis) => void;
  /** The same equation and limits at other abscissae: for drawing the fitted curve. */
  readonly at: (abscissae: Float64Array) => SignalModel;
  /** Abscissae from 0 to the last one at which the curve can be drawn (whole echoes only for an echo train). */
  readonly drawnAbscissae: () => Float64Array;
  /**
   * Parameters of the sheet and their standard errors from the solver's p = [c0, (c1), theta...].
   *
   * @param covariance - of p, shape [p, p]; NaN variance where an estimate lies at a bound
   * @param values - out, shape [sheet.parameters.length], in the sheet's units
   * @param standardErrors - out, same shape and units, by the delta method
   */
  readonly deriveParameters: (
    p: Float64Array,
    covariance: Float64Array,
    values: Float64Array,
    standardErrors: Float64Array,
  ) => void;
  /** Judges the parameters of the sheet; undefined when the bounds of the search are all there is to say. */
  readonly judge?: (values: Float64Array, standardErrors: Float64Array) => Plausibility;
  /** The sample that has to rise above the noise: the first of a decay (default), the largest of a recovery. */
  readonly screened?: "first" | "largest";
  /** True when samples are magnitudes of a signal that can be negative. */
  readonly magnitude?: boolean;
}

/**
 * What the values themselves say of a fit: nothing; that one lies outside what can be expected of a measurement, which
 * is flagged; that the curve held no information on them; or that the equation does not allow them.
 */
export type Plausibility = "plausible" | "implausible" | "unidentified" | "impossible";

/** Number of free parameters of a model. */
export function parameterCount(model: SignalModel): number {
  return 1 + (model.constant ? 1 : 0) + model.variables.length;
}

/** Empty arrays for `evaluate`. */
export function newBasis(model: SignalModel): Basis {
  const n = model.abscissae.length;
  return {
    value: new Float64Array(n),
    first: new Float64Array(n * model.variables.length),
    second: new Float64Array(n),
  };
}
