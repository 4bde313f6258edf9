import type { ValuePolicy } from "./encode-map.ts";

const firstFlag = 5;
const lastFlag = 8;

/**
 * The samples of a map as the user wants them in files: flagged voxels kept or NaN, voxels without a value NaN or 0.
 *
 * @param samples - shape [nz, ny, nx]; NaN where there is no value
 * @param status - codes of shared/fit/status.ts, same shape
 */
export function applyPolicy(
  samples: Float32Array,
  status: Uint8Array,
  policy: ValuePolicy,
): Float32Array {
  const out = new Float32Array(samples.length);
  for (let v = 0; v < samples.length; v++) {
    const code = status[v]!;
    const hidden = policy.flagged === "nan" && code >= firstFlag && code <= lastFlag;
    const value = hidden ? Number.NaN : samples[v]!;
    out[v] = policy.outside === "zero" && !Number.isFinite(value) ? 0 : value;
  }
  return out;
}
