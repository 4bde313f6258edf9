import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { readContrasts } from "./contrast.ts";
import type { CsaTags } from "./csa-header.ts";
import {
  findItem,
  itemsAt,
  readItems,
  readNumber,
  readNumbers,
  readText,
  readTexts,
} from "./dataset.ts";
import type { Frame } from "./frame.ts";
import { readFramePlane } from "./frame-plane.ts";
import { type ImagePart, readImagePart } from "./image-part.ts";
import { findMapSign } from "./map-sign.ts";
import { isMosaic, type Mosaic, readMosaic, splitMosaic } from "./mosaic.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { philipsFrameSequence, readPrivateNumber } from "./private-tags.ts";
import { readDiffusion } from "./read-diffusion.ts";
import { formatTag, type Keyword, nameTag, tags } from "./tags.ts";

/**
 * The frames of an image object, classic or enhanced, in the order of its pixels.
 *
 * A value is looked for in the frame's own functional groups, then in the shared ones, then outside them
 * (PS3.3 C.7.6.16).
 *
 * @throws InputError E-FRAMES, E-RESCALE; UnsupportedError E-FRAMES, E-MOSAIC, E-MODALITY-LUT
 */
export function readFrames(
  path: string,
  dataset: DicomJson,
  pixels: Pick<PixelLayout, "rows" | "columns" | "frames">,
  csa: () => CsaTags | undefined,
): { readonly frames: readonly Frame[]; readonly mosaic?: Mosaic } {
  const count = pixels.frames;
  if (dataset[tags.ModalityLUTSequence] !== undefined) {
    throw new UnsupportedError(
      "E-MODALITY-LUT",
      `${path} has a ${nameTag("ModalityLUTSequence")}: its values are no linear signal.`,
      "Choose the original images.",
    );
  }
  const shared = readItems(dataset, "SharedFunctionalGroupsSequence").slice(0, 1);
  const perFrame = readItems(dataset, "PerFrameFunctionalGroupsSequence");
  if (perFrame.length === 0 && count === 1) {
    const frame = readFrame(path, dataset, shared, 0, csa);
    if (!isMosaic(dataset, readTexts(dataset, "ImageType"))) return { frames: [frame] };
    const mosaic = readMosaic(path, dataset, csa(), pixels);
    return { frames: splitMosaic(path, frame, mosaic, pixels, csa()), mosaic };
  }
  if (perFrame.length === 0) {
    throw new UnsupportedError(
      "E-FRAMES",
      `${path} holds ${count} frames without functional groups, so nothing says where they are.`,
      "Export the images as Enhanced MR or as single images.",
    );
  }
  if (perFrame.length !== count) {
    throw new InputError(
      "E-FRAMES",
      `${path} says it holds ${count} frames, but describes ${perFrame.length}.`,
      "Export the images again.",
    );
  }
  const frames = perFrame.map((group, index) =>
    readFrame(path, dataset, [group, ...shared], index + 1, csa),
  );
  return { frames };
}

function readFrame(
  path: string,
  dataset: DicomJson,
  groups: readonly DicomJson[],
  number: number,
  csa: () => CsaTags | undefined,
): Frame {
  const frameType = findItem(groups, "MRImageFrameTypeSequence");
  const imageType = frameType !== undefined ? readTexts(frameType, "FrameType") : [];
  const types = imageType.length > 0 ? imageType : readTexts(dataset, "ImageType");
  const content = findItem(groups, "FrameContentSequence") ?? {};
  const part = readImagePart(
    frameType?.[tags.ComplexImageComponent] !== undefined ? frameType : dataset,
    dataset,
    types,
  );
  const plane = readFramePlane(groups, dataset);
  const { orientation } = plane;
  const diffusion = readDiffusion(groups, dataset, { orientation, imageType: types }, csa);
  const contrasts = readContrasts(groups, dataset);
  const bValue = diffusion?.bValue;
  const temporalPosition =
    readNumber(content, "TemporalPositionIndex") ??
    readNumber(dataset, "TemporalPositionIdentifier");
  const acquisitionNumber =
    readNumber(content, "FrameAcquisitionNumber") ?? readNumber(dataset, "AcquisitionNumber");
  const instanceNumber = readNumber(dataset, "InstanceNumber");
  return {
    number,
    ...plane,
    sliceLocation: number === 0 ? readNumber(dataset, "SliceLocation") : undefined,
    contrasts: bValue === undefined ? contrasts : { ...contrasts, DiffusionBValue: bValue },
    diffusion,
    echoNumber: readNumber(dataset, "EchoNumbers"),
    repetition: [
      readDirection(groups, dataset),
      temporalPosition,
      acquisitionNumber,
      number === 0
        ? `${readText(dataset, "AcquisitionDate")}${readText(dataset, "AcquisitionTime")}`
        : undefined,
    ],
    acquisitionOrder: [
      readPrivateNumber(dataset, "PhilipsDiffusionOrder"),
      temporalPosition,
      acquisitionNumber,
      // Frames of one object follow each other; objects of more frames than this do not exist.
      number === 0 ? instanceNumber : (instanceNumber ?? 0) * 1e6 + number,
    ],
    ...readScale(path, dataset, groups, part),
    part,
    derived: types[0]?.toUpperCase() === "DERIVED",
    mapSign: findMapSign(readText(dataset, "SOPClassUID"), [...groups, dataset], types),
  };
}

/** The diffusion gradient direction as text: images that differ only in it are different measurements. */
function readDirection(groups: readonly DicomJson[], dataset: DicomJson): string | undefined {
  const diffusion = findItem(groups, "MRDiffusionSequence");
  const item =
    diffusion === undefined
      ? dataset
      : readItems(diffusion, "DiffusionGradientDirectionSequence")[0];
  return readNumbers(item ?? {}, "DiffusionGradientOrientation", 3)?.join(" ");
}

type Scale = Pick<Frame, "slope" | "intercept" | "preciseScale">;

/**
 * Slope and intercept of a frame. Philips stores a display scale; its precise values, comparable from image
 * to image, are (stored x RS + RI) / (RS x SS) with SS from (2005,100E). Phases are angles in the display scale.
 *
 * @see Chenevert TL et al., Transl Oncol 2014;7:65-71, doi:10.1593/tlo.13811
 */
function readScale(
  path: string,
  dataset: DicomJson,
  groups: readonly DicomJson[],
  part: ImagePart,
): Scale {
  const place = findItem(groups, "PixelValueTransformationSequence") ?? dataset;
  const slope = readFactor(path, place, "RescaleSlope", 1);
  const intercept = readFactor(path, place, "RescaleIntercept", 0);
  if (slope === 0) throw badScale(path, "RescaleSlope", "0");
  if (part === "phase") return { slope, intercept, preciseScale: false };
  const nested = groups.flatMap((group) => itemsAt(group, philipsFrameSequence));
  for (const holder of [...nested, dataset]) {
    const scaleSlope = readPrivateNumber(holder, "PhilipsScaleSlope");
    if (scaleSlope !== undefined && scaleSlope > 0) {
      return {
        slope: 1 / scaleSlope,
        intercept: intercept / (slope * scaleSlope),
        preciseScale: true,
      };
    }
  }
  return { slope, intercept, preciseScale: false };
}

function readFactor(
  path: string,
  place: DicomJson,
  keyword: "RescaleSlope" | "RescaleIntercept",
  missing: number,
): number {
  const value = place[tags[keyword]]?.Value?.[0];
  if (value === undefined || value === null) return missing;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw badScale(path, keyword, "no number");
  }
  return value;
}

function badScale(path: string, keyword: Keyword, what: string): InputError {
  return new InputError(
    "E-RESCALE",
    `${path}: ${keyword} (${formatTag(tags[keyword])}) is ${what}.`,
    "Without it the signal is unknown; export the images again.",
  );
}
