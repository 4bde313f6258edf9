import { contrastList } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import type { Series } from "./choose-series.ts";
import { distinctValues } from "./contrast-axis.ts";
import type { ImagePart } from "./image-part.ts";

/** Parts that scanners store as a series of their own, by the part they belong to. */
const partners: Partial<Record<ImagePart, ImagePart>> = { magnitude: "phase", real: "imaginary" };
/** Parts that are of no use alone. */
const halves: ReadonlySet<ImagePart | undefined> = new Set(["phase", "imaginary"]);

/**
 * Series with the two parts of one complex signal as one: of one study and frame of reference, with as many images and
 * the same values of the contrasts, and no second candidate for either part. Phase and imaginary images without their
 * other part are left out, unless there is nothing else.
 */
export function mergeParts(
  all: readonly Series[],
  contrast: ContrastKeyword | readonly ContrastKeyword[],
): readonly Series[] {
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
    return {
      ...series,
      instances: [...series.instances, ...other.instances],
      images: [...series.images, ...other.images],
    };
  });
  const whole = joined.filter((series) => !halves.has(onlyPart(series)));
  return whole.length > 0 ? whole : joined;
}

function onlyPart({ images }: Series): ImagePart | undefined {
  const parts = new Set(images.map(({ frame }) => frame.part));
  return parts.size === 1 ? [...parts][0] : undefined;
}

function keyOf({ images }: Series, contrast: ContrastKeyword | readonly ContrastKeyword[]): string {
  const instance = images[0]?.instance;
  const values = contrastList(contrast).map((keyword) => {
    const own = images.flatMap(({ frame }) => frame.contrasts[keyword]?.value ?? []);
    return distinctValues(own, keyword).join(" ");
  });
  const { rows, columns } = instance?.pixels ?? {};
  const frame = `${instance?.studyInstanceUID} ${instance?.frameOfReferenceUID}`;
  return `${frame} ${rows} ${columns} ${images.length} ${values.join(", ")}`;
}
