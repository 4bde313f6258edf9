import { InputError } from "#shared/errors.ts";
import { nothingVaries, severalVary } from "#shared/volume/contrast-refusals.ts";
import { contrastList, contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, Warning } from "#shared/volume/series-volume.ts";
import { countDistinct, describeVarying, distinctValues } from "./contrast-axis.ts";
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

/**
 * The images of the shortest echo time, where every value of the wanted contrast was measured at several: what T1
 * needs of a scan that varies both (RARE-VTR with several echoes).
 *
 * @throws InputError E-TE-VARIES when the echo time changes together with the contrast, so that both shape the signal
 */
export function keepFirstEcho(
  images: readonly Image[],
  contrast: ContrastKeyword,
  warnings: Warning[],
): readonly Image[] {
  // Along the echo time itself there is nothing to keep apart.
  if (contrast === "EchoTime") return images;
  const echoTimes = valuesOf(images, "EchoTime");
  const shortest = echoTimes[0];
  if (shortest === undefined || echoTimes.length === 1) return images;
  const first = images.filter(({ frame }) => {
    const echoTime = frame.contrasts.EchoTime?.value;
    return echoTime !== undefined && distinctValues([shortest, echoTime], "EchoTime").length === 1;
  });
  const { noun, symbol } = contrastTerms(contrast);
  if (countDistinct(first, contrast) < countDistinct(images, contrast)) {
    throw new InputError(
      "E-TE-VARIES",
      `The echo time takes ${echoTimes.length} values (${echoTimes.slice(0, 6).join(", ")} ms) that change together with the ${noun}: the signal then shows T2 as well as T1.`,
      `Measure all ${noun} at one echo time.`,
    );
  }
  warnings.push({
    code: "W-FIRST-ECHO",
    text: `Every ${symbol} was measured at ${echoTimes.length} echo times; the images of the shortest one (${shortest} ms) are used.`,
  });
  return first;
}
