import type { Unit } from "#shared/units.ts";
import type { ContrastKeyword, DicomJson } from "#shared/volume/series-volume.ts";
import { readItems, readNumber } from "./dataset.ts";
import { formatTag, type Keyword, tags } from "./tags.ts";

/** Where a contrast value stands (qmri-conventions 7.1; PS3.3 C.8.3 and C.8.13) and what it is called. */
interface ContrastEntry {
  readonly unit: Unit;
  /** What people write: TE. */
  readonly symbol: string;
  /** In error codes: E-TE-CONSTANT. */
  readonly code: string;
  readonly noun: string;
  readonly option: string;
  readonly classic: Keyword;
  readonly enhanced: readonly [sequence: Keyword, attribute: Keyword];
  /** Zero is a value (b = 0), or nothing was filled in (TE). */
  readonly mayBeZero: boolean;
}

const table: Record<ContrastKeyword, ContrastEntry> = {
  EchoTime: {
    unit: "ms",
    symbol: "TE",
    code: "TE",
    noun: "echo times",
    option: "--te",
    classic: "EchoTime",
    enhanced: ["MREchoSequence", "EffectiveEchoTime"],
    mayBeZero: false,
  },
  RepetitionTime: {
    unit: "ms",
    symbol: "TR",
    code: "TR",
    noun: "repetition times",
    option: "--tr",
    classic: "RepetitionTime",
    enhanced: ["MRTimingAndRelatedParametersSequence", "RepetitionTime"],
    mayBeZero: false,
  },
  InversionTime: {
    unit: "ms",
    symbol: "TI",
    code: "TI",
    noun: "inversion times",
    option: "--ti",
    classic: "InversionTime",
    enhanced: ["MRModifierSequence", "InversionTimes"],
    mayBeZero: false,
  },
  FlipAngle: {
    unit: "deg",
    symbol: "flip angle",
    code: "FA",
    noun: "flip angles",
    option: "--fa",
    classic: "FlipAngle",
    enhanced: ["MRTimingAndRelatedParametersSequence", "FlipAngle"],
    mayBeZero: false,
  },
  DiffusionBValue: {
    unit: "s/mm2",
    symbol: "b",
    code: "B",
    noun: "b-values",
    option: "--bvals",
    classic: "DiffusionBValue",
    enhanced: ["MRDiffusionSequence", "DiffusionBValue"],
    mayBeZero: true,
  },
};

/** Every contrast a series can vary in. */
export const contrastKeywords = Object.keys(table) as readonly ContrastKeyword[];

/** Names, unit and tags of a contrast. */
export function contrastEntry(keyword: ContrastKeyword): ContrastEntry {
  return table[keyword];
}

/** A value and the tag it was read from (`dicom:0018,0081`). */
export interface ContrastValue {
  readonly value: number;
  readonly source: string;
}

export type ContrastValues = { readonly [keyword in ContrastKeyword]?: ContrastValue };

/**
 * The contrast values of one frame, in the units of `contrastEntry`.
 *
 * @param groups - functional groups of the frame, per-frame before shared; none for a classic image
 * @param dataset - attributes outside the functional groups
 */
export function readContrasts(groups: readonly DicomJson[], dataset: DicomJson): ContrastValues {
  const values: { [keyword in ContrastKeyword]?: ContrastValue } = {};
  for (const keyword of contrastKeywords) {
    const found = readContrast(table[keyword], groups, dataset);
    if (found !== undefined) values[keyword] = found;
  }
  return values;
}

function readContrast(
  entry: ContrastEntry,
  groups: readonly DicomJson[],
  dataset: DicomJson,
): ContrastValue | undefined {
  const [sequence, attribute] = entry.enhanced;
  const places: (readonly [DicomJson, Keyword])[] = [
    ...groups.flatMap((group) =>
      readItems(group, sequence).map((item) => [item, attribute] as const),
    ),
    [dataset, entry.classic],
  ];
  for (const [place, keyword] of places) {
    const value = readNumber(place, keyword);
    if (value === undefined || value < 0 || (value === 0 && !entry.mayBeZero)) continue;
    return { value, source: `dicom:${formatTag(tags[keyword])}` };
  }
  return undefined;
}
