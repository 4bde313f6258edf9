import { encodeMeasurements } from "#shared/dicom/encode-measurements.ts";
import { encodeSegmentation } from "#shared/dicom/encode-segmentation.ts";
import type { MeasurementGroup } from "#shared/dicom/measurement-group.ts";
import { type Quantity, quantities } from "#shared/dicom/quantity.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { ReferenceSeries } from "#shared/roi/read-reference.ts";
import type { RegionRow } from "#shared/stats/region-row.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import type { LayRegion } from "./lay-regions.ts";
import type { RegionRows } from "./list-rows.ts";
import type { Region } from "./region.ts";
import { collectionFolder } from "./write-masks.ts";

/** What a collection becomes DICOM objects of. */
export interface DicomWork {
  readonly regions: readonly Region[];
  readonly series: ReferenceSeries;
  readonly rows: RegionRows;
  readonly lay: LayRegion;
  /** The segmentation alone, the report (which refers to a segmentation) with it, or none of both. */
  readonly forms: "both" | "seg" | "sr" | "none";
  /** Options that make the numbers what they are, as one text. */
  readonly options: string;
}

const noDicom = (text: string): readonly Warning[] => [{ code: "W-NO-DICOM", text }];

/**
 * Writes the regions of one collection as DICOM Segmentation on the planes of their series, and their measurements as Structured
 * Report (TID 1500) that refers to its segments.
 *
 * `--dicom sr` alone writes the segmentation too: a report must not refer to an object that is nowhere.
 */
export async function writeDicom(
  { regions, series, rows, lay, forms, options }: DicomWork,
  { output, program }: Pick<ProgramContext, "output" | "program">,
): Promise<readonly Warning[]> {
  const first = regions[0];
  if (forms === "none" || first === undefined) return [];
  const folder = collectionFolder(first.source, first);
  const { identity, planes } = series;
  const laid = regions.map((region) => ({ region, voxels: lay(region, planes).voxels }));
  const common = { tool: { name: program.name, version: program.version }, options };
  const segmentation = encodeSegmentation({
    ...common,
    ...{ planes, images: series.images, template: identity.template },
    studyInstanceUID: identity.studyInstanceUID,
    seriesInstanceUID: identity.seriesInstanceUID,
    frameOfReferenceUID: identity.frameOfReferenceUID,
    seriesNumber: identity.seriesNumber,
    segments: laid.map(({ region: { roi }, voxels }) => ({
      ...{ name: roi.name, uid: roi.uid, colour: roi.colour, voxels },
    })),
    name: `${folder}_seg`,
    description: `Regions: ${first.collection.name || first.collection.path}`,
  });
  if (segmentation === undefined) {
    return noDicom(`No voxel of ${first.collection.path} lies on its series: no DICOM is written.`);
  }
  await output.write(`stats/dicom/${segmentation.fileName}`, segmentation.bytes);
  if (forms === "seg") return [];
  const groups = laid.flatMap(({ region, voxels }, index) =>
    voxels.length === 0
      ? []
      : rows.ofRegion(region).flatMap((row) => describeGroup(row, index + 1, region)),
  );
  if (groups.length === 0) {
    return noDicom(`No region of ${first.collection.path} has a number: no Structured Report.`);
  }
  const report = encodeMeasurements({
    ...common,
    template: identity.template,
    series: {
      studyInstanceUID: identity.studyInstanceUID,
      seriesInstanceUID: identity.seriesInstanceUID,
      seriesNumber: identity.seriesNumber,
      images: series.images
        .flat()
        .map(({ sopClassUID, sopInstanceUID }) => ({ sopClassUID, sopInstanceUID })),
    },
    segmentation: {
      sopClassUID: segmentation.sopClassUID,
      sopInstanceUID: segmentation.sopInstanceUID,
      seriesInstanceUID: segmentation.seriesInstanceUID,
    },
    groups,
    seriesNumberOffset: 99,
    name: `${folder}_sr`,
  });
  await output.write(`stats/dicom/${report.fileName}`, report.bytes);
  return [];
}

function describeGroup(
  row: RegionRow,
  segmentNumber: number,
  { roi }: Region,
): readonly MeasurementGroup[] {
  const { measurement, geometry } = row;
  if (measurement === undefined || measurement.firstOrder.n === 0) return [];
  const { mean, sd, median, min, max } = measurement.firstOrder;
  return [
    {
      segmentNumber,
      trackingIdentifier: roi.name === "" ? `ROI ${roi.number}` : roi.name,
      trackingUID: roi.uid,
      mapName: row.map,
      quantity: quantityOf(row.map),
      unit: row.unit,
      nVoxels: measurement.nVoxels,
      nValid: measurement.firstOrder.n,
      statistics: { mean, sd, median, min, max },
      volumeMm3: geometry?.volumeMm3,
      areaMm2: geometry?.areaMm2,
    },
  ];
}

/** `T2` for `T2map`; undefined for a map that is none of ours. */
function quantityOf(map: string): Quantity | undefined {
  const symbol = map.replace(/map$/, "");
  return Object.hasOwn(quantities, symbol) ? (symbol as Quantity) : undefined;
}
