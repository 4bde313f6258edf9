/** What decides the echoes of a multi-echo spin-echo (CPMG) train of hard pulses. */
export interface EchoTrainSetting {
  readonly t2Ms: number;
  /** Infinity leaves longitudinal relaxation out. */
  readonly t1Ms: number;
  readonly echoSpacingMs: number;
  /** Angle of all refocusing pulses; theta and 360 - theta give the same train. */
  readonly refocusingDeg: number;
  /** Default 90. Other angles scale the whole train by their sine. */
  readonly excitationDeg?: number;
  readonly echoes: number;
}

/** Room for the phase graph of trains of up to `echoes` echoes; reused from call to call. */
export interface PhaseGraph {
  readonly states: Float64Array;
  readonly echoes: number;
}

/** An empty phase graph: three states (F+, F-, Z) and their two tangents for each order. */
export function newPhaseGraph(echoes: number): PhaseGraph {
  return { states: new Float64Array(9 * (echoes + 2)), echoes };
}

/**
 * Echo amplitudes 1...N of a CPMG train with equilibrium magnetisation 1, by the extended phase graph.
 *
 * @returns shape [echoes]; echo n forms at n x echo spacing
 * @see Hennig J, J Magn Reson 1988;78:397; Weigel M, J Magn Reson Imaging 2015;41:266,
 * doi:10.1002/jmri.24619
 */
export function cpmgEchoTrain(setting: EchoTrainSetting): Float64Array {
  const { t2Ms, t1Ms, echoSpacingMs, refocusingDeg, echoes } = setting;
  const excitation = Math.sin(((setting.excitationDeg ?? 90) * Math.PI) / 180);
  const half = Math.cos((refocusingDeg * Math.PI) / 360);
  const out = new Float64Array(echoes);
  const e2 = Math.exp(-echoSpacingMs / t2Ms);
  const e1 = Math.exp(-echoSpacingMs / t1Ms);
  runPhaseGraph(newPhaseGraph(echoes), e2, e1, half * half, out);
  // Late echoes of a long train can come back reversed; an echo's amplitude is its magnitude.
  return out.map((amplitude) => Math.abs(amplitude * excitation));
}

/**
 * Echo amplitudes by the real-valued phase graph of odd orders, and on request their derivatives.
 *
 * With the pulse along the excited magnetisation Z = i z and all states stay real. Write x = cos^2(theta/2)
 * for a refocusing angle theta, and z = 2 sqrt(x (1 - x)) zeta. A pulse then is a polynomial in x,
 *
 *     f' = x f + (1 - x) g + 4 x (1 - x) zeta,   g' = f + g - f',   zeta' = (2x - 1) zeta - (f - g) / 2
 *
 * smooth at 180 degrees (x = 0), where a derivative by the angle would vanish. Of the states only those of
 * odd order exist just before a pulse; order 2j + 1 is stored at j. From pulse to pulse f moves up by one j, g
 * down by one, g(0) becomes both the echo and the new f(0); f and g shrink by e2, zeta by e1. Regrowth
 * along z never reaches order 0 at an echo. The result keeps the sign of the echo. States that cannot come back before the last echo are left out.
 *
 * @param e2 - exp(-spacing/T2)
 * @param e1 - exp(-spacing/T1)
 * @param x - cos^2(theta/2), 0...1
 * @param echoes - out, shape [N]
 * @param byE2 - out, derivative by e2, shape [N]
 * @param byX - out, derivative by x, shape [N]
 */
export function runPhaseGraph(
  graph: PhaseGraph,
  e2: number,
  e1: number,
  x: number,
  echoes: Float64Array,
  byE2?: Float64Array,
  byX?: Float64Array,
): void {
  if (byE2 === undefined || byX === undefined) {
    runPlain(graph, e2, e1, x, echoes);
    return;
  }
  const s = graph.states;
  const n = echoes.length;
  const stride = graph.echoes + 2;
  const [F, G, Z, FE, GE, ZE, FX, GX, ZX] = offsets(stride);
  s.fill(0);
  const y = 1 - x;
  const w = 4 * x * y;
  const wx = 4 * (1 - 2 * x);
  const c = 2 * x - 1;
  s[F] = e2;
  s[FE] = 1;
  for (let pulse = 1; pulse <= n; pulse++) {
    const orders = Math.min(pulse, n - pulse + 1);
    // f moves up, so the value of the order below waits in `up` until its place is free.
    let up = 0;
    let upE = 0;
    let upX = 0;
    for (let j = 0; j < orders; j++) {
      const f = s[F + j]!;
      const g = s[G + j]!;
      const z = s[Z + j]!;
      const fE = s[FE + j]!;
      const gE = s[GE + j]!;
      const zE = s[ZE + j]!;
      const fX = s[FX + j]!;
      const gX = s[GX + j]!;
      const zX = s[ZX + j]!;
      const f1 = x * f + y * g + w * z;
      const f1E = x * fE + y * gE + w * zE;
      const f1X = x * fX + y * gX + w * zX + f - g + wx * z;
      const g1 = f + g - f1;
      const g1E = fE + gE - f1E;
      const g1X = fX + gX - f1X;
      s[Z + j] = e1 * (c * z - 0.5 * (f - g));
      s[ZE + j] = e1 * (c * zE - 0.5 * (fE - gE));
      s[ZX + j] = e1 * (c * zX - 0.5 * (fX - gX) + 2 * z);
      if (j === 0) {
        echoes[pulse - 1] = g1;
        byE2[pulse - 1] = g1E;
        byX[pulse - 1] = g1X;
        up = e2 * g1;
        upE = e2 * g1E + g1;
        upX = e2 * g1X;
      } else {
        s[G + j - 1] = e2 * g1;
        s[GE + j - 1] = e2 * g1E + g1;
        s[GX + j - 1] = e2 * g1X;
      }
      s[F + j] = up;
      s[FE + j] = upE;
      s[FX + j] = upX;
      up = e2 * f1;
      upE = e2 * f1E + f1;
      upX = e2 * f1X;
    }
    s[F + orders] = up;
    s[FE + orders] = upE;
    s[FX + orders] = upX;
    s[G + orders - 1] = 0;
    s[GE + orders - 1] = 0;
    s[GX + orders - 1] = 0;
  }
}

function offsets(
  stride: number,
): readonly [number, number, number, number, number, number, number, number, number] {
  return [
    0,
    stride,
    2 * stride,
    3 * stride,
    4 * stride,
    5 * stride,
    6 * stride,
    7 * stride,
    8 * stride,
  ];
}

function runPlain(
  graph: PhaseGraph,
  e2: number,
  e1: number,
  x: number,
  echoes: Float64Array,
): void {
  const s = graph.states;
  const n = echoes.length;
  const G = graph.echoes + 2;
  const Z = 2 * G;
  s.fill(0, 0, 3 * G);
  const y = 1 - x;
  const w = 4 * x * y;
  const c = 2 * x - 1;
  s[0] = e2;
  for (let pulse = 1; pulse <= n; pulse++) {
    const orders = Math.min(pulse, n - pulse + 1);
    let up = 0;
    for (let j = 0; j < orders; j++) {
      const f = s[j]!;
      const g = s[G + j]!;
      const z = s[Z + j]!;
      const f1 = x * f + y * g + w * z;
      const g1 = f + g - f1;
      s[Z + j] = e1 * (c * z - 0.5 * (f - g));
      if (j === 0) {
        echoes[pulse - 1] = g1;
        up = e2 * g1;
      } else {
        s[G + j - 1] = e2 * g1;
      }
      s[j] = up;
      up = e2 * f1;
    }
    s[orders] = up;
    s[G + orders - 1] = 0;
  }
}
