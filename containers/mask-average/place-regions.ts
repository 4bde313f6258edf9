import type { OptionsOf } from "#command-json/define-command.ts";
import type { ProgramError } from "#shared/errors.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { placeRoi } from "#shared/roi/place-roi.ts";
import type { Reference, RoiCollection } from "#shared/roi/roi.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { command } from "./command.ts";
import { nameFiles } from "./name-files.ts";
import { needsReference, type References } from "./read-references.ts";
import type { Region } from "./region.ts";

type Options = Pick<OptionsOf<typeof command>, "nested" | "rtstruct-shift-px">;

/**
 * Every region of every collection, put on the series it was drawn on. Outlines in millimetres without a series are put on
 * the planes of the first map; voxels carry their own planes. A region that cannot be placed stays, with the reason.
 *
 * @param mapPlanes - of the first map; undefined when there is no map
 */
export function placeRegions(
  collections: readonly RoiCollection[],
  references: References,
  mapPlanes: PlaneStack | undefined,
  options: Options,
): readonly Region[] {
  return collections.flatMap((collection, source) => {
    const { series, refusal } = references.ofCollection[source]!;
    const ground = series ?? (mapPlanes && planesAlone(mapPlanes));
    const names = nameFiles("roi", collection.rois);
    return collection.rois.map((roi, index): Region => {
      const own = collection.diagnostics.filter((diagnostic) => diagnostic.roi === index);
      const base = { source, index, collection, roi, fileName: names[index]! };
      const stop =
        refusal ?? (needsImages(collection, series) ? needsReference(collection) : undefined);
      if (stop !== undefined) {
        return { ...base, placed: undefined, diagnostics: [...own, asDiagnostic(stop, index)] };
      }
      if (roi.shape.form === "voxels" || ground === undefined) {
        return { ...base, placed: undefined, diagnostics: own };
      }
      const shift = collection.kind === "RTSTRUCT" ? options["rtstruct-shift-px"] : undefined;
      const outlines = placeRoi(roi, ground, {
        nested: options.nested,
        ...(shift === undefined ? {} : { shiftPx: shift }),
      });
      const diagnostics = [...own, ...outlines.diagnostics].map((diagnostic) => ({
        ...diagnostic,
        collection: collection.path,
        roi: index,
      }));
      return { ...base, placed: { outlines, reference: ground }, diagnostics };
    });
  });
}

function needsImages({ kind }: RoiCollection, series: Reference | undefined): boolean {
  return kind === "AIM" && series === undefined;
}

/** Planes as a reference that no contour can name an image of. */
function planesAlone(planes: PlaneStack): Reference {
  return {
    planes,
    images: planes.origins.map(() => []),
    studyInstanceUID: "",
    seriesInstanceUID: "",
    seriesDescription: "",
    frameOfReferenceUID: "",
    diagnostics: [],
  };
}

function asDiagnostic(error: ProgramError, roi: number): Diagnostic {
  return { code: "FOR_MISMATCH", severity: "error", text: error.message, roi };
}
