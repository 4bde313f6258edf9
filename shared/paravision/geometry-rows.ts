import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { dot } from "#shared/volume/vector.ts";
import { frameNumbers } from "./frame-values.ts";
import { wordOf } from "./jcamp.ts";
import { acquisitionMatrix, isTransposed, phaseDirection } from "./phase-direction.ts";
import { partitionStep, planeOf } from "./planes.ts";
import type { ImageContext, MappingRow } from "./series-plan.ts";
import { packageOf, slicesOf } from "./slice-packages.ts";
import { longestLengthMm, type Visu } from "./visu.ts";

/** Pixels and mm of an image. */
export interface ImageShape {
  readonly rows: number;
  readonly columns: number;
  /** Between the centres of neighbouring rows. */
  readonly rowSpacingMm: number;
  /** Between the centres of neighbouring columns. */
  readonly columnSpacingMm: number;
  /** Both, as PixelSpacing has them: the same list for all images of the shape. */
  readonly spacingMm: readonly number[];
}

/**
 * Shape of the images of a frame: columns and rows are the first and second axis; exchanged where a frame is stored
 * transposed, which shows only when it is not square. Neither pixels nor orientation are turned, as ParaVision's export has
 * it for square ones.
 */
export function imageShape(visu: Visu, transposed: boolean): ImageShape {
  let both = shapes.get(visu);
  if (both === undefined) {
    both = [measureShape(visu, 0, 1), measureShape(visu, 1, 0)];
    shapes.set(visu, both);
  }
  return both[transposed ? 1 : 0];
}

/** As stored, and transposed. */
const shapes = new WeakMap<Visu, readonly [ImageShape, ImageShape]>();

function measureShape({ size, extentMm }: Visu, first: 0 | 1, second: 0 | 1): ImageShape {
  const rowSpacingMm = extentMm[second]! / size[second]!;
  const columnSpacingMm = extentMm[first]! / size[first]!;
  const spacingMm = [rowSpacingMm, columnSpacingMm];
  return { rows: size[second]!, columns: size[first]!, rowSpacingMm, columnSpacingMm, spacingMm };
}

/** Shape of an image. */
export function shapeOf({ scan, frame }: Pick<ImageContext, "scan" | "frame">): ImageShape {
  const transposed = isTransposed(scan.visu, frame);
  const [columns, rows] = scan.visu.size;
  if (transposed && columns !== rows) {
    scan.findings.remark(
      "transposition-not-square",
      `VisuCoreTransposition is 1 for frames of ${columns} x ${rows} pixels; they are written as ${rows} x ${columns}.`,
    );
  }
  return imageShape(scan.visu, transposed);
}

/** PS3.3 C.7.3.1.1.2, by VisuSubjectPosition: ParaVision lays animals on the table by head, foot or tail first. */
const patientPositions: Readonly<Record<string, string>> = {
  Head_Supine: "HFS",
  Head_Prone: "HFP",
  Head_Right: "HFDR",
  Head_Left: "HFDL",
  Foot_Supine: "FFS",
  Foot_Prone: "FFP",
  Foot_Right: "FFDR",
  Foot_Left: "FFDL",
  Tail_Supine: "FFS",
  Tail_Prone: "FFP",
  Tail_Right: "FFDR",
  Tail_Left: "FFDL",
};

function patientPosition(image: ImageContext): string | readonly string[] {
  const { visu, findings } = image.scan;
  const word = wordOf(visu.file, "VisuSubjectPosition");
  const position = patientPositions[word];
  if (position === undefined) {
    findings.missing("VisuSubjectPosition", `no PatientPosition${word && ` (it is ${word})`}`);
    return [];
  }
  noteSource(image, "PatientPosition", "VisuSubjectPosition");
  return position;
}

function sliceThickness(image: ImageContext): number | undefined {
  const { visu, findings } = image.scan;
  if (visu.size.length === 3) {
    noteSource(image, "SliceThickness", "VisuCoreExtent and VisuCoreSize");
    return partitionStep(visu);
  }
  const thickness = frameNumbers(visu, "VisuCoreFrameThickness");
  const value = thickness?.of(image.frame)[0];
  if (thickness === undefined || value === undefined) {
    findings.missing("VisuCoreFrameThickness", "no SliceThickness");
    return undefined;
  }
  if (!(value > 0 && value <= longestLengthMm)) {
    findings.remark("value-unusable", `VisuCoreFrameThickness is ${value} mm; it was left out.`);
    return undefined;
  }
  noteSource(image, "SliceThickness", thickness.source);
  return value;
}

function sliceSpacing(image: ImageContext): number | undefined {
  const { visu, findings } = image.scan;
  for (const { code, text } of slicesOf(visu).remarks) findings.remark(code, text);
  const { spacingMm } = packageOf(visu, image.frame);
  if (spacingMm !== undefined) noteSource(image, "SpacingBetweenSlices", "VisuCorePosition");
  return spacingMm;
}

/** Once for a series: the other images have it from the same place. */
function noteSource({ scan, place }: ImageContext, keyword: WrittenKeyword, name: string): void {
  if (place === 0) scan.findings.source(keyword, `${name} of ${scan.visu.file.path}`);
}

/** Where the images lie, and how large their pixels are. A localiser has transposed and other frames in one series. */
export const geometryRows: readonly MappingRow[] = [
  {
    keyword: "PatientPosition",
    ...{ type: "2C", per: "series", sources: ["VisuSubjectPosition"] },
    rule: "Head first is HF, foot or tail first FF; supine S, prone P, right DR, left DL. Orientations need no correction for it.",
    value: patientPosition,
  },
  {
    keyword: "ImagePositionPatient",
    ...{ type: "1", per: "image" },
    sources: ["VisuCorePosition", "VisuCoreDiskSliceOrder", "VisuCoreExtent", "VisuCoreSize"],
    rule: "VisuCorePosition unchanged; partition k of a 3D frame lies k steps further along row 3 of the orientation, counted from the other end with disk_reverse_slice_order.",
    value: (image) => {
      const { visu } = image.scan;
      const { source } = frameNumbers(visu, "VisuCorePosition", 3) ?? { source: "" };
      noteSource(image, "ImagePositionPatient", source);
      return planeOf(visu, image.frame, image.partition).position;
    },
  },
  {
    keyword: "ImageOrientationPatient",
    ...{ type: "1", per: "image", sources: ["VisuCoreOrientation"] },
    rule: "Rows 1 and 2 unchanged.",
    value: (image) => {
      const { visu } = image.scan;
      const { source } = frameNumbers(visu, "VisuCoreOrientation", 9) ?? { source: "" };
      noteSource(image, "ImageOrientationPatient", source);
      return planeOf(visu, image.frame).orientation;
    },
  },
  {
    keyword: "PixelSpacing",
    ...{ type: "1", per: "image", sources: ["VisuCoreExtent", "VisuCoreSize"] },
    rule: "Extent by size of axis 2, then of axis 1; exchanged for frames that are stored transposed.",
    value: (image) => {
      noteSource(image, "PixelSpacing", "VisuCoreExtent and VisuCoreSize");
      return shapeOf(image).spacingMm;
    },
  },
  {
    keyword: "Rows",
    ...{ type: "1", per: "image", sources: ["VisuCoreSize", "VisuCoreTransposition"] },
    rule: "Size of axis 2; of axis 1 for frames that are stored transposed.",
    value: (image) => shapeOf(image).rows,
  },
  {
    keyword: "Columns",
    ...{ type: "1", per: "image", sources: ["VisuCoreSize", "VisuCoreTransposition"] },
    rule: "Size of axis 1; of axis 2 for frames that are stored transposed.",
    value: (image) => shapeOf(image).columns,
  },
  {
    keyword: "SliceThickness",
    ...{ type: "2", per: "image", sources: ["VisuCoreFrameThickness"] },
    rule: "In 3D the step of the partitions, VisuCoreExtent by VisuCoreSize: VisuCoreFrameThickness is the slab there.",
    value: sliceThickness,
  },
  {
    keyword: "SpacingBetweenSlices",
    ...{ type: "3", per: "image", sources: ["VisuCorePosition", "VisuCoreSlicePacksSlices"] },
    rule: "Mean distance of neighbouring slices of a package along their normal, without sign; left out for single slices and where they do not advance. VisuCoreSlicePacksSliceDist is not used: it is wrong in maps.",
    value: sliceSpacing,
  },
  {
    keyword: "SliceLocation",
    ...{ type: "3", per: "image", sources: ["VisuCorePosition", "VisuCoreOrientation"] },
    rule: "Position along the normal of the image.",
    value: ({ scan, frame, partition }) => {
      const { position, normal } = planeOf(scan.visu, frame, partition);
      return dot(position, normal);
    },
  },
  {
    keyword: "InPlanePhaseEncodingDirection",
    ...{ type: "3", per: "image" },
    sources: ["VisuAcqGradEncoding", "VisuAcqImagePhaseEncDir", "VisuCoreTransposition"],
    rule: "COL where axis 1 was read, ROW where it was phase encoded; the other way for transposed frames.",
    value: (image) => {
      const { visu } = image.scan;
      const direction = phaseDirection(visu, image.frame);
      if (image.place > 0) return direction;
      const encoded = visu.file.names.includes("VisuAcqGradEncoding");
      const name = encoded ? "VisuAcqGradEncoding" : "VisuAcqImagePhaseEncDir";
      if (direction !== undefined) noteSource(image, "InPlanePhaseEncodingDirection", name);
      return direction;
    },
  },
  {
    keyword: "AcquisitionMatrix",
    ...{ type: "3", per: "image", sources: ["VisuAcqSize"] },
    rule: "Read, 0, 0, phase for COL; 0, read, phase, 0 for ROW.",
    value: ({ scan, frame }) => acquisitionMatrix(scan.visu, frame),
  },
];
