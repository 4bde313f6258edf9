import type { Verdict } from "#shared/report/report-content.ts";
import type { Warning } from "#shared/volume/series-volume.ts";

/** Share of fitted voxels that must be ok for a map to be called ok. */
const okShare = 0.9;

/** Remarks that only say what was done, and cast no doubt on the numbers: docs/exit-codes.md marks them. */
export const harmlessWarnings: ReadonlySet<string> = new Set([
  // What was left out, rightly.
  "W-COPIES",
  "W-FIRST-ECHO",
  "W-ISOTROPIC",
  "W-LONGEST-TR",
  "W-MAPS",
  "W-NIFTI-IGNORED",
  "W-NO-PIXELS",
  "W-OTHER-SERIES",
  "W-PARTS",
  // What the user asked for.
  "W-B1-UNUSED",
  "W-JOINED-SERIES",
  // How numbers were read or written.
  "W-ADC",
  "W-NIFTI-UNIT",
  "W-NO-DICOM",
  "W-PHASE",
  "W-PHILIPS-SCALE",
  "W-SLICE-SPACING",
]);

/** How many voxels of a fit have a value. */
export interface FitCounts {
  /** In the mask. */
  readonly inside: number;
  /** Of these, valid (valid-voxels.ts). */
  readonly valid: number;
  /** Main maps that lack a value in some valid voxels, and in how many they have one. */
  readonly incomplete: readonly { readonly name: string; readonly voxels: number }[];
}

/** What the program thinks of its own result: `ok`, or `check` with the reasons. */
export function judgeFit(
  { inside, valid, incomplete }: FitCounts,
  warnings: readonly Warning[],
): Verdict {
  const share = inside === 0 ? 0 : valid / inside;
  const counted = `${formatPercent(share)} of ${withCommas(inside)} voxels in the mask are valid`;
  const doubts = warnings.filter(({ code }) => !harmlessWarnings.has(code));
  const reasons = [
    share < okShare ? `only ${counted}` : counted,
    ...incomplete.map(
      ({ name, voxels }) => `${name} is known in ${formatPercent(voxels / valid)} of them`,
    ),
    ...(doubts.length > 0
      ? [
          `${doubts.length} ${doubts.length === 1 ? "warning" : "warnings"}: ${doubts.map(({ code }) => code).join(", ")}`,
        ]
      : []),
  ];
  return { level: share < okShare || doubts.length > 0 ? "check" : "ok", reasons };
}

function formatPercent(share: number): string {
  return `${(100 * share).toFixed(share > 0.995 && share < 1 ? 2 : 1)} %`;
}

/** 656,220: for logs as well as pages, so in plain ASCII. */
function withCommas(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
