import type { Vector3 } from "#shared/volume/grid.ts";
import type { Contrast } from "./signals.ts";
import { diffusionOf } from "./tissue-diffusion-table.ts";
import type { Tissue } from "./tissue-table.ts";

/**
 * What of diffusion a scan sees. Each scan obeys one model exactly, so that its true values are exact; the mean
 * diffusivity is the same in all of them.
 */
export type DiffusionPhysics = "isotropic" | "tensor" | "kurtosis" | "perfusion";

/**
 * What diffusion leaves of a signal at b in direction g:
 *
 *     isotropic   exp(-b ADC)
 *     tensor      exp(-b g'Dg)
 *     kurtosis    exp(-b g'Dg + b² MD² W / 6),  an isotropic kurtosis tensor: W(g) = W in every direction
 *     perfusion   f exp(-b D*) + (1 - f) exp(-b ADC)
 *
 * @see Basser PJ et al., Biophys J 1994;66:259; Jensen JH, Helpern JA, NMR Biomed 2010;23:698; Le Bihan D et al.,
 *   Radiology 1988;168:497
 */
export function diffusionAttenuation(
  tissue: Tissue,
  { bValue = 0, direction }: Contrast,
  physics: DiffusionPhysics,
): number {
  if (bValue === 0) return 1;
  if (physics === "isotropic") return Math.exp(-bValue * tissue.adc);
  if (physics === "perfusion") {
    const { perfusionFraction, pseudoDiffusion } = diffusionOf(tissue);
    const still = (1 - perfusionFraction) * Math.exp(-bValue * tissue.adc);
    return perfusionFraction === 0
      ? still
      : still + perfusionFraction * Math.exp(-bValue * pseudoDiffusion);
  }
  if (direction === undefined) throw new Error(`no direction at b ${bValue}`);
  const along = diffusivityAlong(tissue, direction);
  const { kurtosis } = diffusionOf(tissue);
  const bend = physics === "kurtosis" ? (bValue * tissue.adc) ** 2 * (kurtosis / 6) : 0;
  return Math.exp(bend - bValue * along);
}

/** g'Dg, mm²/s: the diffusivity along a unit vector in patient coordinates. */
function diffusivityAlong(tissue: Tissue, [x, y, z]: Vector3): number {
  const { axes, shares } = diffusionOf(tissue);
  const share = axes.reduce(
    (sum, [ax, ay, az], n) => sum + shares[n]! * (ax * x + ay * y + az * z) ** 2,
    0,
  );
  return tissue.adc * share;
}
