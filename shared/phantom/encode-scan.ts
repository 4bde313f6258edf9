import { type AttributeValues, encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { littleEndianBytes } from "#shared/dicom/little-endian.ts";
import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import { instanceEncoder } from "#shared/dicom/write-instance.ts";
import {
  sessionDate as date,
  describeSession,
  type SessionIdentity,
  sessionUID as uid,
} from "./describe-session.ts";
import type { DrawnImages } from "./drawn-collection.ts";
import type { ScanPlan } from "./scan-plan.ts";
import type { Contrast } from "./signals.ts";

const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";

/** One image file. */
export interface ScanImage {
  readonly sopInstanceUID: string;
  readonly instanceNumber: number;
  readonly bytes: Uint8Array;
}

/** UID of the scan's series. */
export function seriesUID(identity: SessionIdentity, plan: ScanPlan): string {
  return uid(identity, `scan ${plan.number}`);
}

/** UID of one image of a scan: the n-th contrast of slice k, 0 first. */
function imageUID(identity: SessionIdentity, plan: ScanPlan, k: number, n: number): string {
  return uid(identity, `scan ${plan.number} image ${k * plan.contrasts.length + n + 1}`);
}

/**
 * The images of a scan that somebody drew on: of each slice the one with the given contrast.
 *
 * @param contrast - place among the contrasts of the scan, 0 first
 */
export function imagesDrawnOn(
  plan: ScanPlan,
  identity: SessionIdentity,
  contrast: number,
): DrawnImages {
  return {
    session: describeSession(identity),
    seriesInstanceUID: seriesUID(identity, plan),
    seriesNumber: plan.number,
    sopClassUID: mrImageStorage,
    sopInstanceUIDs: Array.from({ length: plan.grid.shape[2] }, (_, k) =>
      imageUID(identity, plan, k, contrast),
    ),
    grid: plan.grid,
    sliceThicknessMm: plan.sliceThicknessMm,
  };
}

/**
 * The images of a scan as classic MR objects (PS3.3 A.4), one for each contrast of each slice, contrast
 * fastest as the scanner stores them.
 *
 * @param stored - shape [contrasts, nz, ny, nx]
 */
export function* encodeScan(
  plan: ScanPlan,
  stored: Uint16Array,
  identity: SessionIdentity,
): Generator<ScanImage> {
  const geometry = sliceGeometry(plan.grid);
  const [columns, rows, slices] = plan.grid.shape;
  const encode = instanceEncoder(encodeAttributes(describeScan(plan, identity)));
  const count = plan.contrasts.length;
  for (let k = 0; k < slices; k++) {
    for (const [n, contrast] of plan.contrasts.entries()) {
      const instanceNumber = k * count + n + 1;
      const sopInstanceUID = imageUID(identity, plan, k, n);
      const start = (n * slices + k) * rows * columns;
      const image = encodeAttributes({
        SOPInstanceUID: sopInstanceUID,
        InstanceNumber: instanceNumber,
        ImagePositionPatient: geometry.positions[k] ?? [],
        SliceLocation: geometry.locations[k] ?? [],
        ...describeContrast(plan, contrast, n),
        PixelData: littleEndianBytes(stored.subarray(start, start + rows * columns)),
      });
      yield { sopInstanceUID, instanceNumber, bytes: encode(image) };
    }
  }
}

function describeContrast(plan: ScanPlan, contrast: Contrast, n: number): AttributeValues {
  const { repetitionTimeMs, echoTimeMs, inversionTimeMs, flipAngleDeg, bValue, direction } =
    contrast;
  const echoTimes = plan.contrasts.map((other) => other.echoTimeMs);
  const volume = plan.volumesNumbered ? n + 1 : undefined;
  return {
    RepetitionTime: repetitionTimeMs,
    EchoTime: echoTimeMs,
    EchoNumbers: [...new Set(echoTimes)].indexOf(echoTimeMs) + 1,
    FlipAngle: flipAngleDeg ?? plan.flipAngleDeg,
    AcquisitionNumber: volume ?? 1,
    ...(inversionTimeMs === undefined ? {} : { InversionTime: inversionTimeMs }),
    ...(volume === undefined
      ? {}
      : { TemporalPositionIdentifier: volume, NumberOfTemporalPositions: plan.contrasts.length }),
    ...(bValue === undefined ? {} : { DiffusionBValue: bValue }),
    ...(bValue === undefined
      ? {}
      : { DiffusionDirectionality: direction === undefined ? "NONE" : "DIRECTIONAL" }),
    ...(direction === undefined ? {} : { DiffusionGradientOrientation: direction }),
  };
}

/** Attributes all images of a scan share. The dates are fixed: the same scan gives the same bytes. */
function describeScan(plan: ScanPlan, identity: SessionIdentity): AttributeValues {
  const geometry = sliceGeometry(plan.grid);
  const [columns, rows] = plan.grid.shape;
  const { displayWidth = 12000 } = plan;
  // A scan every five minutes from ten o'clock on.
  const minutes = plan.number * 5;
  const time = `${10 + Math.floor(minutes / 60)}${String(minutes % 60).padStart(2, "0")}00`;
  return {
    ...describeSession(identity),
    SOPClassUID: mrImageStorage,
    ImageType: ["ORIGINAL", "PRIMARY", "OTHER"],
    SeriesDate: date,
    AcquisitionDate: date,
    ContentDate: date,
    SeriesTime: time,
    AcquisitionTime: time,
    ContentTime: time,
    Modality: "MR",
    Manufacturer: "XNAT-PIC",
    ManufacturerModelName: "Digital mouse",
    SoftwareVersions: "1",
    DeviceSerialNumber: "1",
    SeriesInstanceUID: seriesUID(identity, plan),
    SeriesNumber: plan.number,
    SeriesDescription: plan.protocol,
    ProtocolName: plan.protocol,
    BodyPartExamined: "ABDOMEN",
    PatientPosition: "HFP",
    ...describeSequence(plan),
    ImageOrientationPatient: geometry.orientation,
    PixelSpacing: geometry.pixelSpacing,
    SliceThickness: plan.sliceThicknessMm,
    SpacingBetweenSlices: geometry.sliceSpacing,
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: rows,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    WindowCenter: displayWidth / 2,
    WindowWidth: displayWidth,
  };
}

/** Larmor frequency of protons, MHz/T: CODATA 2018, shielded proton in water. */
export const protonMegahertzPerTesla = 42.576385;
export const fieldTesla = 7;

function describeSequence(plan: ScanPlan): AttributeValues {
  const [columns, rows] = plan.grid.shape;
  return {
    ScanningSequence: plan.scanningSequence,
    SequenceVariant: plan.sequenceVariant,
    SequenceName: plan.sequenceName,
    ScanOptions: [],
    MRAcquisitionType: "2D",
    NumberOfAverages: plan.averages,
    ImagingFrequency: fieldTesla * protonMegahertzPerTesla,
    ImagedNucleus: "1H",
    MagneticFieldStrength: fieldTesla,
    NumberOfPhaseEncodingSteps: rows,
    EchoTrainLength: plan.echoTrainLength,
    PixelBandwidth: 390.625,
    // Frequency columns, frequency rows, phase columns, phase rows.
    AcquisitionMatrix: [0, columns, rows, 0],
    InPlanePhaseEncodingDirection: "COL",
  };
}
