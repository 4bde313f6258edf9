/**
 * Every unit a number of ours can carry: its UCUM code (the one DICOM lists in CID 7181), the label
 * a person reads, the BIDS spelling of a sidecar's `Units`, and its size in the base unit of its kind.
 */
const table = {
  ms: { kind: "time", ucum: "ms", label: "ms", bids: "ms", size: 1e-3 },
  s: { kind: "time", ucum: "s", label: "s", bids: "s", size: 1 },
  "1/ms": { kind: "rate", ucum: "/ms", label: "1/ms", bids: "1/ms", size: 1e3 },
  "1/s": { kind: "rate", ucum: "/s", label: "1/s", bids: "1/s", size: 1 },
  "s/mm2": { kind: "b-value", ucum: "s/mm2", label: "s/mm²", bids: "s/mm2", size: 1 },
  "mm2/s": { kind: "diffusivity", ucum: "mm2/s", label: "mm²/s", bids: "mm2/s", size: 1 },
  "um2/ms": { kind: "diffusivity", ucum: "um2/ms", label: "µm²/ms", bids: "um2/ms", size: 1e-3 },
  mm: { kind: "length", ucum: "mm", label: "mm", bids: "mm", size: 1 },
  deg: { kind: "angle", ucum: "deg", label: "°", bids: "deg", size: Math.PI / 180 },
  rad: { kind: "angle", ucum: "rad", label: "rad", bids: "rad", size: 1 },
  "%": { kind: "fraction", ucum: "%", label: "%", bids: "percent", size: 0.01 },
  "1": { kind: "fraction", ucum: "1", label: "", bids: "1", size: 1 },
  arbitrary: { kind: "signal", ucum: "[arb'U]", label: "a.u.", bids: "arbitrary", size: 1 },
  // Of maps that others made.
  HU: { kind: "attenuation", ucum: "[hnsf'U]", label: "HU", bids: "HU", size: 1 },
  ppm: { kind: "shift", ucum: "[ppm]", label: "ppm", bids: "ppm", size: 1 },
  Hz: { kind: "frequency", ucum: "Hz", label: "Hz", bids: "Hz", size: 1 },
  unknown: { kind: "unknown", ucum: "[arb'U]", label: "unit unknown", bids: "unknown", size: 1 },
} as const;

export type Unit = keyof typeof table;

export interface UnitEntry {
  readonly kind: string;
  readonly ucum: string;
  readonly label: string;
  readonly bids: string;
  readonly size: number;
}

/** The table entry of a unit. */
export function unitEntry(unit: Unit): UnitEntry {
  return table[unit];
}

/**
 * The factor that turns a number in `from` into one in `to` (1 s = 1000 ms gives 1000).
 *
 * @throws Error when the two measure different things: that is a bug, not bad data.
 */
export function unitFactor(from: Unit, to: Unit): number {
  const a = table[from];
  const b = table[to];
  if (a.kind !== b.kind) throw new Error(`no conversion from ${from} to ${to}`);
  // Integer ratios stay exact: 1 / 1e-3 is 1000, and 1e-3 / 1 is the nearest double to 0.001.
  return a.size / b.size;
}

/** The unit a text stands for: our name of it, its BIDS spelling, or its UCUM code; undefined when it is none of ours. */
export function parseUnit(text: string): Unit | undefined {
  const units = Object.keys(table) as Unit[];
  return (
    units.find((unit) => unit === text || table[unit].bids === text) ??
    units.find((unit) => table[unit].ucum === text)
  );
}
