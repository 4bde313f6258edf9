import { z } from "zod";

/** An alias token. Dates are numbers or texts, as the server's mapper has it. */
export const tokenReport = z.object({
  alias: z.string().min(1),
  secret: z.string().min(1),
  xdatUserId: z.string().nullish(),
  estimatedExpirationTime: z.union([z.number(), z.string()]).nullish(),
});

export const invalidated = z.object({ result: z.string() });
