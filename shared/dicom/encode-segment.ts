import { encodeCielab } from "./cielab.ts";
import { type Code, encodeCode } from "./code.ts";
import type { AttributeValues } from "./encode-attributes.ts";
import { isUid } from "./uid.ts";

/** A region to write: `RoiOnGrid.voxels` of a region, and what it is called. */
export interface SegmentToWrite {
  readonly name: string;
  /** Of the region itself (annotation, tracking); another one is made where this is empty or none. */
  readonly uid: string;
  /** 0 to 255 each. */
  readonly colour: readonly [number, number, number] | undefined;
  /** Samples i + nx (j + ny k) of the planes, ascending. */
  readonly voxels: Uint32Array;
}

/** A UID of this object for each purpose. */
export type UidMaker = (what: string) => string;

// PS3.16: category CID 7150, type CID 7166; what was drawn is not known, so both stay as general as they can be.
const tissue: Code = { value: "85756007", scheme: "SCT", meaning: "Tissue" };
/** The item of SegmentSequence of a region; segments are numbered from 1 on (PS3.3 C.8.20.2). */
export function encodeSegment(
  segment: SegmentToWrite,
  index: number,
  uid: UidMaker,
): AttributeValues {
  const number = index + 1;
  const label = longString(segment.name, `Region ${number}`);
  return {
    SegmentNumber: number,
    SegmentLabel: label,
    // Drawn by a person, as far as the contours tell; other types ask for the name of an algorithm.
    SegmentAlgorithmType: "MANUAL",
    SegmentedPropertyCategoryCodeSequence: [encodeCode(tissue)],
    SegmentedPropertyTypeCodeSequence: [encodeCode(tissue)],
    ...(segment.colour === undefined
      ? {}
      : { RecommendedDisplayCIELabValue: encodeCielab(segment.colour) }),
    TrackingID: label,
    TrackingUID: isUid(segment.uid) ? segment.uid : uid(`tracking ${number}`),
  };
}

/** A text as VR LO allows it; `otherwise` where nothing is left. */
export function longString(text: string, otherwise: string): string {
  const clean = text.replaceAll("\\", "/").replaceAll(/\p{Cc}/gu, " ");
  return [...clean.toWellFormed().trim()].slice(0, 64).join("").trim() || otherwise;
}
