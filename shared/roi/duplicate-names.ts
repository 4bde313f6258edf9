import type { Diagnostic } from "./diagnostic.ts";
import type { Roi } from "./roi.ts";

/** How many numbers a message lists. */
const mostListed = 10;

/** One DUPLICATE_NAME (info) for each name that several regions of a collection have. */
export function findDuplicateNames(path: string, rois: readonly Roi[]): readonly Diagnostic[] {
  return [...Map.groupBy(rois, ({ name }) => name)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => {
      const listed = same.slice(0, mostListed).map(({ number }) => number);
      const more = same.length > mostListed ? " and others" : "";
      return {
        code: "DUPLICATE_NAME",
        severity: "info",
        text: `ROIs ${listed.join(", ")}${more} are all named "${name}"; they are told apart by their numbers.`,
        collection: path,
        value: same.length,
      };
    });
}
