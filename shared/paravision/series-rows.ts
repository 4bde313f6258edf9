import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { dateText, timeText, zoneText } from "./dates.ts";
import { constantRow, textRow } from "./mapping-row.ts";
import { findMoment, studyDateSources, studyZone } from "./scan-moments.ts";
import { describeSeries } from "./series-description.ts";
import { seriesNumber } from "./series-number.ts";
import type { MappingRow } from "./series-plan.ts";
import { seriesOfPart } from "./split-series.ts";
import { frameOfReferenceUid, instanceUid, seriesUid } from "./uids.ts";

/** MR Image Storage, PS3.4 B.5. */
const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";

const acquisitionDate = ["VisuAcqDate", "ACQ_time", "ACQ_abs_time"];
const creationDate = ["VisuCreationDate"];

/** Date and time of the same moment. */
function momentRows(
  date: WrittenKeyword,
  time: WrittenKeyword,
  type: MappingRow["type"],
  sources: readonly string[],
  rule: string,
): readonly MappingRow[] {
  return [
    {
      keyword: date,
      type,
      per: "series",
      sources,
      rule,
      value: ({ scan }) => {
        const moment = findMoment(scan, date, sources);
        return moment && dateText(moment);
      },
    },
    {
      keyword: time,
      type,
      per: "series",
      sources,
      rule: `${rule} In the time zone of the study.`,
      value: ({ scan }) => {
        const moment = findMoment(scan, time, sources);
        return moment && timeText(moment);
      },
    },
  ];
}

/** SOP common, general series, frame of reference: PS3.3 C.12.1, C.7.3.1, C.7.4.1. */
export const seriesRows: readonly MappingRow[] = [
  constantRow("SpecificCharacterSet", "1C", "ISO_IR 192", "UTF-8, always."),
  constantRow("SOPClassUID", "1", mrImageStorage, "MR Image Storage."),
  {
    keyword: "SOPInstanceUID",
    type: "1",
    per: "image",
    sources: ["VisuUid", "--uids", "--de-identify"],
    rule: "Made of VisuUid, part and frame: the same input gives the same UID. With --uids=vendor VisuUid.frame, as ParaVision exports.",
    value: ({ scan, part, frame, partition }) =>
      instanceUid(scan, part, frame * (scan.visu.size[2] ?? 1) + partition),
  },
  {
    keyword: "TimezoneOffsetFromUTC",
    type: "3",
    per: "series",
    sources: studyDateSources,
    rule: "Zone of the study date; left out for ParaVision 5, which writes none.",
    value: ({ scan }) => {
      const minutes = studyZone(scan);
      return minutes === undefined ? undefined : zoneText(minutes);
    },
  },
  ...momentRows(
    "InstanceCreationDate",
    "InstanceCreationTime",
    "3",
    creationDate,
    "When ParaVision reconstructed the images.",
  ),
  ...momentRows(
    "ContentDate",
    "ContentTime",
    "2C",
    [...creationDate, ...acquisitionDate],
    "When ParaVision reconstructed the images, else when they were acquired.",
  ),
  constantRow("Modality", "1", "MR", "Always MR."),
  {
    keyword: "SeriesInstanceUID",
    type: "1",
    per: "series",
    sources: ["VisuUid", "--uids", "--de-identify"],
    rule: "Made of VisuUid and part. With --uids=vendor VisuUid itself, as ParaVision exports.",
    value: ({ scan, part }) => seriesUid(scan, part),
  },
  {
    keyword: "SeriesNumber",
    type: "2",
    per: "series",
    sources: [
      "<examination>/pdata/<processing>",
      "VisuExperimentNumber",
      "VisuProcessingNumber",
      "VisuSeriesNumber",
      "--series-number",
    ],
    rule: "Examination x 10000 + reconstruction; of each map, inversion mode or frame type 100 times that + its place. XNAT takes it for the scan ID.",
    value: ({ scan, part }) => seriesNumber(scan, seriesOfPart(scan.visu, part)?.place),
  },
  {
    keyword: "SeriesDescription",
    type: "3",
    per: "series",
    sources: [
      "VisuSeriesComment",
      "VisuSeriesExperimentComment",
      "ACQ_scan_name",
      "VisuAcquisitionProtocol",
      "ACQ_protocol_name",
      "VisuFGElemComment",
      "VisuFGElemId",
    ],
    rule: "The first comment that is not empty; behind it the name of the map, the inversion mode or the frame type.",
    value: ({ scan, part }) => describeSeries(scan, part),
  },
  textRow(
    "ProtocolName",
    "3",
    ["VisuAcquisitionProtocol", "ACQ_protocol_name"],
    "As it is written.",
  ),
  ...momentRows("SeriesDate", "SeriesTime", "3", ["VisuSeriesDate"], "Begin of the series."),
  {
    keyword: "FrameOfReferenceUID",
    type: "1",
    per: "series",
    sources: ["VisuSeriesFrameOfReferenceUid", "VisuStudyUid", "--uids", "--de-identify"],
    rule: "One for all series of a study, so that they can be laid over each other; made of the study UID where ParaVision names none, or the study itself. With --uids=vendor VisuUid.7.",
    value: ({ scan }) => frameOfReferenceUid(scan),
  },
  {
    keyword: "BodyPartExamined",
    type: "3",
    per: "series",
    sources: ["--body-part"],
    rule: "As given, WHOLEBODY by default: without one, validators demand Laterality.",
    value: ({ scan }) => scan.choices.bodyPart || undefined,
  },
  {
    keyword: "Laterality",
    type: "2C",
    per: "series",
    sources: ["--laterality"],
    rule: "Of a paired part of the body, as given.",
    value: ({ scan }) => scan.choices.laterality,
  },
  constantRow("PositionReferenceIndicator", "2", [], "Without value: there is no reference."),
];
