import type { Conversion, ConvertedSeries } from "#shared/paravision/conversion-record.ts";
import { remarkCodes } from "#shared/paravision/remark-codes.ts";
import { skipCodes } from "#shared/paravision/skip-codes.ts";
import { describeProgram, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type {
  ConversionReportContent,
  ConvertedCard,
  ConvertedStudy,
  Thumbnail,
} from "#shared/report/conversion-content.ts";
import { formatBytes, formatCount, formatNumber } from "#shared/report/format.ts";
import { describeGroups } from "./count-frames.ts";
import { byStudy, type Item, isLost, placeOf } from "./item.ts";
import { isExplaining, type Judgement } from "./judge-run.ts";
import type { Mask } from "./mask-names.ts";

/** Attributes whose origin a reader wants to know; report.json has all. */
const keyAttributes = [
  "EchoTime",
  "RepetitionTime",
  "InversionTime",
  "FlipAngle",
  "DiffusionBValue",
  "DiffusionGradientOrientation",
  "TemporalResolution",
  "CESTSaturationOffsetHz",
  "ImagePositionPatient",
  "RescaleSlope",
  "PatientID",
  "StudyDate",
];

/** Groups of whose elements a series holds one: a map, an inversion mode. */
function groupsOfSeries(
  groups: Conversion["groups"],
  { element, inversionMode }: ConvertedSeries,
): Conversion["groups"] {
  const single = new Set([
    ...(element === undefined ? [] : ["FG_ISA", "FG_DTI"]),
    ...(inversionMode === undefined ? [] : ["FG_IRMODE"]),
  ]);
  return groups.filter(({ id }) => !single.has(id));
}

/** Everything the page about a conversion says. */
export function describeReport(
  items: readonly Item[],
  judgement: Judgement,
  thumbnails: ReadonlyMap<string, Thumbnail>,
  mask: Mask,
  options: Readonly<Record<string, unknown>>,
  files: ConversionReportContent["files"],
  context: ProgramContext,
): ConversionReportContent {
  const { tally, verdict } = judgement;
  const { program } = context;
  return {
    title: "ParaVision to DICOM",
    program,
    verdict,
    header: [
      { label: "Studies", value: formatCount(tally.studies) },
      {
        label: "Series",
        value: formatCount(tally.series),
        note: `of ${formatCount(tally.converted + tally.current + tally.kept)} reconstructions`,
      },
      { label: "Images", value: formatCount(tally.images), note: formatBytes(tally.bytes) },
      {
        label: "Without DICOM",
        value: formatCount(tally.leftOut + tally.failed),
        note:
          tally.failed === 0
            ? "none of them an error"
            : `${formatCount(tally.failed)} of them errors`,
      },
    ],
    studies: [...byStudy(items)].map(([study, own]) => describeStudy(study, own, thumbnails, mask)),
    meanings: new Map(Object.entries({ ...remarkCodes, ...skipCodes })),
    options: Object.entries(resultOptions(options, context.given)).map(
      ([name, { value, given }]) => ({
        ...{ name, value: value === null ? "" : String(value), isDefault: !given },
      }),
    ),
    software: Object.entries(describeProgram(context)).flatMap(([label, value]) =>
      value === null ? [] : [{ label, value: String(value) }],
    ),
    citations: [
      { text: `XNAT-PIC Containers, version ${program.version} (commit ${program.commit}).` },
      {
        text: "Zullino S, Paglialonga A, Dastrù W, Longo DL, Aime S. XNAT-PIC: Extending XNAT to Preclinical Imaging Centers. J Digit Imaging 2022;35:860-875,",
        doi: "10.1007/s10278-022-00612-z",
      },
    ],
    files,
  };
}

function describeStudy(
  study: string,
  items: readonly Item[],
  thumbnails: ReadonlyMap<string, Thumbnail>,
  mask: Mask,
): ConvertedStudy {
  const present = items.filter(({ conversion }) => conversion !== undefined);
  const places = present.map(({ folder }) => folder.split("/").slice(0, 2).join(" · "));
  const [place = ""] = places;
  return {
    title: place || mask(study) || "the input itself",
    note: [
      place === "" ? "" : mask(study),
      items.length === 1 ? "1 reconstruction" : `${formatCount(items.length)} reconstructions`,
    ]
      .filter((part) => part !== "")
      .join(", "),
    cards: present.flatMap((item) => describeCards(item, thumbnails, mask)),
    leftOut: items
      .filter(({ conversion, code }) => conversion === undefined || code !== "")
      .map((item) => ({
        ...{ place: placeOf({ ...item, path: mask(item.path) }), name: mask(item.name) },
        ...{ code: item.code, text: mask(item.text), failed: isLost(item) },
      })),
    origins: present.flatMap((item) =>
      keyAttributes.flatMap((keyword) => {
        const from = item.conversion?.findings.sources[keyword];
        return from === undefined ? [] : [{ place: placeOf(item), keyword, from: mask(from) }];
      }),
    ),
  };
}

/** Nothing of values that are exactly those of the raw data. */
function describeError({ largestError, unit }: ConvertedSeries): readonly string[] {
  if (largestError === 0) return [];
  return [`values within ${formatNumber(largestError)}${unit === "" ? "" : ` ${unit}`}`];
}

function describeCards(
  item: Item,
  thumbnails: ReadonlyMap<string, Thumbnail>,
  mask: Mask,
): readonly ConvertedCard[] {
  const { conversion, status } = item;
  if (conversion === undefined) return [];
  const { groups, frames, findings } = conversion;
  return conversion.series.map((series) => ({
    number: series.seriesNumber,
    title: mask(series.seriesDescription) || mask(item.name) || "without a name",
    place: placeOf({ ...item, path: mask(item.path) }),
    facts: [
      describeGroups(
        groupsOfSeries(groups, series),
        groupsOfSeries(groups, series).length === groups.length ? frames : series.images,
      ),
      `${formatCount(series.images)} ${series.images === 1 ? "image" : "images"}`,
      ...describeError(series),
    ],
    thumbnail: thumbnails.get(series.folder),
    current: status !== "converted",
    remarks: findings.remarks.map(({ code, text }) => ({
      ...{ code, text: mask(text), explains: isExplaining(code) },
    })),
  }));
}
