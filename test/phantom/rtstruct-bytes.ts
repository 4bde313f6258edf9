import { type ByteElement, encodeDicom, type FileOptions } from "./dicom-bytes.ts";

// RT Structure Sets written byte by byte, with everything that occurs in the field.

/** A contour; its data as numbers (x, y, z, mm), or as the text of ContourData. */
export interface RtContour {
  readonly type?: string;
  readonly data: readonly number[] | string;
  /** VR of ContourData. */
  readonly vr?: "DS" | "UN" | "OB";
  readonly images?: readonly string[];
  readonly frame?: string;
}

export interface RtRoi {
  readonly number: number;
  readonly name?: string | Uint8Array;
  /** Undefined: no item in ROIContourSequence. `none`: an item without ContourSequence. */
  readonly contours?: readonly RtContour[] | "none";
  readonly colour?: string;
}

export interface RtFile {
  readonly label?: string;
  readonly characterSet?: string;
  readonly model?: string;
  readonly rois: readonly RtRoi[];
  /** ROINumber of contours without a region. */
  readonly strays?: readonly { readonly number: string; readonly contours: readonly RtContour[] }[];
  readonly uid?: string;
  readonly study?: string;
  readonly series?: string;
  readonly frameOfReference?: string;
}

export const rtStructureSetStorage = "1.2.840.10008.5.1.4.1.1.481.3";

/** Elements of an RT Structure Set. */
export function rtstructElements(file: RtFile): readonly ByteElement[] {
  const { study = "1.2.3.7", frameOfReference = "1.2.3.9" } = file;
  const referenced: ByteElement[] = [
    ["00081150", "UI", "1.2.840.10008.3.1.2.3.1"],
    ["00081155", "UI", study],
    ["30060014", "SQ", [[["0020000E", "UI", file.series ?? "1.2.3.5"]]]],
  ];
  return [
    ...(file.characterSet === undefined
      ? []
      : ([["00080005", "CS", file.characterSet]] satisfies ByteElement[])),
    ["00080016", "UI", rtStructureSetStorage],
    ["00080018", "UI", file.uid ?? "1.2.3.8"],
    ["00080060", "CS", "RTSTRUCT"],
    ["00080070", "LO", "ICR"],
    ["00081090", "LO", file.model ?? "XNAT-OHIF-VIEWER"],
    ["0020000D", "UI", study],
    ["30060002", "SH", file.label ?? "mouse"],
    [
      "30060010",
      "SQ",
      [
        [
          ["00200052", "UI", frameOfReference],
          ["30060012", "SQ", [referenced]],
        ],
      ],
    ],
    ["30060020", "SQ", file.rois.map((roi) => regionItem(roi, frameOfReference))],
    ["30060039", "SQ", [...file.rois.flatMap(contoursItem), ...(file.strays ?? []).map(strayItem)]],
  ];
}

/** Bytes of an RT Structure Set. */
export function writeRtstruct(file: RtFile, options: FileOptions = {}): Uint8Array {
  return encodeDicom(rtstructElements(file), options);
}

function regionItem({ number, name }: RtRoi, frameOfReference: string): readonly ByteElement[] {
  return [
    ["30060022", "IS", String(number)],
    ["30060024", "UI", frameOfReference],
    ["30060026", "LO", name ?? `region ${number}`],
  ];
}

function contoursItem({ number, contours, colour }: RtRoi): readonly (readonly ByteElement[])[] {
  if (contours === undefined) return [];
  return [
    [
      ["3006002A", "IS", colour ?? "228\\26\\28"],
      ...(contours === "none"
        ? []
        : ([["30060040", "SQ", contours.map(contourItem)]] satisfies ByteElement[])),
      ["30060084", "IS", String(number)],
    ],
  ];
}

function strayItem(stray: NonNullable<RtFile["strays"]>[number]): readonly ByteElement[] {
  return [
    ["30060040", "SQ", stray.contours.map(contourItem)],
    ["30060084", "IS", stray.number],
  ];
}

function contourItem(contour: RtContour): readonly ByteElement[] {
  const { data, frame } = contour;
  const images = (contour.images ?? ["1.2.3.6"]).map((uid): readonly ByteElement[] => [
    ["00081150", "UI", "1.2.840.10008.5.1.4.1.1.4"],
    ["00081155", "UI", uid],
    ...(frame === undefined ? [] : ([["00081160", "IS", frame]] satisfies ByteElement[])),
  ]);
  return [
    ...(images.length === 0 ? [] : ([["30060016", "SQ", images]] satisfies ByteElement[])),
    ["30060042", "CS", contour.type ?? "CLOSED_PLANAR"],
    ["30060046", "IS", String(typeof data === "string" ? 1 : data.length / 3)],
    [
      "30060050",
      contour.vr ?? "DS",
      Buffer.from(typeof data === "string" ? data : data.join("\\")),
    ],
  ];
}
