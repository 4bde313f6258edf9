import { z } from "zod";

const text = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? "" : String(value)));

/** `/xapi/siteConfig/buildInfo`: all values are strings, the version among them. */
export const buildReport = z.looseObject({ version: text });

/** `/xapi/plugins`: by name; versions are missing in some. */
export const pluginReports = z.record(
  z.string(),
  z.looseObject({ id: text.optional(), name: text.optional(), version: text.optional() }),
);
