import { z } from "zod";

const measure = z.object({
  map: z.string(),
  unit: z.string(),
  region: z.string(),
  values: z.record(z.string(), z.number().nullable()),
});

/** A line of state.jsonl. Lines of other shapes are those of other versions, or broken off. */
export const stateLine = z.discriminatedUnion("line", [
  z.object({
    line: z.literal("item"),
    at: z.string(),
    identity: z.string(),
    program: z.string(),
    version: z.string(),
    options: z.string(),
    outcome: z.object({
      key: z.string(),
      status: z.enum(["done", "current", "kept", "failed", "left-out"]),
      code: z.string(),
      reason: z.string(),
      repeatable: z.boolean(),
      seconds: z.number(),
      fingerprint: z.string(),
      measures: z.array(measure),
      version: z.string().optional(),
    }),
  }),
  z.object({
    line: z.literal("attributes"),
    at: z.string(),
    series: z.string(),
    values: z.record(z.string(), z.string()),
  }),
]);
