import { longestText } from "#shared/dicom/check-text.ts";
import { firstText } from "./first-value.ts";
import { describeInversionMode } from "./inversion-modes.ts";
import { elementDescription } from "./map-unit.ts";
import type { RawScan } from "./raw-scan.ts";
import type { SeriesPart } from "./series-plan.ts";

const sources = [
  "VisuSeriesComment",
  "VisuSeriesExperimentComment",
  "ACQ_scan_name",
  "VisuAcquisitionProtocol",
  "ACQ_protocol_name",
] as const;

const frameTypeWords: Readonly<Record<string, string>> = {
  MAGNITUDE_IMAGE: "magnitude",
  PHASE_IMAGE: "phase",
  REAL_IMAGE: "real",
  IMAGINARY_IMAGE: "imaginary",
};

/**
 * What a series is called: the first comment of the scan that holds text, and the name of the map, the inversion mode or the
 * frame type it shows. The comment is shortened, never the name behind it.
 */
export function describeSeries(scan: RawScan, part: SeriesPart): string | undefined {
  const comment = firstText(scan, "SeriesDescription", sources).replaceAll(/\s+/g, " ");
  const names = [
    part.element === undefined
      ? ""
      : elementDescription(scan.visu, part) || `map ${part.element + 1}`,
    describeInversionMode(scan.visu, part),
    part.frameType === undefined ? "" : (frameTypeWords[part.frameType] ?? part.frameType),
  ];
  const name = names.filter((text) => text !== "").join(", ");
  if (name === "") return comment === "" ? undefined : comment;
  if (comment === "") return name;
  const room = (longestText["LO"] ?? 0) - name.length - separator.length;
  return room < shortest ? name : `${comment.slice(0, room).trimEnd()}${separator}${name}`;
}

const separator = " - ";
/** Less of a comment says nothing. */
const shortest = 8;
