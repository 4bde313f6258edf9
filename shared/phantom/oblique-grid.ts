import type { Grid, Vector3 } from "#shared/volume/grid.ts";

/** Size of an image stack. */
export interface StackSize {
  /** Columns, rows, slices. */
  readonly shape: Vector3;
  /** Between columns, between rows, between slices (centre to centre), mm. */
  readonly spacing: Vector3;
}

/** Turn of the slices out of the transverse plane, degrees: about the left-right axis, then about the body's. */
const tilt = { leftRight: 7, body: -4 };

/** A stack of oblique slices about the isocentre; no row, column or normal is along a patient axis. */
export function obliqueGrid({ shape, spacing }: StackSize): Grid {
  const [a, b] = [tilt.leftRight, tilt.body].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
  ];
  const row = [Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a) * Math.sin(b)] as const;
  const column = [-Math.sin(b), Math.cos(a) * Math.cos(b), Math.sin(a) * Math.cos(b)] as const;
  const normal = [0, -Math.sin(a), Math.cos(a)] as const;
  const axes = [row, column, normal];
  const affineLps = [0, 1, 2].flatMap((r) => {
    const steps = axes.map((axis, c) => axis[r]! * spacing[c]!);
    const corner = -steps.reduce((sum, step, c) => sum + (step * (shape[c]! - 1)) / 2, 0);
    return [...steps, corner];
  });
  return { shape, affineLps: [...affineLps, 0, 0, 0, 1], origin: "dicom" };
}
