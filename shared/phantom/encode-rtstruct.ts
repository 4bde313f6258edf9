import { type AttributeValues, encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { deriveUid } from "#shared/dicom/uid.ts";
import { encodeInstance } from "#shared/dicom/write-instance.ts";
import { voxelCentre } from "#shared/volume/grid.ts";
import type {
  DrawnCollection,
  DrawnImages,
  DrawnOutline,
  DrawnRegion,
} from "./drawn-collection.ts";

const rtStructureSetStorage = "1.2.840.10008.5.1.4.1.1.481.3";

/** What RTReferencedStudySequence refers to, PS3.3 C.8.8.5: retired, and still the only class it may name. */
const detachedStudyManagement = "1.2.840.10008.3.1.2.3.1";

/** Who made a file. */
export interface Equipment {
  readonly manufacturer: string;
  readonly model: string;
  readonly version: string;
}

/**
 * A collection as RT Structure Set (PS3.3 A.19): a closed planar contour for each outline, in patient coordinates.
 *
 * The voxel with index (0, 0) has its centre at ImagePositionPatient; columns are PixelSpacing[1] apart, rows PixelSpacing[0].
 */
export function encodeRtstruct(
  collection: DrawnCollection,
  images: DrawnImages,
  equipment: Equipment,
): Uint8Array {
  const { label, name, date, time, regions } = collection;
  const uid = (what: string) => deriveUid([images.seriesInstanceUID, label, "RTSTRUCT", what]);
  const frameOfReferenceUID = String(images.session.FrameOfReferenceUID);
  const dataset = encodeAttributes({
    ...images.session,
    SOPClassUID: rtStructureSetStorage,
    SOPInstanceUID: uid("instance"),
    SeriesDate: date,
    SeriesTime: time,
    Modality: "RTSTRUCT",
    Manufacturer: equipment.manufacturer,
    ManufacturerModelName: equipment.model,
    SoftwareVersions: equipment.version,
    SeriesDescription: name,
    OperatorsName: [],
    SeriesInstanceUID: uid("series"),
    SeriesNumber: 1001,
    InstanceNumber: 1,
    StructureSetLabel: name,
    StructureSetName: label,
    StructureSetDate: date,
    StructureSetTime: time,
    ReferencedFrameOfReferenceSequence: [
      {
        FrameOfReferenceUID: frameOfReferenceUID,
        RTReferencedStudySequence: [referToStudy(images)],
      },
    ],
    StructureSetROISequence: regions.map((region) => ({
      ROINumber: region.number,
      ReferencedFrameOfReferenceUID: frameOfReferenceUID,
      ROIName: region.name,
      ROIGenerationAlgorithm: "MANUAL",
    })),
    ROIContourSequence: regions.map((region) => encodeContours(region, images)),
    RTROIObservationsSequence: regions.map(({ number }) => ({
      ObservationNumber: number,
      ReferencedROINumber: number,
      RTROIInterpretedType: [],
      ROIInterpreter: [],
    })),
  });
  return encodeInstance(dataset);
}

function referToStudy(images: DrawnImages): AttributeValues {
  return {
    ReferencedSOPClassUID: detachedStudyManagement,
    ReferencedSOPInstanceUID: String(images.session.StudyInstanceUID),
    RTReferencedSeriesSequence: [
      {
        SeriesInstanceUID: images.seriesInstanceUID,
        ContourImageSequence: images.sopInstanceUIDs.map((_, slice) => referTo(images, slice)),
      },
    ],
  };
}

function referTo(images: DrawnImages, slice: number): AttributeValues {
  return {
    ReferencedSOPClassUID: images.sopClassUID,
    ReferencedSOPInstanceUID: images.sopInstanceUIDs[slice]!,
  };
}

function encodeContours({ number, colour, outlines }: DrawnRegion, images: DrawnImages) {
  return {
    ROIDisplayColor: colour,
    ContourSequence: outlines.map((outline) => ({
      ContourImageSequence: [referTo(images, outline.slice)],
      ContourGeometricType: "CLOSED_PLANAR",
      NumberOfContourPoints: outline.points.length,
      ContourData: placeCorners(outline, images),
    })),
    ReferencedROINumber: number,
  };
}

/** x, y, z of each corner, mm. */
function placeCorners({ slice, points }: DrawnOutline, { grid }: DrawnImages): number[] {
  return points.flatMap(([column, row]) => [...voxelCentre(grid, [column, row, slice])]);
}
