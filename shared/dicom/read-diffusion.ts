import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { readCommentDiffusion } from "./comment-diffusion.ts";
import type { CsaTags } from "./csa-header.ts";
import { readItems, readNumber, readNumbers, readText, readTexts } from "./dataset.ts";
import type { FrameDiffusion, PrivateDiffusion } from "./frame-diffusion.ts";
import { readGeDiffusion } from "./ge-diffusion.ts";
import { readPhilipsDiffusion } from "./philips-diffusion.ts";
import { readSiemensDiffusion } from "./siemens-diffusion.ts";
import { formatTag, type Keyword, tags } from "./tags.ts";

/** What tells how a direction lies in an image that has it along its own axes. */
export interface ImagePlane {
  /** ImageOrientationPatient. */
  readonly orientation: readonly number[] | undefined;
  /** Values of ImageType or FrameType. */
  readonly imageType: readonly string[];
}

const bMatrixKeywords: readonly Keyword[] = [
  "DiffusionBValueXX",
  "DiffusionBValueYY",
  "DiffusionBValueZZ",
  "DiffusionBValueXY",
  "DiffusionBValueXZ",
  "DiffusionBValueYZ",
];

/**
 * The diffusion weighting of one frame; undefined when its header has none.
 *
 * First the public attributes, in the functional groups of the frame and then at the top as vendors write them
 * into classic images (PS3.3 C.8.13.5.9; qmri-conventions 7.1), then what each vendor keeps in private ones. A value
 * that is missing in the one is taken from the other: GE leaves the public direction out, and the public b of its
 * images without gradient.
 *
 * @param groups - functional groups of the frame, per-frame before shared; none for a classic image
 * @param csa - tags of the Siemens CSA image header, read when nothing else has a b-value
 */
export function readDiffusion(
  groups: readonly DicomJson[],
  dataset: DicomJson,
  plane: ImagePlane,
  csa: () => CsaTags | undefined,
): FrameDiffusion | undefined {
  const stated = readPublic(groups, dataset);
  const own =
    stated.bValue !== undefined && hasAxis(stated) ? {} : readPrivate(dataset, plane, csa);
  const bValue = stated.bValue ?? own.bValue;
  // GE writes the b of the others into unweighted images: the private attributes know.
  const corrected = own.bValue?.value === 0 && !hasAxis(stated) ? own.bValue : bValue;
  const axis = hasAxis(stated) ? stated : own;
  if (corrected === undefined && !hasAxis(axis)) return undefined;
  return {
    bValue: corrected,
    direction: axis.direction,
    bMatrix: stated.bMatrix ?? own.bMatrix,
    source: hasAxis(axis) ? (axis.source ?? "") : "",
    isotropic:
      stated.isotropic === true || own.isotropic === true || plane.imageType.includes("TRACEW"),
    turned: axis.turned === true,
  };
}

function hasAxis({ direction, bMatrix }: PrivateDiffusion): boolean {
  return direction !== undefined || bMatrix !== undefined;
}

function readPublic(groups: readonly DicomJson[], dataset: DicomJson): PrivateDiffusion {
  const items = groups.flatMap((group) => readItems(group, "MRDiffusionSequence"));
  const places = [...items, ...readItems(dataset, "MRDiffusionSequence"), dataset];
  const at = (keyword: Keyword) => ({ source: `dicom:${formatTag(tags[keyword])}` });
  const found: { -readonly [key in keyof PrivateDiffusion]: PrivateDiffusion[key] } = {};
  for (const place of places) {
    const value = readNumber(place, "DiffusionBValue");
    if (found.bValue === undefined && value !== undefined && value >= 0) {
      found.bValue = { value, ...at("DiffusionBValue") };
    }
    const nested = readItems(place, "DiffusionGradientDirectionSequence")[0] ?? place;
    const direction = readNumbers(nested, "DiffusionGradientOrientation", 3);
    if (found.direction === undefined && direction !== undefined) {
      found.direction = direction as unknown as Vector3;
      found.source = at("DiffusionGradientOrientation").source;
    }
    const matrix = readItems(place, "DiffusionBMatrixSequence")[0] ?? place;
    const elements =
      matrix[tags.DiffusionBValueXX] === undefined
        ? [undefined]
        : bMatrixKeywords.map((keyword) => readNumber(matrix, keyword));
    if (found.bMatrix === undefined && !elements.includes(undefined)) {
      found.bMatrix = elements as number[];
      found.source ??= at("DiffusionBValueXX").source;
    }
    if (readText(place, "DiffusionDirectionality") === "ISOTROPIC") found.isotropic = true;
  }
  return found;
}

/** Owners of blocks in the groups of Siemens and GE, GE, and Philips. */
const ownersOfWeighting = ["001900", "004300", "200100"];

function mayHavePrivate(dataset: DicomJson): boolean {
  for (const tag in dataset) {
    if (ownersOfWeighting.some((owner) => tag.startsWith(owner))) return true;
  }
  return dataset[tags.ImageComments] !== undefined;
}

function readPrivate(
  dataset: DicomJson,
  { orientation, imageType }: ImagePlane,
  csa: () => CsaTags | undefined,
): PrivateDiffusion {
  const derived = imageType[0] === "DERIVED";
  // Every Siemens image has a CSA header, which takes longer to read than the rest.
  const mayBeWeighted =
    imageType.includes("DIFFUSION") || readTexts(dataset, "ScanningSequence").includes("EP");
  if (!mayBeWeighted && !mayHavePrivate(dataset)) return {};
  const phaseEncoding = readText(dataset, "InPlanePhaseEncodingDirection");
  const vendors: readonly (() => PrivateDiffusion)[] = [
    () => readPhilipsDiffusion(dataset),
    () => readGeDiffusion(dataset, orientation, phaseEncoding, derived),
    () => readCommentDiffusion(readText(dataset, "ImageComments"), orientation, phaseEncoding),
    () => readSiemensDiffusion(dataset, mayBeWeighted ? csa : () => undefined),
  ];
  for (const read of vendors) {
    const found = read();
    if (found.bValue !== undefined) return found;
  }
  return {};
}
