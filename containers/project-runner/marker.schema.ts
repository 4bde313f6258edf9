import { z } from "zod";

const resultFile = z.object({
  label: z.string(),
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
  md5: z.string(),
});

/** project-runner.json. Other keys are those of later versions. */
export const markerSchema = z.object({
  format: z.literal(1),
  key: z.string(),
  runId: z.string(),
  program: z.string(),
  version: z.string(),
  options: z.record(z.string(), z.string()),
  fingerprint: z.string(),
  input: z.array(z.object({ path: z.string(), size: z.number(), digest: z.string() })),
  files: z.array(resultFile),
});

/** project-runner-pending.json. */
export const pendingSchema = z.object({
  format: z.literal(1),
  key: z.string(),
  runId: z.string(),
  fingerprint: z.string(),
  files: z.array(resultFile),
  earlier: z.array(resultFile),
});
