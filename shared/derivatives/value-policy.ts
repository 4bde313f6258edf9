/** What stands in a map where there is no sound value. */
export interface ValuePolicy {
  /** Voxels that were not fitted. */
  readonly outside: "nan" | "zero";
  /** Voxels with a flag (status 5 to 8). */
  readonly flagged: "value" | "nan";
}

/** True for the codes of flagged values: at a bound, poor fit, large error. */
export function isFlagged(status: number): boolean {
  return status >= 5 && status <= 8;
}

/**
 * The samples of a map as the user wants them in files: flagged voxels kept or NaN, voxels without a value NaN or 0.
 *
 * @param samples - shape [nz, ny, nx]; NaN where there is no value
 * @param status - codes of shared/fit/status.ts, same shape
 * @param factor - from the unit of the samples to that of the result
 * @returns the samples themselves when nothing has to change
 */
export function applyPolicy(
  samples: Float32Array,
  status: Uint8Array,
  policy: ValuePolicy,
  factor = 1,
): Float32Array {
  const keepsFlagged = policy.flagged === "value";
  const keepsOutside = policy.outside === "nan";
  if (keepsFlagged && keepsOutside && factor === 1) return samples;
  const out = new Float32Array(samples.length);
  for (let v = 0; v < samples.length; v++) out[v] = samples[v]! * factor;
  if (!keepsFlagged) {
    for (let v = 0; v < out.length; v++) {
      if (isFlagged(status[v]!)) out[v] = Number.NaN;
    }
  }
  if (!keepsOutside) {
    for (let v = 0; v < out.length; v++) if (!Number.isFinite(out[v]!)) out[v] = 0;
  }
  return out;
}
