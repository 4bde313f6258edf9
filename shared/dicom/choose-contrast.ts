import { nothingVaries, severalVary } from "#shared/volume/contrast-refusals.ts";
import { contrastList } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { describeVarying, distinctValues } from "./contrast-axis.ts";
import type { Image } from "./frame.ts";

/**
 * The contrast that varies over the images, of those the caller can use.
 *
 * @param name - of the series, for messages
 * @throws InputError E-NO-CONTRAST when none of several varies, E-SEVERAL-CONTRASTS when more than one does
 */
export function chooseContrast(
  images: readonly Image[],
  allowed: ContrastKeyword | readonly ContrastKeyword[],
  name: string,
): ContrastKeyword {
  const list = contrastList(allowed);
  if (list.length === 1) return list[0]!;
  const found = list.map((keyword) => ({ keyword, values: valuesOf(images, keyword) }));
  const varying = found.filter(({ values }) => values.length > 1);
  const [only] = varying;
  if (only !== undefined && varying.length === 1) return only.keyword;
  if (varying.length > 1) throw severalVary(name, varying);
  throw nothingVaries(name, found, describeVarying(images));
}

function valuesOf(images: readonly Image[], keyword: ContrastKeyword): readonly number[] {
  const values = images.flatMap(({ frame }) => frame.contrasts[keyword]?.value ?? []);
  return distinctValues(values, keyword);
}
