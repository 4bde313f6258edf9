import { describe, expect, test } from "vitest";
import { cpmgEchoTrain, newPhaseGraph, runPhaseGraph } from "#shared/models/cpmg-echo-train.ts";
import { hasReference, readReferenceJson } from "../fit/curves.ts";

interface Case {
  readonly T1_ms: number;
  readonly T2_ms: number;
  readonly echo_spacing_ms: number;
  readonly refocusing_deg: number;
  readonly echo_amplitudes: readonly number[];
}

/** The train of a Bloch simulation: isochromats spread evenly over the dephasing of half an echo spacing. */
function simulateBloch(t2Ms: number, t1Ms: number, spacing: number, angle: number, echoes: number) {
  const count = 256;
  const e2 = Math.exp(-spacing / 2 / t2Ms);
  const e1 = Math.exp(-spacing / 2 / t1Ms);
  const spins = Array.from({ length: count }, (_, k) => ({
    turn: (2 * Math.PI * k) / count,
    x: 0,
    y: 1,
    z: 0,
  }));
  const rest = (spin: (typeof spins)[number]) => {
    const { x, y } = spin;
    spin.x = e2 * (x * Math.cos(spin.turn) - y * Math.sin(spin.turn));
    spin.y = e2 * (x * Math.sin(spin.turn) + y * Math.cos(spin.turn));
    spin.z = 1 + (spin.z - 1) * e1;
  };
  return Array.from({ length: echoes }, () => {
    let mx = 0;
    let my = 0;
    for (const spin of spins) {
      rest(spin);
      // Pulse along y, the direction of the excited magnetisation.
      const { x, z } = spin;
      spin.x = x * Math.cos(angle) + z * Math.sin(angle);
      spin.z = z * Math.cos(angle) - x * Math.sin(angle);
      rest(spin);
      mx += spin.x;
      my += spin.y;
    }
    return Math.hypot(mx, my) / count;
  });
}

describe("a CPMG echo train", () => {
  test("decays with T2 alone when every pulse turns by 180 degrees", () => {
    const train = cpmgEchoTrain({
      t2Ms: 50,
      t1Ms: 1000,
      echoSpacingMs: 10,
      refocusingDeg: 180,
      echoes: 10,
    });
    train.forEach((echo, k) => {
      expect(Math.abs(echo - Math.exp(-0.2 * (k + 1)))).toBeLessThan(1e-15);
    });
  });

  test.each([
    [50, 1000, 10, 150, 12],
    [40, 1500, 10, 120, 16],
    [80, 300, 7, 95, 20],
    [30, 2200, 8, 160, 24],
  ])(
    "T2 %d, T1 %d, spacing %d, %d degrees: equals a Bloch simulation",
    (t2Ms, t1Ms, echoSpacingMs, refocusingDeg, echoes) => {
      const train = cpmgEchoTrain({ t2Ms, t1Ms, echoSpacingMs, refocusingDeg, echoes });
      const bloch = simulateBloch(
        t2Ms,
        t1Ms,
        echoSpacingMs,
        (refocusingDeg * Math.PI) / 180,
        echoes,
      );
      train.forEach((echo, k) => {
        expect(Math.abs(echo - bloch[k]!)).toBeLessThan(1e-12);
      });
    },
  );

  test.skipIf(!hasReference("synthetic-vectors"))("equals the reference vectors to 1e-12", () => {
    const { cases } = readReferenceJson<{ cases: Case[] }>("synthetic-vectors", "epg_cpmg.json");
    for (const { T1_ms, T2_ms, echo_spacing_ms, refocusing_deg, echo_amplitudes } of cases) {
      const train = cpmgEchoTrain({
        t2Ms: T2_ms,
        t1Ms: T1_ms,
        echoSpacingMs: echo_spacing_ms,
        refocusingDeg: refocusing_deg,
        echoes: echo_amplitudes.length,
      });
      train.forEach((echo, k) => {
        expect(Math.abs(echo - echo_amplitudes[k]!)).toBeLessThan(1e-12);
      });
    }
  });

  test("theta and 360 - theta give the same train; the excitation scales it by its sine", () => {
    const setting = { t2Ms: 40, t1Ms: 1500, echoSpacingMs: 10, refocusingDeg: 140, echoes: 16 };
    const train = cpmgEchoTrain(setting);
    const mirrored = cpmgEchoTrain({ ...setting, refocusingDeg: 220 });
    const weak = cpmgEchoTrain({ ...setting, excitationDeg: 30 });
    train.forEach((echo, k) => {
      expect(mirrored[k]).toBeCloseTo(echo, 14);
      expect(weak[k]).toBeCloseTo(0.5 * echo, 14);
    });
  });

  test("its derivatives agree with finite differences", () => {
    const n = 20;
    const graph = newPhaseGraph(n);
    const row = () => new Float64Array(n);
    const [train, byE2, byX, up, down] = [row(), row(), row(), row(), row()] as const;
    const h = 1e-6;
    for (const [e2, x] of [
      [0.8, 0.1],
      [0.95, 0.5],
      [0.6, 0.01],
    ] as const) {
      runPhaseGraph(graph, e2, 0.99, x, train, byE2, byX);
      runPhaseGraph(graph, e2 + h, 0.99, x, up);
      runPhaseGraph(graph, e2 - h, 0.99, x, down);
      for (let k = 0; k < n; k++) expect((up[k]! - down[k]!) / (2 * h)).toBeCloseTo(byE2[k]!, 7);
      runPhaseGraph(graph, e2, 0.99, x + h, up);
      runPhaseGraph(graph, e2, 0.99, x - h, down);
      for (let k = 0; k < n; k++) expect((up[k]! - down[k]!) / (2 * h)).toBeCloseTo(byX[k]!, 7);
    }
  });
});
