import { InputError } from "#shared/errors.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, Warning } from "#shared/volume/series-volume.ts";
import { countDistinct, distinctValues } from "./contrast-axis.ts";
import type { Image } from "./frame.ts";

/** Repetition times that differ by no more, relative, are one setting: consoles round them. */
const agreement = 0.01;

/**
 * Of a scan that varies echo and repetition time (RARE-VTR with several echoes), the images that suit the wanted
 * contrast: those of the shortest echo time, which shows T2 least; along the echo time itself those of the longest
 * repetition time, which have most signal. Never a mixture.
 *
 * @throws InputError E-TE-VARIES, E-TR-VARIES when the two change together, so that both shape the signal
 */
export function keepOneSetting(
  images: readonly Image[],
  contrast: ContrastKeyword,
  warnings: Warning[],
): readonly Image[] {
  return contrast === "EchoTime"
    ? keepLongestRepetition(images, warnings)
    : keepFirstEcho(images, contrast, warnings);
}

function keepFirstEcho(
  images: readonly Image[],
  contrast: ContrastKeyword,
  warnings: Warning[],
): readonly Image[] {
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

/** In each slice by itself: the repetition time of gated scans differs from slice to slice, and spoils no decay. */
function keepLongestRepetition(images: readonly Image[], warnings: Warning[]): readonly Image[] {
  const isKnown = images.every(
    ({ frame: { contrasts } }) =>
      contrasts.RepetitionTime !== undefined && contrasts.EchoTime !== undefined,
  );
  // A scan of one echo time is refused elsewhere, with what does vary in it.
  if (!isKnown || valuesOf(images, "EchoTime").length === 1) return images;
  const slices = Map.groupBy(images, ({ frame }) =>
    frame.position?.map((value) => value.toFixed(3)).join(),
  );
  const kept = new Set([...slices.values()].flatMap(longestOfSlice));
  if (kept.size === images.length) return images;
  const repetitionTimes = valuesOf(images, "RepetitionTime");
  warnings.push({
    code: "W-LONGEST-TR",
    text: `Every TE was measured at ${repetitionTimes.length} repetition times; the images of the longest one (${repetitionTimes.at(-1)} ms) are used.`,
  });
  return images.filter((image) => kept.has(image));
}

function longestOfSlice(images: readonly Image[]): readonly Image[] {
  const repetitionTimes = valuesOf(images, "RepetitionTime");
  const longest = repetitionTimes.at(-1)!;
  const kept = images.filter(
    ({ frame }) => frame.contrasts.RepetitionTime!.value >= longest * (1 - agreement),
  );
  if (countDistinct(kept, "EchoTime") === countDistinct(images, "EchoTime")) return kept;
  throw new InputError(
    "E-TR-VARIES",
    `The repetition time takes ${repetitionTimes.length} values (${repetitionTimes.slice(0, 6).join(", ")} ms) that change together with the echo times: the signal then shows T1 as well as T2.`,
    "Measure all echo times at one repetition time.",
  );
}

function valuesOf(images: readonly Image[], keyword: ContrastKeyword): readonly number[] {
  const values = images.flatMap(({ frame }) => frame.contrasts[keyword]?.value ?? []);
  return distinctValues(values, keyword);
}
