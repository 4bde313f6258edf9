import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import { gatherCurves, signalSource } from "#shared/volume/series-volume.ts";
import { sortSamples } from "#shared/volume/sort-samples.ts";

/** Part of the last image's signal that an image must have in a voxel for its phase to mean something there. */
const leastSignal = 0.2;
/** Share of the masked voxels in which it must have that much. */
const leastVoxels = 0.1;
/** Median angle to the line of the last image from which on the phase has changed, radians (20 degrees). */
const largestAngle = Math.PI / 9;
/** A recovery never falls; this much of full signal is left to noise. */
const largestFall = 0.15;

/** How an image compares with the last one, over the voxels of the mask. */
interface PhaseOfImage {
  /** Median angle to the line through 0 and the last image, radians, 0 to pi/2; undefined with too little signal. */
  readonly angle: number | undefined;
  /** Median of the signal along that line, as a part of the last image: -1 inverted to 1 recovered. */
  readonly recovery: number;
}

/**
 * Whether the receiver's phase stayed the same from one inversion time to the next, which a complex or signed fit takes
 * for granted: all images of a voxel lie on one line through 0, and move along it in one direction.
 *
 * @param contrasts - indices of the images: real parts, then imaginary ones where there are any
 * @param inversionTimes - ms, ascending, one for each point
 * @param mask - shape [nz, ny, nx], 1 = inside
 */
export function warnAboutPhase(
  series: SeriesVolume,
  contrasts: readonly number[],
  inversionTimes: readonly number[],
  mask: Uint8Array,
): readonly Warning[] {
  if (series.parts === undefined) return [];
  const images = comparePhases(series, contrasts, inversionTimes.length, mask);
  const turned = images.filter(({ angle }) => angle !== undefined && angle > largestAngle);
  const fallen = images.filter(({ recovery }, n) =>
    images.slice(0, n).some((earlier) => recovery < earlier.recovery - largestFall),
  );
  const timesOf = (some: readonly PhaseOfImage[]) =>
    some.map((image) => inversionTimes[images.indexOf(image)]).join(", ");
  if (turned.length === 0 && fallen.length === 0) return [];
  const what =
    turned.length > 0
      ? `At TI ${timesOf(turned)} ms the phase differs from that of the last image by more than 20 degrees`
      : `At TI ${timesOf(fallen)} ms the signal is lower than at a shorter TI, as if its sign were turned`;
  return [
    {
      code: "W-PHASE-JUMP",
      text: `${what}: the receiver's phase did not stay the same (a new prescan), and T1 is wrong. Use --model ir-magnitude, or leave those images out with --images.`,
    },
  ];
}

function comparePhases(
  series: SeriesVolume,
  contrasts: readonly number[],
  n: number,
  mask: Uint8Array,
): readonly PhaseOfImage[] {
  const source = signalSource(series);
  const isComplex = contrasts.length === 2 * n;
  const curve = new Float64Array(contrasts.length);
  const angles: number[][] = Array.from({ length: n }, () => []);
  const recoveries: number[][] = Array.from({ length: n }, () => []);
  const chosen = chooseVoxels(mask);
  for (const voxel of chosen) {
    gatherCurves(source, contrasts, voxel, 1, curve);
    const [a, b] = [curve[n - 1]!, isComplex ? curve[2 * n - 1]! : 0];
    const power = a * a + b * b;
    if (!(power > 0)) continue;
    for (let image = 0; image < n; image++) {
      const [x, y] = [curve[image]!, isComplex ? curve[n + image]! : 0];
      const [along, across] = [(x * a + y * b) / power, (y * a - x * b) / power];
      recoveries[image]!.push(along);
      if (Math.hypot(along, across) < leastSignal) continue;
      angles[image]!.push(Math.atan2(Math.abs(across), Math.abs(along)));
    }
  }
  return angles.map((own, image) => ({
    angle: own.length < leastVoxels * chosen.length ? undefined : median(own),
    recovery: median(recoveries[image]!),
  }));
}

/** Enough for a median. */
const mostVoxels = 2000;

function chooseVoxels(mask: Uint8Array): readonly number[] {
  const inside: number[] = [];
  for (let v = 0; v < mask.length; v++) if (mask[v] === 1) inside.push(v);
  const step = Math.max(1, Math.floor(inside.length / mostVoxels));
  return inside.filter((_, n) => n % step === 0);
}

function median(values: readonly number[]): number {
  const finite = Float32Array.from(values.filter(Number.isFinite));
  return finite.length === 0 ? Number.NaN : sortSamples(finite)[finite.length >> 1]!;
}
