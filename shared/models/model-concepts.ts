import type { Concept } from "./signal-model.ts";

const dcm = (value: string, meaning: string): Concept => ({ value, scheme: "DCM", meaning });

/** Models, methods and ways of fitting as PS3.16 annex D codes them, for the data sheets. */
export const modelConcepts = {
  // CID 7273, diffusion models.
  monoExponentialDiffusion: dcm("113250", "Mono-exponential diffusion model"),
  biExponentialDiffusion: dcm("113251", "Bi-exponential (IVIM) diffusion model"),
  kurtosisDiffusion: dcm("113252", "Kurtosis diffusion model"),
  // CID 7261, diffusion model value types.
  singleTensor: dcm("113231", "Single Tensor"),
  // CID 4106, T1 measurement methods.
  t1ByInversionRecovery: dcm("126351", "T1 by Inversion Recovery"),
  t1ByFlipAngles: dcm("126350", "T1 by Multiple Flip Angles"),
  // CID 7274, model fitting methods.
  leastSquares: dcm("113261", "Least squares fit of multiple samples"),
  levenbergMarquardt: dcm("113265", "Levenberg-Marquardt"),
  trustRegion: dcm("113266", "Trust-Region"),
  segmentedUnconstrained: dcm("113268", "Segmented-Unconstrained"),
  segmentedConstrained: dcm("113269", "Segmented-Constrained"),
} as const satisfies Record<string, Concept>;
