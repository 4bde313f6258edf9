import type { Unit } from "#shared/units.ts";
import { contrastKeywords, contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { AcquisitionValue, DicomJson } from "#shared/volume/series-volume.ts";
import { distinctValues } from "./contrast-axis.ts";
import { readItems } from "./dataset.ts";
import type { Image } from "./frame.ts";
import { formatTag, type Keyword, tags } from "./tags.ts";

/** What the report and the sidecars tell of an acquisition besides its contrasts; field strength is in tesla. */
const described: readonly (readonly [Keyword, Unit | undefined])[] = [
  ["Manufacturer", undefined],
  ["ManufacturerModelName", undefined],
  ["MagneticFieldStrength", undefined],
  ["ProtocolName", undefined],
  ["SeriesDescription", undefined],
  ["ImageType", undefined],
  ["MRAcquisitionType", undefined],
  ["ScanningSequence", undefined],
  ["SequenceVariant", undefined],
  ["SequenceName", undefined],
  ["PulseSequenceName", undefined],
  ["EchoPulseSequence", undefined],
  ["MultipleSpinEcho", undefined],
  ["EchoTrainLength", undefined],
  ["NumberOfAverages", undefined],
  ["PixelBandwidth", undefined],
  ["ImagedNucleus", undefined],
  ["ImagingFrequency", undefined],
  ["ReceiveCoilName", undefined],
  ["InPlanePhaseEncodingDirection", undefined],
  ["SoftwareVersions", undefined],
  ["PixelSpacing", "mm"],
  ["SliceThickness", "mm"],
  ["SpacingBetweenSlices", "mm"],
  ["PatientPosition", undefined],
  ["PatientSpeciesDescription", undefined],
];

/**
 * Acquisition values of a series, each with the tag it was read from.
 *
 * Contrasts are given over all images: one number, or the list of distinct ones. The rest is taken from
 * the first image.
 */
export function describeAcquisition(
  images: readonly Image[],
  dataset: DicomJson,
): readonly AcquisitionValue[] {
  const contrasts = contrastKeywords.flatMap((keyword): readonly AcquisitionValue[] => {
    const found = images.flatMap(({ frame }) => frame.contrasts[keyword] ?? []);
    const first = found[0];
    if (first === undefined) return [];
    const values = distinctValues(
      found.map(({ value }) => value),
      keyword,
    );
    const value = values.length === 1 ? values[0]! : values;
    return [{ keyword, value, unit: contrastTerms(keyword).unit, source: first.source }];
  });
  const others = described.flatMap(([keyword, unit]): readonly AcquisitionValue[] => {
    const value = plainValue(findValues(dataset, keyword));
    if (value === undefined) return [];
    return [{ keyword, value, unit, source: `dicom:${formatTag(tags[keyword])}` }];
  });
  return [...contrasts, ...others];
}

/** Values at the top, else in the functional groups of the first frame or of all. */
function findValues(dataset: DicomJson, keyword: Keyword): readonly unknown[] {
  const groups = [
    ...readItems(dataset, "PerFrameFunctionalGroupsSequence").slice(0, 1),
    ...readItems(dataset, "SharedFunctionalGroupsSequence").slice(0, 1),
  ];
  const inside = groups.flatMap((group) =>
    Object.values(group).flatMap((element) =>
      element.vr === "SQ" ? ((element.Value ?? []) as readonly DicomJson[]) : [],
    ),
  );
  for (const place of [dataset, ...inside]) {
    const values = place[tags[keyword]]?.Value;
    if (values !== undefined && values.length > 0) return values;
  }
  return [];
}

function plainValue(values: readonly unknown[]): AcquisitionValue["value"] | undefined {
  const numbers = values.filter((value) => typeof value === "number" && Number.isFinite(value));
  if (numbers.length > 0 && numbers.length === values.length) {
    return numbers.length === 1 ? (numbers[0] as number) : (numbers as number[]);
  }
  const text = values
    .filter((value) => typeof value === "string")
    .map((value) => value.trim())
    .join("\\");
  return text === "" ? undefined : text;
}
