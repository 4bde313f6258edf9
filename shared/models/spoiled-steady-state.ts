/**
 * The spoiled steady state sin(a) (1 - E)/(1 - E cos(a)), E = exp(-TR R), in the variable w = E/(1 - E):
 *
 *     g(a; w) = sin(a) / (1 + w (1 - cos(a)))
 *
 * One division a flip angle and no exponential. w is close to T1/TR; g by ln w is -q g, q = w s/(1 + w s), s = 1 - cos(a).
 *
 * @see Fram EK et al., Magn Reson Imaging 1987;5:201
 */
export interface FlipAngles {
  /** sin(a), shape [N]. */
  readonly sine: Float64Array;
  /** 1 - cos(a) = 2 sin^2(a/2), shape [N]. */
  readonly lift: Float64Array;
  /** tan(a/2), shape [N]. */
  readonly halfTangent: Float64Array;
}

/** Room for the functions of n flip angles. */
export function newFlipAngles(n: number): FlipAngles {
  return {
    sine: new Float64Array(n),
    lift: new Float64Array(n),
    halfTangent: new Float64Array(n),
  };
}

/** Fills the functions of nominal flip angles (degrees) times a relative B1. */
export function fillFlipAngles(
  nominalDeg: ArrayLike<number>,
  scale: number,
  { sine, lift, halfTangent }: FlipAngles,
): void {
  const half = (scale * Math.PI) / 360;
  for (let i = 0; i < sine.length; i++) {
    const s = Math.sin(half * nominalDeg[i]!);
    const c = Math.cos(half * nominalDeg[i]!);
    sine[i] = 2 * s * c;
    lift[i] = 2 * s * s;
    halfTangent[i] = s / c;
  }
}

/** w = E/(1 - E) = 1/(exp(TR R) - 1) of a rate (1/ms). */
export function steadyStateOf(rate: number, repetitionTimeMs: number): number {
  return 1 / Math.expm1(repetitionTimeMs * rate);
}

/** R = ln(1 + 1/w)/TR, 1/ms. */
export function rateOf(w: number, repetitionTimeMs: number): number {
  return Math.log1p(1 / w) / repetitionTimeMs;
}
