import { z } from "zod";

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const rawItem = z.object({
  meta: z.record(z.string(), z.unknown()).optional(),
  data_fields: z.record(z.string(), value).optional(),
  get children() {
    return z.array(z.object({ field: z.string(), items: z.array(rawItem) })).optional();
  },
});

/** One element of an item document as it is sent: numbers and booleans are native (rule L2). */
export type RawItem = z.infer<typeof rawItem>;

/** `?format=json` of a project, subject, session, scan, assessor or workflow. */
export const itemDocument = z.object({ items: z.array(rawItem).min(1) });
