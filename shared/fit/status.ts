/** One row of the table of status codes. */
export interface StatusRow {
  readonly code: number;
  readonly name: StatusName;
  readonly meaning: string;
  /** What the maps hold: nothing, the value, the value with a reservation, or the values of some parameters only. */
  readonly value: "none" | "value" | "flagged" | "partly";
}

/** What became of a voxel. */
export type StatusName =
  | "outside"
  | "ok"
  | "noise"
  | "invalid-input"
  | "not-converged"
  | "lower-bound"
  | "upper-bound"
  | "poor-fit"
  | "large-error"
  | "not-identifiable"
  | "out-of-calibration";

/**
 * Code of each status in a uint8 status map. Codes never change meaning; 11-255 are reserved.
 *
 * When several apply, the first of outside, invalid-input, noise, not-converged, lower- or upper-bound,
 * out-of-calibration, not-identifiable, large-error, poor-fit, ok is reported.
 */
export const statusCode = {
  outside: 0,
  ok: 1,
  noise: 2,
  "invalid-input": 3,
  "not-converged": 4,
  "lower-bound": 5,
  "upper-bound": 6,
  "poor-fit": 7,
  "large-error": 8,
  "not-identifiable": 9,
  "out-of-calibration": 10,
} as const satisfies Record<StatusName, number>;

/** The table of status codes in the order of their codes, for legends, table files and documents. */
export const statusTable: readonly StatusRow[] = [
  { code: 0, name: "outside", value: "none", meaning: "Outside the mask; not fitted." },
  { code: 1, name: "ok", value: "value", meaning: "Fitted, inside all limits." },
  {
    code: 2,
    name: "noise",
    value: "none",
    meaning: "Signal below the noise threshold; not fitted.",
  },
  {
    code: 3,
    name: "invalid-input",
    value: "none",
    meaning: "Not a number, constant signal, or fewer usable samples than parameters.",
  },
  {
    code: 4,
    name: "not-converged",
    value: "none",
    meaning:
      "Solver limit reached, singular system, or a result that cannot be (too large to store, a negative T1).",
  },
  {
    code: 5,
    name: "lower-bound",
    value: "flagged",
    meaning: "Best fit at the lower bound of a parameter.",
  },
  {
    code: 6,
    name: "upper-bound",
    value: "flagged",
    meaning: "Best fit at the upper bound of a parameter.",
  },
  {
    code: 7,
    name: "poor-fit",
    value: "flagged",
    meaning:
      "Coefficient of determination below the chosen limit, or a parameter outside its plausible range.",
  },
  {
    code: 8,
    name: "large-error",
    value: "flagged",
    meaning: "Standard error larger than the chosen fraction of the value.",
  },
  {
    code: 9,
    name: "not-identifiable",
    value: "partly",
    meaning:
      "The signal holds no information on a parameter (no positive amplitude; D* without perfusion); what is known keeps its value.",
  },
  {
    code: 10,
    name: "out-of-calibration",
    value: "none",
    meaning: "Value outside the calibrated range.",
  },
];

/** True for a status without any value. */
export function hasNoValue(status: number): boolean {
  return (
    status === statusCode.noise ||
    status === statusCode["invalid-input"] ||
    status === statusCode["not-converged"]
  );
}

/** Number of voxels of each status in a status map. */
export function tallyStatus(status: Uint8Array): Record<StatusName, number> {
  const counts = new Uint32Array(256);
  for (let v = 0; v < status.length; v++) {
    const code = status[v]!;
    counts[code] = counts[code]! + 1;
  }
  return Object.fromEntries(statusTable.map((row) => [row.name, counts[row.code]])) as Record<
    StatusName,
    number
  >;
}
