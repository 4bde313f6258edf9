import {
  type Basis,
  newBasis,
  parameterCount,
  type SignalModel,
} from "#shared/models/signal-model.ts";
import { buildRateGrid, countFromFirst, type RateGrid } from "./rate-grid.ts";
import { type FillRateSums, newRateSums, type RateSums, rateSumsOf } from "./rate-sums.ts";
import { type CovarianceWork, newCovarianceWork } from "./standard-errors.ts";

/** A one-rate model made ready for many curves. */
export interface RateProblem {
  readonly model: SignalModel;
  readonly n: number;
  readonly lower: number;
  readonly upper: number;
  readonly constant: boolean;
  readonly grid: RateGrid;
  readonly fillSums: FillRateSums;
  readonly sums: RateSums;
  /** Correlation of the curve with each grid vector. */
  readonly scores: Float64Array;
  readonly basis: Basis;
  readonly theta: Float64Array;
  readonly work: CovarianceWork;
}

/** Prepares a model with one search variable. */
export function buildRateProblem(model: SignalModel): RateProblem {
  const variable = model.variables[0];
  if (variable === undefined) throw new Error("variable projection needs a search variable");
  const shifted = countFromFirst(model);
  const grid = buildRateGrid(shifted);
  const n = model.abscissae.length;
  const work = newCovarianceWork(parameterCount(model), n);
  if (model.constant) work.jacobian.fill(1, n, 2 * n);
  return {
    model,
    n,
    lower: variable.lower,
    upper: variable.upper,
    constant: model.constant,
    grid,
    fillSums: rateSumsOf(shifted),
    sums: newRateSums(),
    scores: new Float64Array(grid.rates.length),
    basis: newBasis(model),
    theta: new Float64Array(1),
    work,
  };
}
