import { encodeNifti } from "#shared/nifti/write.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { isAcquired3D } from "./sidecar.ts";
import { applyPolicy } from "./value-policy.ts";

/** Names XNAT-PIC gave its maps, by our symbol; it had saturation recovery only, so other T1 maps have the plain name. */
const legacyNames: Readonly<Record<string, string>> = {
  T1: "T1_map",
  R1: "R1_map",
  T2: "T2_map",
  R2: "R2_map",
  T2star: "T2star_map",
  R2star: "R2star_map",
  ADC: "ADC_map",
};
const saturationRecoveryNames: Readonly<Record<string, string>> = {
  T1: "T1_SR_map",
  R1: "R1_SR_map",
};

/**
 * The same maps under the names XNAT-PIC used (`7_T2_map.nii` in ms, `7_R2_map.nii` in 1/s, `7_T1_SR_map.nii`,
 * `7_ADC_map.nii` in mm²/s, `7_log_file.txt`), for
 * scripts that look for them. They have the true affine, and what the user wants (NaN or 0) instead of -1 and -2.
 */
export async function writeLegacyOutputs(work: FitToWrite, context: ProgramContext): Promise<void> {
  const { series, fit, labels, sheet } = work;
  const names =
    sheet.name === "saturation-recovery"
      ? { ...legacyNames, ...saturationRecoveryNames }
      : legacyNames;
  const scan = labels.scan.replace(/[^A-Za-z0-9-]/g, "") || "scan";
  for (const [symbol, fitted] of fit.parameters) {
    const name = names[symbol];
    if (name === undefined) continue;
    const { unit } = fitted;
    const samples = applyPolicy(fitted.samples, fit.status, work.policy);
    const description = `${symbol} [${unit}] ${context.program.name} ${context.program.version}`;
    const acquisition3D = isAcquired3D(series.acquisition);
    const map = { grid: series.grid, samples, unit };
    const bytes = encodeNifti(map, { description, acquisition3D });
    await context.output.write(`maps/legacy/${scan}_${name}.nii`, bytes);
  }
  const counts = Object.entries(fit.tally).map(([status, count]) => `${status}: ${count}`);
  const lines = [
    `${work.title}, scan ${labels.scan}, by ${context.program.name} ${context.program.version}`,
    `Model: ${work.sheet.equation} (${work.variant}; ${work.modelReason})`,
    `${series.axis.keyword} [${series.axis.unit}]: ${work.abscissae.join(", ")}`,
    `Noise: ${work.noise.sigma ?? "unknown"} (${work.noise.source})`,
    `Voxels: ${counts.join(", ")}`,
    ...work.warnings.map(({ code, text }) => `${code}: ${text}`),
  ];
  await context.output.write(`maps/legacy/${scan}_log_file.txt`, `${lines.join("\n")}\n`);
}
