import { createHash } from "node:crypto";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { type FileLayout, readLayout } from "#shared/dicom/file-layout.ts";
import { InputError } from "#shared/errors.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { findDuplicateNames } from "./duplicate-names.ts";
import type { Contour, Roi, RoiCollection } from "./roi.ts";
import { type RtItem, rtRoot } from "./rt-item.ts";
import { readRtContour } from "./rtstruct-contour.ts";
import { rtTags as tags } from "./rtstruct-tags.ts";

/** RT Structure Set Storage */
export const rtStructureSet = "1.2.840.10008.5.1.4.1.1.481.3";

/** Largest file, bytes, unfolded: a million points with numbers of 20 characters. */
const largest = 64 * 2 ** 20;

const mostRois = 10_000;
const mostContours = 50_000;

/** Numbers of all contours, and images they refer to; a contour refers to one, or to the echoes of a plane. */
const mostNumbers = 6_000_000;
const mostImages = 200_000;

/**
 * The regions of an RT Structure Set, in the order of its StructureSetROISequence. Regions are known by ROINumber; contours
 * of a number that is not defined are left out with a diagnostic.
 *
 * @param path - what messages call the file
 * @throws InputError E-ROI-FILE, E-TRUNCATED, E-BROKEN-DICOM, E-ROI-SIZE, E-NO-ROI
 */
export function readRtstruct(path: string, bytes: Uint8Array): RoiCollection {
  if (bytes.length > largest) throw tooLarge(path, `${bytes.length} bytes`);
  const root = rtRoot(openLayout(path, bytes));
  if (root.text(tags.SOPClassUID) !== rtStructureSet && root.text(tags.Modality) !== "RTSTRUCT") {
    throw new InputError(
      "E-ROI-FILE",
      `${path} is a DICOM object, but no RT Structure Set (SOPClassUID ${root.text(tags.SOPClassUID) || "missing"}).`,
      "Give RTSTRUCT, SEG or AIM files.",
    );
  }
  const diagnostics: Diagnostic[] = [];
  const drafts = readRois(path, root, diagnostics);
  readContours(path, root, drafts, diagnostics);
  const rois = drafts.map((draft): Roi => {
    const { number, name, colour, contours } = draft;
    return { number, name, uid: "", colour, shape: { form: "contours", contours } };
  });
  if (root.damaged.size > 0) {
    const quoted = [...root.damaged].slice(0, 5).map((text) => `"${text.slice(0, 40)}"`);
    diagnostics.push({
      code: "TEXT_ENCODING",
      severity: "warning",
      text: `${path} holds text that is not in the character set it states (${root.characterSets.join("\\") || "none"}): ${quoted.join(", ")}. Contours are not concerned.`,
      collection: path,
    });
  }
  const frames = root.list(tags.ReferencedFrameOfReferenceSequence);
  const studies = frames.flatMap((frame) => frame.list(tags.RTReferencedStudySequence));
  const series = studies.flatMap((study) => study.list(tags.RTReferencedSeriesSequence));
  const texts = (items: readonly RtItem[], tag: number) =>
    [...new Set(items.map((item) => item.text(tag)))].filter((text) => text !== "");
  return {
    kind: "RTSTRUCT",
    path,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    name: root.text(tags.StructureSetLabel) || root.text(tags.StructureSetName),
    uid: root.text(tags.SOPInstanceUID),
    equipment: {
      manufacturer: root.text(tags.Manufacturer),
      model: root.text(tags.ManufacturerModelName),
      version: root.text(tags.SoftwareVersions),
    },
    studyInstanceUID: root.text(tags.StudyInstanceUID),
    frameOfReferenceUID:
      texts(frames, tags.FrameOfReferenceUID)[0] ??
      (root.text(tags.FrameOfReferenceUID) || (drafts[0]?.frameOfReferenceUID ?? "")),
    seriesInstanceUIDs: texts(series, tags.SeriesInstanceUID),
    rois,
    diagnostics: [...diagnostics, ...findDuplicateNames(path, rois)],
  };
}

function openLayout(path: string, bytes: Uint8Array): FileLayout {
  try {
    const layout = readLayout(memorySource(path, bytes), largest);
    if (layout !== undefined) return layout;
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== "E-TRUNCATED") throw error;
    throw new InputError(
      "E-TRUNCATED",
      `The RTSTRUCT ${path} is incomplete: it ends in the middle of its data (${bytes.length} bytes present).`,
      "Transfer the file again.",
      error,
    );
  }
  throw new InputError(
    "E-ROI-FILE",
    `${path} is ${bytes.length} bytes long and no DICOM file.`,
    "Give RTSTRUCT, SEG or AIM files.",
  );
}

/** A region while its contours are gathered. */
interface Draft {
  readonly number: number;
  /** Whether contours can be told to be its own by this number. */
  readonly known: boolean;
  readonly name: string;
  readonly frameOfReferenceUID: string;
  colour: Roi["colour"];
  readonly contours: Contour[];
}

function readRois(path: string, root: RtItem, diagnostics: Diagnostic[]): readonly Draft[] {
  const items: RtItem[] = [];
  for (const item of root.items(tags.StructureSetROISequence)) {
    if (items.length === mostRois) throw tooLarge(path, `more than ${mostRois} regions`);
    items.push(item);
  }
  const stated = items.map((item) => item.integer(tags.ROINumber));
  let free = stated.reduce<number>((highest, number) => Math.max(highest, number ?? 0), 0) + 1;
  const taken = new Map<number, number>();
  const shared = new Set<number>();
  const drafts = items.map((item, roi): Draft => {
    const name = item.text(tags.ROIName);
    const number = stated[roi];
    const known = number !== undefined && !taken.has(number);
    if (known) taken.set(number, roi);
    else {
      if (number !== undefined) shared.add(number);
      const what = number === undefined ? "no ROINumber" : `the ROINumber ${number} of another one`;
      diagnostics.push({
        code: "UNKNOWN_ROI_NUMBER",
        severity: "error",
        text: `The region "${name}" has ${what}: no contour can be told to be its own, and it is listed as number ${free}.`,
        collection: path,
        roi,
      });
    }
    return {
      number: known ? number : free++,
      known,
      name,
      frameOfReferenceUID: item.text(tags.ReferencedFrameOfReferenceUID),
      colour: undefined,
      contours: [],
    };
  });
  for (const number of shared) {
    const roi = taken.get(number)!;
    diagnostics.push({
      code: "UNKNOWN_ROI_NUMBER",
      severity: "warning",
      text: `Several regions have the ROINumber ${number}: all its contours are taken for the first, "${drafts[roi]!.name}".`,
      collection: path,
      roi,
    });
  }
  if (drafts.length > 0) return drafts;
  const what = root.has(tags.StructureSetROISequence)
    ? "its Structure Set ROI Sequence is empty"
    : "it has no Structure Set ROI Sequence";
  throw new InputError(
    "E-NO-ROI",
    `The RTSTRUCT ${path} defines no regions (${what}): nothing to measure.`,
    "Choose another collection.",
  );
}

function readContours(
  path: string,
  root: RtItem,
  drafts: readonly Draft[],
  diagnostics: Diagnostic[],
): void {
  const byNumber = new Map<number, number>();
  drafts.forEach(({ number, known }, index) => {
    if (known) byNumber.set(number, index);
  });
  const unknown = new Map<number | undefined, number>();
  let total = 0;
  const budget = { numbers: mostNumbers, images: mostImages };
  for (const item of root.items(tags.ROIContourSequence)) {
    const number = item.integer(tags.ReferencedROINumber);
    const index = number === undefined ? undefined : byNumber.get(number);
    const draft = index === undefined ? undefined : drafts[index];
    if (draft !== undefined) draft.colour ??= readColour(item);
    for (const stored of item.items(tags.ContourSequence)) {
      total++;
      if (total > mostContours) throw tooLarge(path, `more than ${mostContours} contours`);
      if (draft === undefined) {
        unknown.set(number, (unknown.get(number) ?? 0) + 1);
        continue;
      }
      const { contour, fault } = readRtContour(stored, budget);
      if (fault !== undefined) {
        diagnostics.push({
          code: "BROKEN_CONTOUR",
          severity: "error",
          text: `Contour ${draft.contours.length + 1} of ROI ${draft.number} "${draft.name}" ${fault}: the contour is left out.`,
          collection: path,
          roi: index,
          contour: draft.contours.length,
        });
      }
      draft.contours.push(contour);
    }
  }
  for (const [number, count] of unknown) {
    const whose =
      number === undefined
        ? "name no ROI number"
        : `refer to ROI number ${number}, which the structure set does not define`;
    diagnostics.push({
      code: "UNKNOWN_ROI_NUMBER",
      severity: "error",
      text: `${count} contours of ${path} ${whose}: they are left out.`,
      collection: path,
      value: number,
    });
  }
}

function readColour(item: RtItem): Roi["colour"] {
  const [r, g, b] = item.integers(tags.ROIDisplayColor);
  if (r === undefined || g === undefined || b === undefined) return undefined;
  return Math.min(r, g, b) >= 0 && Math.max(r, g, b) <= 255 ? [r, g, b] : undefined;
}

function tooLarge(path: string, what: string): InputError {
  return new InputError(
    "E-ROI-SIZE",
    `${path} has ${what}, which no collection of regions needs.`,
    "Divide the collection, or remove the file.",
  );
}
