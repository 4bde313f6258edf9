import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import { statusCode } from "#shared/fit/status.ts";

/**
 * The voxels that statistics, histograms and verdicts count, shape [nz, ny, nx], 1 = valid, on shared memory: status ok,
 * and not-identifiable ones whose main parameter is known (IVIM without perfusion: D has a value where D* has none). A map
 * of such a fit counts those valid voxels where it has a number itself.
 */
export function markValid({ sheet, parameters, status }: VolumeFit): Uint8Array {
  const main = parameters.get(sheet.parameters[0]!.symbol);
  if (main === undefined) throw new Error("the fit lacks its main parameter");
  const valid = new Uint8Array(new SharedArrayBuffer(status.length));
  for (let v = 0; v < status.length; v++) {
    const partly =
      status[v] === statusCode["not-identifiable"] && Number.isFinite(main.samples[v]!);
    if (status[v] === statusCode.ok || partly) valid[v] = 1;
  }
  return valid;
}
