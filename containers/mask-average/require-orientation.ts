import { InputError } from "#shared/errors.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";

/**
 * Refuses masks that do not say where they lie.
 *
 * @throws InputError E-MASK-ORIENTATION: a mask without orientation fits any image of its shape, and is right on one at most
 */
export function requireOrientation(collections: readonly RoiCollection[]): void {
  const silent = collections.find(({ diagnostics }) =>
    diagnostics.some(({ code }) => code === "NO_ORIENTATION"),
  );
  if (silent === undefined) return;
  throw new InputError(
    "E-MASK-ORIENTATION",
    `The mask ${silent.path} has no orientation (qform and sform codes are 0): nobody knows where its voxels lie.`,
    "Save it again with the orientation of the image it was drawn on.",
  );
}
