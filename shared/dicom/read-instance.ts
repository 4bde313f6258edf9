import { isProgramError, toPlainError } from "#shared/errors.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { type ByteSource, truncated, withFile } from "./byte-source.ts";
import { readItems, readNumber, readText } from "./dataset.ts";
import { type FileLayout, readLayout } from "./file-layout.ts";
import type { Frame, Instance } from "./frame.ts";
import { checkPixelLength, type PixelLayout, readPixelLayout } from "./pixel-layout.ts";
import { philipsFrameSequence, privateTags } from "./private-tags.ts";
import { readDataset } from "./read-dataset.ts";
import { readFrames } from "./read-frames.ts";
import { readCsaHeader } from "./siemens-header.ts";
import { imageTags, tags } from "./tags.ts";

const mediaStorageDirectory = "1.2.840.10008.1.3.10";

/** Preamble and prefix, PS3.10 7.1. */
const shortest = 132;

/** True for names that only DICOM files have. */
export function namedLikeDicom(path: string): boolean {
  return /\.(dcm|ima)$/i.test(path);
}

const wanted = new Set(Object.values(imageTags).map((tag) => Number.parseInt(tag, 16)));

/** The low bytes of the wanted private elements, by group. */
const wantedPrivate = new Map<number, Set<number>>();
for (const { group, byte } of Object.values(privateTags)) {
  const number = Number.parseInt(group, 16);
  const bytes = wantedPrivate.get(number) ?? new Set();
  wantedPrivate.set(number, bytes.add(Number.parseInt(byte, 16)));
}
const philipsFrame = Number.parseInt(philipsFrameSequence, 16);

/** The attributes that decide what an image is; the others are read from one image only, later. */
function isWanted(tag: number): boolean {
  const group = tag >>> 16;
  if (group % 2 === 0) return wanted.has(tag);
  if (tag === philipsFrame) return true;
  const bytes = wantedPrivate.get(group);
  if (bytes === undefined) return false;
  const element = tag & 0xffff;
  return (element >= 0x10 && element <= 0xff) || bytes.has(element & 0xff);
}

/**
 * What the header of a file says, or undefined for a file that is no DICOM object (or a DICOMDIR).
 *
 * @throws InputError E-UNREADABLE, E-TRUNCATED, E-BROKEN-DICOM
 */
export function readInstance(path: string, absolutePath: string): Instance | undefined {
  return withFile(path, absolutePath, (source) => describeInstance(source, absolutePath));
}

/** The same for a file that is open, or in memory. */
export function describeInstance(source: ByteSource, absolutePath: string): Instance | undefined {
  const layout = readLayout(source);
  if (layout === undefined) {
    // Named like an image and too short to begin like one: what is left of a transfer.
    if (namedLikeDicom(source.path) && source.size < shortest) {
      throw truncated(source.path, shortest, source.size);
    }
    return undefined;
  }
  const { dataset, unreadable } = readDataset(layout, isWanted);
  const sopClassUID = readText(dataset, "SOPClassUID");
  if (sopClassUID === mediaStorageDirectory || layout.elements.some(isDirectoryRecord)) {
    return undefined;
  }
  return {
    path: source.path,
    absolutePath,
    size: source.size,
    sopClassUID,
    sopInstanceUID: readText(dataset, "SOPInstanceUID"),
    studyInstanceUID: readText(dataset, "StudyInstanceUID"),
    seriesInstanceUID: readText(dataset, "SeriesInstanceUID"),
    frameOfReferenceUID: readText(dataset, "FrameOfReferenceUID"),
    modality: readText(dataset, "Modality"),
    manufacturer: readText(dataset, "Manufacturer"),
    seriesNumber: readNumber(dataset, "SeriesNumber"),
    seriesDescription: readText(dataset, "SeriesDescription"),
    patientID: readText(dataset, "PatientID"),
    studyID: readText(dataset, "StudyID"),
    implementationVersionName: layout.implementationVersionName,
    ...readConverter(dataset),
    legacyAttributes:
      dataset[tags.NumberOfSlices] !== undefined &&
      dataset[tags.ReconstructionFieldOfView]?.Value?.length === 1,
    ...readImages(layout, dataset),
    unreadable,
  };
}

/** Which of our programs wrote the images; XNAT replaces the file's meta header, and leaves this alone. */
function readConverter(dataset: DicomJson): Pick<Instance, "converter"> {
  const own = readItems(dataset, "ContributingEquipmentSequence").find(
    (item) => readText(item, "Manufacturer") === "XNAT-PIC",
  );
  return own === undefined ? {} : { converter: readText(own, "ManufacturerModelName") };
}

/** DirectoryRecordSequence (0004,1220): a DICOMDIR. */
function isDirectoryRecord(element: { readonly tag: number }): boolean {
  return element.tag === 0x00041220;
}

function readImages(
  layout: FileLayout,
  dataset: DicomJson,
): Pick<Instance, "pixels" | "frames" | "problem"> {
  let pixels: PixelLayout | undefined;
  let frames: readonly Frame[] = [];
  try {
    pixels = readPixelLayout(layout, dataset);
    if (pixels !== undefined) {
      checkPixelLength(layout, pixels);
      const csa = lazily(() => readCsaHeader(layout));
      const read = readFrames(layout.source.path, dataset, pixels, csa);
      ({ frames } = read);
      if (read.mosaic !== undefined) pixels = { ...pixels, mosaic: read.mosaic };
    }
    return { pixels, frames, problem: undefined };
  } catch (error) {
    // A series nobody chooses may hold images we cannot use: only their use is an error.
    if (!isProgramError(error)) throw error;
    return { pixels, frames, problem: toPlainError(error) };
  }
}

/** The value of `make`, made when it is first asked for. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
