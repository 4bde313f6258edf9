import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { DemoRun } from "#shared/report/index-content.ts";
import { compareAsymmetry } from "./compare-asymmetry.ts";

/** What of mri2dicom's report.json is shown. */
interface ConversionReport {
  readonly version: string;
  readonly totals: {
    readonly converted: number;
    readonly failed: number;
    readonly leftOut: number;
    readonly series: number;
    readonly images: number;
  };
  readonly studies: readonly {
    readonly reconstructions: readonly {
      readonly examination: number;
      /** Empty where nothing says it. */
      readonly name: string;
      readonly status: string;
      readonly code: string | null;
    }[];
  }[];
}

/** The conversion of the digital mouse's raw data, and the session it wrote. */
export interface Conversion {
  readonly run: DemoRun;
  /** Folder with a folder for each reconstruction: `3_1`. */
  readonly session: string;
}

/**
 * Converts the raw data of the sample data to DICOM.
 *
 * @param run - runs a program with options
 */
export function runConversion(
  demo: string,
  mouse: string,
  output: string,
  run: (program: string, ...options: readonly string[]) => void,
): Conversion {
  run("mri2dicom", "convert", "--input", join(mouse, "raw"), "--output", output);
  const { version, totals, studies } = JSON.parse(
    readFileSync(join(output, "report/report.json"), "utf8"),
  ) as ConversionReport;
  const all = studies.flatMap(({ reconstructions }) => reconstructions);
  const failed = all.filter(({ status }) => status === "failed");
  const skipped = all.filter(({ status }) => status === "skipped");
  const session = onlyFolder(onlyFolder(join(output, "dicom")));
  return {
    session,
    run: {
      title: "Raw data to DICOM",
      program: "mri2dicom",
      version,
      input:
        "A study of ParaVision 360: echo trains, repetition times, diffusion, CEST, a localizer, maps of ParaVision's own. The asymmetry below follows from the offsets that the converted CEST images say",
      verdict: {
        level: failed.length === 0 ? "ok" : "check",
        reasons: failed.map(({ name, code }) => `${name}: ${code}`),
      },
      reportPath: relative(demo, join(output, "report/report.html")),
      facts: [
        { label: "Reconstructions", value: String(totals.converted) },
        { label: "DICOM", value: `${totals.series} series, ${totals.images} images` },
        {
          label: "Left out",
          value: skipped
            .map(
              ({ name, examination, code }) => `${name || `examination ${examination}`}: ${code}`,
            )
            .join("; "),
        },
      ],
      comparisons: [compareAsymmetry(mouse, join(session, "13_1"))],
    },
  };
}

/** The one folder in a folder. */
function onlyFolder(parent: string): string {
  const [name, ...others] = readdirSync(parent);
  if (name === undefined || others.length > 0) throw new Error(`${parent} holds not one folder`);
  return join(parent, name);
}
