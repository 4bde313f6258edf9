import { z } from "zod";

/** Text of a list's cell: XNAT sends texts (rule L1); numbers and blanks of other versions are taken too. */
const cell = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .optional()
  .transform((value) => (value === undefined || value === null ? "" : String(value)));

/** A whole number of at least 0, or undefined where the cell is blank or says no such thing. */
const count = cell.transform((text) => {
  const value = /^\d{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
});

function listOf<T extends z.ZodType>(row: T) {
  return z.object({ ResultSet: z.object({ Result: z.array(row) }) });
}

/** Rows of `.../files`. */
export const fileRows = listOf(
  z.object({
    Name: cell,
    Size: count,
    URI: z.string().min(1),
    collection: cell,
    file_format: cell,
    file_content: cell,
    cat_ID: cell,
    digest: cell,
  }),
);

/** Rows of `.../resources`; the user's cache names its resources in "Resource". */
export const resourceRows = listOf(
  z.object({
    xnat_abstractresource_id: cell,
    label: cell,
    Resource: cell,
    category: cell,
    cat_id: cell,
    format: cell,
    content: cell,
    file_count: count,
    file_size: count,
  }),
);
