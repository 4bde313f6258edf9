import type { StatusName } from "#shared/fit/status.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import type { Warning } from "#shared/volume/series-volume.ts";

/** Share of fitted voxels that must be ok for a map to be called ok. */
const okShare = 0.9;

/** Remarks that only say what was done, and cast no doubt on the numbers: docs/exit-codes.md marks them. */
export const harmlessWarnings: ReadonlySet<string> = new Set([
  // What was left out, rightly.
  "W-COPIES",
  "W-FIRST-ECHO",
  "W-MAPS",
  "W-NIFTI-IGNORED",
  "W-NO-PIXELS",
  "W-OTHER-SERIES",
  "W-PARTS",
  // What the user asked for.
  "W-JOINED-SERIES",
  // How numbers were read or written.
  "W-NIFTI-UNIT",
  "W-NO-DICOM",
  "W-PHASE",
  "W-PHILIPS-SCALE",
  "W-SLICE-SPACING",
]);

/**
 * What the program thinks of its own result: `ok`, or `check` with the reasons.
 *
 * @param tally - voxels per status
 */
export function judgeFit(
  tally: Readonly<Record<StatusName, number>>,
  warnings: readonly Warning[],
): Verdict {
  const inside = Object.entries(tally).reduce(
    (sum, [name, n]) => (name === "outside" ? sum : sum + n),
    0,
  );
  const share = inside === 0 ? 0 : tally.ok / inside;
  const percent = `${(100 * share).toFixed(share > 0.995 && share < 1 ? 2 : 1)} %`;
  const counted = `${percent} of ${withCommas(inside)} voxels in the mask are valid`;
  const doubts = warnings.filter(({ code }) => !harmlessWarnings.has(code));
  const reasons = [
    share < okShare ? `only ${counted}` : counted,
    ...(doubts.length > 0
      ? [
          `${doubts.length} ${doubts.length === 1 ? "warning" : "warnings"}: ${doubts.map(({ code }) => code).join(", ")}`,
        ]
      : []),
  ];
  return { level: share < okShare || doubts.length > 0 ? "check" : "ok", reasons };
}

/** 656,220: for logs as well as pages, so in plain ASCII. */
function withCommas(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
