import { z } from "zod";

/** What the runner reads of manifest.json; provenance.json has neither size nor digest there. */
export const manifestShape = z.object({
  files: z.array(
    z.object({ path: z.string(), size: z.number().optional(), sha256: z.string().optional() }),
  ),
});
