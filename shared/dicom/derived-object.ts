import { createHash } from "node:crypto";
import type { ContrastAxis, SeriesIdentity, SourceInstance } from "#shared/volume/series-volume.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { type Code, encodeCode, unitText } from "./code.ts";
import type { AttributeValues } from "./encode-attributes.ts";
import { quantities } from "./quantity.ts";
import { type MapMeaning, mapLabel } from "./real-world-value.ts";
import { deriveUid } from "./uid.ts";

/** A map that is to become DICOM objects of the study it was made from. */
export interface DerivedRequest extends Omit<MapMeaning, "unit"> {
  /** Values and their unit; NaN where there is none. */
  readonly map: Volume;
  /** What the files are called and what tells this map from the run's other ones: `T2map`. */
  readonly name: string;
  /** What a SeriesDescription adds: `2-parameter`. */
  readonly variant: string;
  /** One sentence: how the map was made, with its equation. At most 1024 characters. */
  readonly derivationDescription: string;
  /** Where the map came from. */
  readonly source: { readonly identity: SeriesIdentity; readonly axis: ContrastAxis };
  /** 1 ... 99, different for each map of a run: the series number is 100 x the source's plus this. */
  readonly seriesNumberOffset: number;
  readonly tool: { readonly name: string; readonly version: string };
  /** All options of the run as one text: other options make another series. */
  readonly options: string;
}

/** One DICOM file. */
export interface DicomFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** The UIDs of what is made from a request: the same map of the same input has the same, any other new ones. */
export function derivedUids(request: DerivedRequest, kind: string) {
  const { map, name, source, tool, options } = request;
  const { samples, grid } = map;
  const content = createHash("sha256")
    .update(JSON.stringify([map.unit, grid.shape, grid.affineLps]))
    .update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    .digest("hex");
  const parts = [kind, source.identity.seriesInstanceUID, tool.name, tool.version, options, name];
  const of = (what: string) => deriveUid([...parts, content, what]);
  return {
    series: of("series"),
    instance: (number: number) => of(`instance ${number}`),
    dimensions: of("dimensions"),
  };
}

/** Series, frame of reference and how the object came about: what all derived objects say alike. */
export function encodeOrigin(request: DerivedRequest, seriesInstanceUID: string): AttributeValues {
  const { source, map, variant, tool, seriesNumberOffset } = request;
  const { identity } = source;
  const seriesNumber = (identity.seriesNumber ?? 0) * 100 + seriesNumberOffset;
  const unit = unitText(map.unit);
  const label = `${mapLabel({ ...request, unit: map.unit })} map${unit === "" ? "" : ` [${unit}]`}`;
  return {
    Modality: "MR",
    StudyInstanceUID: identity.studyInstanceUID,
    SeriesInstanceUID: seriesInstanceUID,
    // A number beyond 32 bits cannot be written; the attribute may be empty.
    SeriesNumber: seriesNumber < 2 ** 31 ? seriesNumber : [],
    SeriesDescription: `${label}, ${variant}`.slice(0, 64),
    // A source without frame of reference still has one, shared by all its maps.
    FrameOfReferenceUID:
      identity.frameOfReferenceUID || deriveUid(["frame of reference", identity.seriesInstanceUID]),
    ...encodeContribution(tool, request.derivationDescription),
  };
}

/** The program among the equipment an object owes its content to, PS3.3 C.12.1. */
export function encodeContribution(
  tool: DerivedRequest["tool"],
  description: string,
): AttributeValues {
  return {
    ContributingEquipmentSequence: [
      {
        PurposeOfReferenceCodeSequence: [encodeCode(processingEquipment)],
        Manufacturer: "XNAT-PIC",
        ManufacturerModelName: tool.name.slice(0, 64),
        SoftwareVersions: tool.version.slice(0, 64),
        ContributionDescription: description,
      },
    ],
  };
}

// PS3.16 CID 7005, CID 7202 and CID 7203.
const processingEquipment: Code = {
  value: "109102",
  scheme: "DCM",
  meaning: "Processing Equipment",
};
const sourceImage: Code = {
  value: "121322",
  scheme: "DCM",
  meaning: "Source image for image processing operation",
};

const diffusionAnalysis: Code = {
  value: "129105",
  scheme: "DCM",
  meaning: "Diffusion image analysis",
};
const imageProcessing: Code = { value: "110001", scheme: "DCM", meaning: "Image Processing" };

/** Items of SourceImageSequence, PS3.3 table 10-3 with the purpose of CID 7202. */
export function encodeSources(sources: readonly SourceInstance[]): AttributeValues[] {
  return sources.map((source) => ({
    ...encodeReference(source),
    PurposeOfReferenceCodeSequence: [encodeCode(sourceImage)],
  }));
}

/** The source series with the instances referred to, PS3.3 C.12.2; nothing when there are none. */
export function encodeReferencedSeries(
  identity: Pick<SeriesIdentity, "seriesInstanceUID">,
  sources: readonly SourceInstance[],
): AttributeValues {
  const unique = new Map(sources.map((source) => [source.sopInstanceUID, source]));
  if (unique.size === 0) return {};
  const instances = [...unique.values()].map((source) =>
    encodeReference({ ...source, frameNumbers: [] }),
  );
  return {
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: identity.seriesInstanceUID,
        ReferencedInstanceSequence: instances,
      },
    ],
  };
}

function encodeReference(source: SourceInstance): AttributeValues {
  return {
    ReferencedSOPClassUID: source.sopClassUID,
    ReferencedSOPInstanceUID: source.sopInstanceUID,
    ...(source.frameNumbers.length === 0 ? {} : { ReferencedFrameNumber: source.frameNumbers }),
  };
}

/** Items of DerivationCodeSequence, PS3.16 CID 7203 extended by CID 7274; in the broadest sense, image processing. */
export function encodeDerivationCodes(request: DerivedRequest): AttributeValues[] {
  const diffusion = quantities[request.quantity].imageType === "DIFFUSION MAP";
  const codes = [
    ...(diffusion ? [diffusionAnalysis] : []),
    ...(request.fittingMethod === undefined ? [] : [request.fittingMethod]),
  ];
  return (codes.length === 0 ? [imageProcessing] : codes).map(encodeCode);
}

/** A text as VR CS allows it: capitals, digits, spaces; T2* becomes T2STAR. */
export function codeString(text: string): string {
  return text
    .toUpperCase()
    .replaceAll("*", "STAR")
    .replace(/[^A-Z0-9_ ]/g, " ")
    .slice(0, 16)
    .trim();
}
