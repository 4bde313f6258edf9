import type { SeriesIdentity, SourceInstance } from "#shared/volume/series-volume.ts";
import {
  codeString,
  type DerivedRequest,
  type DicomFile,
  derivedUids,
  encodeDerivationCodes,
  encodeOrigin,
  encodeReferencedSeries,
  encodeSources,
} from "./derived-object.ts";
import { displayWindow } from "./display-window.ts";
import { type AttributeValues, encodeAttributes } from "./encode-attributes.ts";
import { type EncodedElement, encodeSequence } from "./encode-sequence.ts";
import { inheritAttributes } from "./inherited-attributes.ts";
import { littleEndianBytes } from "./little-endian.ts";
import { quantities } from "./quantity.ts";
import { paddingValue, type QuantizedMap, quantizeMap } from "./quantize.ts";
import { encodeMeaning, mapLabel } from "./real-world-value.ts";
import { sliceGeometry } from "./slice-geometry.ts";
import { instanceEncoder } from "./write-instance.ts";

const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";

/** A map as a series of MR images. */
export interface DerivedSeries {
  /** One for each slice, in order of the slices. */
  readonly files: readonly DicomFile[];
  readonly seriesInstanceUID: string;
  /** Largest difference between the map and what reads back, in the unit of the map. */
  readonly maximumError: number;
}

/**
 * A map as a derived series of classic MR images (PS3.3 A.4), which every viewer shows: 16-bit numbers
 * with rescale and real-world value mapping, in the study and frame of reference of its source.
 *
 * Undefined for a source without DICOM identity (NIfTI): there is no study to add a series to.
 */
export function encodeDerivedSeries(request: DerivedRequest): DerivedSeries | undefined {
  const { map, source, name } = request;
  const { template, sliceSources } = source.identity;
  if (template === undefined) return undefined;
  const quantized = quantizeMap(map.samples);
  const geometry = sliceGeometry(map.grid);
  const uids = derivedUids(request, "derived series");
  const shared = {
    ...encodeAttributes(defaults),
    ...inheritAttributes(template, source.axis.keyword, [
      "patient",
      "study",
      "equipment",
      "series",
      "frameOfReference",
      "image",
      "acquisition",
      "compression",
    ]),
    ...encodeAttributes(encodeOrigin(request, uids.series)),
    ...encodeAttributes(encodeMap(request, quantized)),
  };
  const encode = instanceEncoder(shared);
  const [columns, rows, slices] = map.grid.shape;
  const files = Array.from({ length: slices }, (_, k): DicomFile => {
    const pixels = quantized.stored.subarray(k * rows * columns, (k + 1) * rows * columns);
    const sources = sliceSources[k] ?? [];
    const slice = encodeAttributes({
      SOPInstanceUID: uids.instance(k + 1),
      InstanceNumber: k + 1,
      ImagePositionPatient: geometry.positions[k] ?? [],
      ImageOrientationPatient: geometry.orientation,
      SliceLocation: geometry.locations[k] ?? [],
      PixelSpacing: geometry.pixelSpacing,
      ...(slices > 1 ? { SpacingBetweenSlices: geometry.sliceSpacing } : {}),
      PixelData: littleEndianBytes(pixels),
    });
    const references = encodeReferences(source.identity, sources);
    const fileName = `${name}-${String(k + 1).padStart(4, "0")}.dcm`;
    return { fileName, bytes: encode(slice, references) };
  });
  return { files, seriesInstanceUID: uids.series, maximumError: quantized.maximumError };
}

/** The images a slice was made from, and their series; nothing when there are none. */
function encodeReferences(
  identity: SeriesIdentity,
  sources: readonly SourceInstance[],
): readonly EncodedElement[] {
  const { ReferencedSeriesSequence: series = [] } = encodeReferencedSeries(identity, sources);
  if (sources.length === 0) return [];
  return [
    encodeSequence("SourceImageSequence", encodeSources(sources)),
    encodeSequence("ReferencedSeriesSequence", series as readonly AttributeValues[]),
  ];
}

/** What PS3.3 C.8.3.1 wants a value for when the source, an Enhanced object perhaps, has none. */
const defaults: AttributeValues = { ScanningSequence: "RM", SequenceVariant: "NONE" };

function encodeMap(request: DerivedRequest, quantized: QuantizedMap): AttributeValues {
  const { map, quantity } = request;
  const meaning = { ...request, unit: map.unit };
  const { slope, intercept } = quantized;
  const { center, width } = displayWindow(quantized);
  const [columns, rows] = map.grid.shape;
  return {
    SOPClassUID: mrImageStorage,
    ImageType: [
      "DERIVED",
      "PRIMARY",
      quantities[quantity].imageType,
      codeString(mapLabel(meaning)),
    ],
    DerivationDescription: request.derivationDescription,
    DerivationCodeSequence: encodeDerivationCodes(request),
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: rows,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    PixelPaddingValue: paddingValue,
    RescaleSlope: slope,
    RescaleIntercept: intercept,
    WindowCenter: center,
    WindowWidth: width,
    VOILUTFunction: "LINEAR_EXACT",
    RealWorldValueMappingSequence: [
      {
        ...encodeMeaning(meaning),
        RealWorldValueFirstValueMapped: paddingValue + 1,
        RealWorldValueLastValueMapped: 65535,
        RealWorldValueSlope: slope,
        RealWorldValueIntercept: intercept,
      },
    ],
  };
}
