import { contrastList } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import type { Series } from "./choose-series.ts";
import { countDistinct } from "./contrast-axis.ts";
import type { ImagePart } from "./image-part.ts";

/** Parts that scanners store as a series of their own, by the part they belong to. */
const partners: Partial<Record<ImagePart, ImagePart>> = { magnitude: "phase", real: "imaginary" };

/**
 * Series with the two parts of one complex signal as one: of one study and frame of reference, with as many images and
 * values of the contrast, and no second candidate for either part.
 */
export function mergeParts(
  all: readonly Series[],
  contrast: ContrastKeyword | readonly ContrastKeyword[],
): readonly Series[] {
  const merged = new Set<Series>();
  const joined = all.map((series) => {
    const part = onlyPart(series);
    const partner = part === undefined ? undefined : partners[part];
    if (partner === undefined) return series;
    const key = keyOf(series, contrast);
    const alike = all.filter((other) => keyOf(other, contrast) === key);
    const others = alike.filter((other) => onlyPart(other) === partner);
    const rivals = alike.filter((other) => onlyPart(other) === part);
    if (others.length !== 1 || rivals.length !== 1) return series;
    const other = others[0]!;
    merged.add(other);
    return {
      ...series,
      instances: [...series.instances, ...other.instances],
      images: [...series.images, ...other.images],
    };
  });
  return joined.filter((_, i) => !merged.has(all[i]!));
}

function onlyPart({ images }: Series): ImagePart | undefined {
  const parts = new Set(images.map(({ frame }) => frame.part));
  return parts.size === 1 ? [...parts][0] : undefined;
}

function keyOf({ images }: Series, contrast: ContrastKeyword | readonly ContrastKeyword[]): string {
  const instance = images[0]?.instance;
  const counts = contrastList(contrast).map((keyword) => countDistinct(images, keyword));
  const { rows, columns } = instance?.pixels ?? {};
  const frame = `${instance?.studyInstanceUID} ${instance?.frameOfReferenceUID}`;
  return `${frame} ${rows} ${columns} ${images.length} ${counts.join(" ")}`;
}
