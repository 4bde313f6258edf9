/** A region of the digital mouse: one set of values for all its voxels. */
export interface Tissue {
  /** Value in the label map; 0 is the air around. */
  readonly label: number;
  readonly name: string;
  readonly t1Ms: number;
  readonly t2Ms: number;
  readonly t2StarMs: number;
  /** mm²/s. */
  readonly adc: number;
  /** Equilibrium signal; that of water is waterSignal. */
  readonly m0: number;
  /** Where the values come from. */
  readonly source: string;
}

/** Equilibrium signal of water, the unit of signal-to-noise ratios. */
export const waterSignal = 1000;

/**
 * Order and ratios of tissues: abdominal T1 and T2 at 3 T (kidney cortex 1142 / 76 ms, medulla 1545 / 81,
 * liver 809 / 34, muscle 898 / 29, marrow 586 / 49, fat 382 / 68), to which we gave a longer T1 and a shorter
 * T2 for 7 T in a mouse. Round numbers of our own: nothing here is a reference for real tissue.
 */
const abdomen = "chosen for 7 T after de Bazelaire CMJ et al., Radiology 2004;230:652 (3 T, human)";
const tumour =
  "chosen within the growth-dependent T2 of 68-185 ms of EO771 in mice, Radiology 1987;164:543, shortened for 7 T";
const design = "set by design; not a real substance";

/** Every value of the digital mouse, in one place. */
export const tissues: readonly Tissue[] = [
  row(1, "subcutaneous fat", 450, 48, 16, 0.15e-3, 900, abdomen),
  row(2, "muscle", 1500, 24, 14, 1.3e-3, 800, abdomen),
  row(3, "mesentery", 800, 38, 12, 0.7e-3, 700, design),
  row(4, "bowel wall", 1300, 32, 13, 1.1e-3, 780, design),
  row(5, "bowel content", 1700, 75, 20, 1.9e-3, 880, design),
  row(6, "liver", 1050, 22, 9, 0.9e-3, 760, abdomen),
  row(7, "kidney cortex", 1350, 42, 18, 1.5e-3, 850, abdomen),
  row(8, "kidney medulla", 1750, 62, 28, 1.7e-3, 900, abdomen),
  row(9, "renal pelvis", 3200, 150, 55, 2.4e-3, 1000, design),
  row(10, "vertebra", 900, 28, 6, 0.6e-3, 450, abdomen),
  row(11, "spinal cord", 1600, 45, 22, 0.8e-3, 800, design),
  row(12, "tumour rim", 1900, 55, 25, 0.8e-3, 880, tumour),
  row(13, "tumour necrotic core", 2400, 95, 40, 1.6e-3, 940, tumour),
  row(14, "vial A", 300, 20, 12, 0.5e-3, 1000, design),
  row(15, "vial B", 700, 40, 28, 1.0e-3, 1000, design),
  row(16, "vial C", 1300, 80, 50, 1.5e-3, 1000, design),
  row(17, "vial D", 2500, 160, 80, 2.0e-3, 1000, design),
];

function row(
  label: number,
  name: string,
  t1Ms: number,
  t2Ms: number,
  t2StarMs: number,
  adc: number,
  m0: number,
  source: string,
): Tissue {
  return { label, name, t1Ms, t2Ms, t2StarMs, adc, m0, source };
}
