import { contrastKeywords } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, DicomJson } from "#shared/volume/series-volume.ts";
import { readItems, readNumber } from "./dataset.ts";
import { formatTag, type Keyword, tags } from "./tags.ts";

/**
 * Where a contrast value stands in an enhanced image (qmri-conventions 7.1; PS3.3 C.8.13); in a classic one
 * (PS3.3 C.8.3) the attribute is the keyword of the contrast itself.
 */
interface ContrastPlace {
  readonly enhanced: readonly [sequence: Keyword, attribute: Keyword];
  /** Zero is a value (b = 0), or nothing was filled in (TE). */
  readonly mayBeZero: boolean;
}

const places: Record<ContrastKeyword, ContrastPlace> = {
  EchoTime: {
    enhanced: ["MREchoSequence", "EffectiveEchoTime"],
    mayBeZero: false,
  },
  RepetitionTime: {
    enhanced: ["MRTimingAndRelatedParametersSequence", "RepetitionTime"],
    mayBeZero: false,
  },
  InversionTime: {
    enhanced: ["MRModifierSequence", "InversionTimes"],
    mayBeZero: false,
  },
  FlipAngle: {
    enhanced: ["MRTimingAndRelatedParametersSequence", "FlipAngle"],
    mayBeZero: false,
  },
  DiffusionBValue: {
    enhanced: ["MRDiffusionSequence", "DiffusionBValue"],
    mayBeZero: true,
  },
};

/** A value and the tag it was read from (`dicom:0018,0081`). */
export interface ContrastValue {
  readonly value: number;
  readonly source: string;
}

export type ContrastValues = { readonly [keyword in ContrastKeyword]?: ContrastValue };

/**
 * The contrast values of one frame, in the units of `contrastTerms`.
 *
 * @param groups - functional groups of the frame, per-frame before shared; none for a classic image
 * @param dataset - attributes outside the functional groups
 */
export function readContrasts(groups: readonly DicomJson[], dataset: DicomJson): ContrastValues {
  const values: { [keyword in ContrastKeyword]?: ContrastValue } = {};
  for (const keyword of contrastKeywords) {
    const found = readContrast(keyword, groups, dataset);
    if (found !== undefined) values[keyword] = found;
  }
  return values;
}

function readContrast(
  contrast: ContrastKeyword,
  groups: readonly DicomJson[],
  dataset: DicomJson,
): ContrastValue | undefined {
  const { enhanced, mayBeZero } = places[contrast];
  const [sequence, attribute] = enhanced;
  const holders: (readonly [DicomJson, Keyword])[] = [
    ...groups.flatMap((group) =>
      readItems(group, sequence).map((item) => [item, attribute] as const),
    ),
    [dataset, contrast],
  ];
  for (const [holder, keyword] of holders) {
    const value = readNumber(holder, keyword);
    if (value === undefined || value < 0 || (value === 0 && !mayBeZero)) continue;
    return { value, source: `dicom:${formatTag(tags[keyword])}` };
  }
  return undefined;
}
