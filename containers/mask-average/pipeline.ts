import { InputError } from "#shared/errors.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import type { command } from "./command.ts";

/** Temporary: holds the place of the pipeline until it is written, so that image and bundle build. */
export const maskAverage: Pipeline<typeof command> = async ({ roi }) => {
  throw new InputError("E-NO-DICOM", `No regions were read from ${roi.join(", ")}.`, "");
};
