import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, launchWords } from "./launch.ts";
import { type ParsedItem, parseInstance } from "./parse-instance.ts";

/** What report.json says of a reconstruction. */
export interface ReportedReconstruction {
  readonly path: string;
  readonly status: string;
  readonly code: string | null;
  readonly series?: readonly {
    readonly folder: string;
    readonly images: number;
    readonly seriesNumber: number;
    readonly seriesDescription: string;
    readonly element?: number;
    readonly frameType?: string;
    readonly largestError: number;
    readonly unit: string;
  }[];
  readonly files?: readonly {
    readonly path: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  readonly remarks?: readonly { readonly code: string; readonly text: string }[];
}

/** A run of mri2dicom and what it reported, by the path of the reconstruction. */
export interface ConvertedRun extends Ended {
  readonly reconstructions: ReadonlyMap<string, ReportedReconstruction>;
}

/** Converts raw data as a user does. */
export async function convertRaw(
  input: string,
  ...options: readonly string[]
): Promise<ConvertedRun> {
  const run = await launchWords("mri2dicom", ["convert", "--input", input, ...options]);
  const report = readReport(run);
  return { ...run, reconstructions: new Map(report.map((entry) => [entry.path, entry])) };
}

function readReport(run: Ended): readonly ReportedReconstruction[] {
  let text: string;
  try {
    text = readFileSync(join(run.output, "report/report.json"), "utf8");
  } catch {
    throw new Error(`mri2dicom wrote no report (exit ${run.exitCode}): ${run.stderr}`);
  }
  const { studies } = JSON.parse(text) as {
    readonly studies: readonly { readonly reconstructions: readonly ReportedReconstruction[] }[];
  };
  return studies.flatMap(({ reconstructions }) => reconstructions);
}

/** The files of each series of a reconstruction, in the order of their images. */
export function readSeries(
  run: ConvertedRun,
  { series = [], files = [] }: ReportedReconstruction,
): readonly { readonly element: number | undefined; readonly images: readonly ParsedItem[] }[] {
  return series.map(({ folder, element }) => ({
    element,
    images: files
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .map(({ path }) => parseInstance(join(run.output, "dicom", path))),
  }));
}
