import type { DicomJson } from "#shared/volume/series-volume.ts";
import { type Code, encodeCode } from "./code.ts";
import {
  type ContentItem,
  codeItem,
  containerItem,
  type ObjectReference,
  textItem,
  uidItem,
} from "./content-item.ts";
import { contentTime } from "./content-time.ts";
import type { DicomFile } from "./derived-object.ts";
import { type AttributeValues, encodeAttributes } from "./encode-attributes.ts";
import { inheritAttributes } from "./inherited-attributes.ts";
import { encodeGroup, type MeasurementGroup, privateScheme } from "./measurement-group.ts";
import { deriveUid, isUid } from "./uid.ts";
import { encodeInstance } from "./write-instance.ts";

/** Measurements of regions that are to become a structured report in the study of their images. */
export interface MeasurementsRequest {
  /** Attributes of an image of the series, as DICOM JSON: patient and study are repeated. */
  readonly template: DicomJson;
  /** The series the regions lie on, and its images that the segmentation refers to. */
  readonly series: {
    readonly studyInstanceUID: string;
    readonly seriesInstanceUID: string;
    readonly seriesNumber: number | undefined;
    readonly images: readonly ObjectReference[];
  };
  /** The segmentation of the same run that holds the regions. */
  readonly segmentation: ObjectReference & { readonly seriesInstanceUID: string };
  /** At least one. */
  readonly groups: readonly MeasurementGroup[];
  /** 1 ... 99: the series number is 100 x the source's plus this. */
  readonly seriesNumberOffset: number;
  /** Name of the file without ending. */
  readonly name: string;
  readonly tool: { readonly name: string; readonly version: string };
  /** Options of the run that make the numbers what they are, as one text. */
  readonly options: string;
}

const comprehensive3dSr = "1.2.840.10008.5.1.4.1.1.88.34";

const dcm = (value: string, meaning: string): Code => ({ value, scheme: "DCM", meaning });

// PS3.16 TID 1500, 1204, 1001 and 1004.
const concepts = {
  report: dcm("126000", "Imaging Measurement Report"),
  language: dcm("121049", "Language of Content Item and Descendants"),
  observerType: dcm("121005", "Observer Type"),
  observerUID: dcm("121012", "Device Observer UID"),
  observerName: dcm("121013", "Device Observer Name"),
  observerManufacturer: dcm("121014", "Device Observer Manufacturer"),
  observerModel: dcm("121015", "Device Observer Model Name"),
  observerSerial: dcm("121016", "Device Observer Serial Number"),
  procedure: dcm("121058", "Procedure reported"),
  measurements: dcm("126010", "Imaging Measurements"),
};
const english: Code = { value: "en", scheme: "RFC5646", meaning: "English" };
const device = dcm("121007", "Device");
/** PS3.16 CID 100. */
const imaging: Code = { value: "363679005", scheme: "SCT", meaning: "Imaging procedure" };

/**
 * A Comprehensive 3D SR (PS3.3 A.35.13) by the template "Measurement Report" (PS3.16 TID 1500): a group for each region and map,
 * tied to the segment that holds the region's voxels.
 *
 * The same request gives the same bytes: UIDs follow from the content, dates from the source.
 */
export function encodeMeasurements(request: MeasurementsRequest): DicomFile {
  const { template, series, tool, groups } = request;
  const of = (what: string) => deriveUid(["measurement report", JSON.stringify(request), what]);
  const seriesNumber = (series.seriesNumber ?? 0) * 100 + request.seriesNumberOffset;
  const bytes = encodeInstance({
    ...inheritAttributes(template, "EchoTime", ["patient", "study"]),
    ...encodeAttributes({
      ...contentTime(template),
      SOPClassUID: comprehensive3dSr,
      SOPInstanceUID: of("instance"),
      CodingSchemeIdentificationSequence: [
        {
          CodingSchemeDesignator: privateScheme,
          CodingSchemeName: "Codes of the XNAT-PIC containers",
          CodingSchemeResponsibleOrganization: "XNAT-PIC",
        },
      ],
      Modality: "SR",
      StudyInstanceUID: series.studyInstanceUID,
      SeriesInstanceUID: of("series"),
      // A number beyond 32 bits cannot be written; the report must have one (PS3.3 C.17.1).
      SeriesNumber: seriesNumber < 2 ** 31 ? seriesNumber : request.seriesNumberOffset,
      SeriesDescription: "Measurements of regions",
      ReferencedPerformedProcedureStepSequence: [],
      Manufacturer: "XNAT-PIC",
      ManufacturerModelName: tool.name.slice(0, 64),
      DeviceSerialNumber: tool.version.slice(0, 64),
      SoftwareVersions: tool.version.slice(0, 64),
      InstanceNumber: 1,
      CompletionFlag: "COMPLETE",
      VerificationFlag: "UNVERIFIED",
      PerformedProcedureCodeSequence: [],
      CurrentRequestedProcedureEvidenceSequence: [encodeEvidence(request)],
      ...encodeReport(request, groups),
    }),
  });
  return { fileName: `${request.name}.dcm`, bytes };
}

/** Everything the report refers to, PS3.3 C.17.2: the segmentation and the images it was drawn on. */
function encodeEvidence({ series, segmentation }: MeasurementsRequest): AttributeValues {
  const named = series.images.filter(
    ({ sopClassUID, sopInstanceUID }) => isUid(sopClassUID) && isUid(sopInstanceUID),
  );
  const images = new Map(named.map((image) => [image.sopInstanceUID, image]));
  const referenced = [
    { seriesInstanceUID: segmentation.seriesInstanceUID, objects: [segmentation] },
    { seriesInstanceUID: series.seriesInstanceUID, objects: [...images.values()] },
  ];
  return {
    StudyInstanceUID: series.studyInstanceUID,
    ReferencedSeriesSequence: referenced
      .filter(({ objects }) => objects.length > 0)
      .map(({ seriesInstanceUID, objects }) => ({
        SeriesInstanceUID: seriesInstanceUID,
        ReferencedSOPSequence: objects.map(({ sopClassUID, sopInstanceUID }) => ({
          ReferencedSOPClassUID: sopClassUID,
          ReferencedSOPInstanceUID: sopInstanceUID,
        })),
      })),
  };
}

/** The root of the content tree. */
function encodeReport(
  request: MeasurementsRequest,
  groups: readonly MeasurementGroup[],
): ContentItem {
  const { tool, segmentation, options } = request;
  const context = {
    segmentation,
    sourceSeriesInstanceUID: request.series.seriesInstanceUID,
    tool,
    options,
  };
  const obs = "HAS OBS CONTEXT";
  return {
    ValueType: "CONTAINER",
    ConceptNameCodeSequence: [encodeCode(concepts.report)],
    ContinuityOfContent: "SEPARATE",
    ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: "1500" }],
    ContentSequence: [
      codeItem("HAS CONCEPT MOD", concepts.language, english),
      codeItem(obs, concepts.observerType, device),
      // The same program is the same device, whatever it measures.
      uidItem(obs, concepts.observerUID, deriveUid(["device observer", tool.name, tool.version])),
      textItem(obs, concepts.observerName, tool.name),
      textItem(obs, concepts.observerManufacturer, "XNAT-PIC"),
      textItem(obs, concepts.observerModel, tool.name),
      textItem(obs, concepts.observerSerial, tool.version),
      codeItem("HAS CONCEPT MOD", concepts.procedure, imaging),
      containerItem(
        concepts.measurements,
        groups.map((group) => encodeGroup(group, context)),
      ),
    ],
  };
}
