import { exitCodes } from "#shared/errors.ts";
import {
  type Verification,
  type VerifiedSeries,
  verifyReconstruction,
} from "#shared/paravision/verify.ts";
import type { Outcome, ProgramContext } from "#shared/program/run-program.ts";
import { formatNumber } from "#shared/report/format.ts";
import type { RunPlan } from "./plan-run.ts";
import { alignColumns } from "./print-table.ts";

/**
 * Compares what lies in the output with the raw data and prints every difference; exit code 1 when there is one, or when something is
 * not there, 3 when there is nothing to compare.
 */
export async function verifyItems(
  { planned }: RunPlan,
  output: string,
  format: "text" | "json",
  { pool, print, progress }: ProgramContext,
): Promise<Outcome> {
  const tell = progress("comparing");
  let done = 0;
  const found = await Promise.all(
    planned.map(async ({ reconstruction, choices, chosen: { folder } }) => {
      const request = { reconstruction, choices, output, folder };
      const one = await pool.run(verifyReconstruction, request);
      tell(++done, planned.length);
      return one;
    }),
  );
  const wrong = found.filter(({ status }) => status !== "same");
  const compared = found.filter(({ status }) => status === "same" || status === "different");
  print(format === "json" ? `${JSON.stringify({ verified: found }, null, 2)}\n` : describe(found));
  if (compared.length === 0) return { partial: ["nothing to compare"], exitCode: exitCodes.input };
  return {
    partial: wrong.map(({ folder, status }) => `dicom/${folder} is ${status}`),
    exitCode: wrong.length > 0 ? exitCodes.partial : exitCodes.done,
  };
}

function describe(found: readonly Verification[]): string {
  const rows = found.flatMap((one) => {
    const { folder, status, series, differenceCount, skip } = one;
    if (status === "same") {
      return series.map((own) => [`dicom/${own.folder}`, countFiles(own), describeError(own)]);
    }
    const verdict = {
      different: `${differenceCount} ${differenceCount === 1 ? "difference" : "differences"}`,
      absent: "not there",
      skipped: `${skip?.skip ?? ""}: ${skip?.text ?? ""}`,
    }[status];
    return [[`dicom/${folder}`, countFiles(one), verdict]];
  });
  const differences = found.flatMap(({ differences, differenceCount }) => [
    ...differences.map(({ file, kind, text }) => [`  ${file}`, kind, text]),
    ...(differenceCount > differences.length
      ? [[`  and ${differenceCount - differences.length} more`]]
      : []),
  ]);
  const same = found.filter(({ status }) => status === "same").length;
  const list = differences.length === 0 ? "" : `\n${alignColumns(differences)}`;
  return `${alignColumns(rows)}${list}\n${same} of ${found.length} as the raw data say.\n`;
}

/** Nothing where nothing was compared. */
function countFiles({ files, images }: Pick<Verification, "files" | "images">): string {
  if (files === 0) return "";
  return `${files} ${files === 1 ? "file" : "files"}, ${images} ${images === 1 ? "image" : "images"}`;
}

/** How exact the values are: a slope has at most 16 characters in DICOM, which is no loss that a measurement would show. */
function describeError({ largestError, allowedError, unit }: VerifiedSeries): string {
  if (allowedError === 0) return "exact";
  return `values within ${formatNumber(largestError)}${unit === "" ? "" : ` ${unit}`}`;
}
