import type { OptionsOf } from "#command-json/define-command.ts";
import { UsageError } from "#shared/errors.ts";
import type { SeriesRequest } from "#shared/program/read-input.ts";
import type { PartsWish } from "#shared/volume/complex-signal.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import type { command } from "./command.ts";

export type Options = OptionsOf<typeof command>;

/** The contrasts T1 can be fitted along. */
export type T1Contrast = "InversionTime" | "RepetitionTime" | "FlipAngle";

const optionNames = { InversionTime: "ti", RepetitionTime: "tr", FlipAngle: "fa" } as const;
const contrasts: readonly T1Contrast[] = ["InversionTime", "RepetitionTime", "FlipAngle"];

/** The contrast of each model that is named. */
const namedContrasts: Readonly<Record<Exclude<Options["model"], "auto">, T1Contrast>> = {
  sr2par: "RepetitionTime",
  sr3par: "RepetitionTime",
  "ir-magnitude": "InversionTime",
  "ir-complex": "InversionTime",
  "ir-real": "InversionTime",
  vfa: "FlipAngle",
};

const parts: Readonly<Partial<Record<Options["model"], PartsWish>>> = {
  auto: "any",
  "ir-complex": "complex",
  "ir-real": "real",
};

/** What to ask of the reader. */
export type MethodWish = Pick<SeriesRequest, "contrast" | "values" | "override" | "parts">;

/**
 * Along which contrast, and for which parts of the signal, the options want T1 to be fitted; all three contrasts when the
 * series is to say which.
 *
 * @throws UsageError E-MODEL when the values given belong to another method, or to two
 */
export function chooseMethod(options: Options): MethodWish {
  const lists = contrasts.filter((keyword) => (options[optionNames[keyword]]?.length ?? 0) > 1);
  const named = options.model === "auto" ? undefined : namedContrasts[options.model];
  const [given, other] = lists;
  if (other !== undefined) {
    throw new UsageError(
      "E-MODEL",
      `${lists.map(optionOf).join(" and ")} both give several values, but T1 is fitted along one of them.`,
      "Give several values for what varies, and at most one for the others.",
    );
  }
  if (named !== undefined && given !== undefined && given !== named) {
    throw new UsageError(
      "E-MODEL",
      `--model ${options.model} is fitted along ${contrastTerms(named).noun}, but ${optionOf(given)} gives several ${contrastTerms(given).noun}.`,
      `Give ${optionOf(named)}, or choose the model that belongs to ${optionOf(given)}.`,
    );
  }
  const contrast = named ?? given;
  const wish = parts[options.model];
  return {
    contrast: contrast ?? contrasts,
    ...(given === undefined ? {} : { values: options[optionNames[given]] }),
    override: contrast !== undefined && options.override.includes(optionNames[contrast]),
    ...(wish === undefined ? {} : { parts: { InversionTime: wish } }),
  };
}

function optionOf(keyword: ContrastKeyword): string {
  return contrastTerms(keyword).option;
}
