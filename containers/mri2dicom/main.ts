import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { mri2dicom } from "./pipeline.ts";

await runProgram(command, mri2dicom, import.meta.url, {
  prints: ({ action, "dry-run": dryRun }) => action !== "convert" || dryRun,
  resumes: true,
});
