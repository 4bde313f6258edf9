import { z } from "zod";

/** The custom fields of one object: any JSON by name; forms keep theirs below their UUID. */
export const customFields = z.record(z.string(), z.json());

export type CustomFieldValue = z.infer<ReturnType<typeof z.json>>;
