import { encodeCode, unitCode, unitText } from "#shared/dicom/code.ts";
import { codeString } from "#shared/dicom/derived-object.ts";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { encodeQuantity } from "#shared/dicom/real-world-value.ts";
import { parseUnit, type Unit } from "#shared/units.ts";
import { elementTexts, textOfGroup } from "./element-text.ts";
import type { FrameGroup } from "./frame-groups.ts";
import { complexComponent, frameTypeOf } from "./frame-type.ts";
import { countAlong } from "./group-index.ts";
import { textOf, wordOf } from "./jcamp.ts";
import { asciiText, type MapElement, mapElement, plainText } from "./map-quantity.ts";
import type { RawScan } from "./raw-scan.ts";
import type { SeriesPart } from "./series-plan.ts";
import type { Visu } from "./visu.ts";

/** What the values of a series of maps mean. */
export interface MapQuantity extends MapElement {
  readonly unit: Unit;
  /** Of VisuCoreDataUnits where it is none of ours, else as DICOM texts have it; empty for plain numbers. */
  readonly unitText: string;
  /** LUTExplanation, at most 64 characters. */
  readonly explanation: string;
}

/** The group whose elements are maps of different quantities: each becomes a series. */
export function elementGroup(visu: Visu): FrameGroup | undefined {
  return visu.groups.find(({ id }) => id === "FG_ISA" || id === "FG_DTI");
}

/** VisuFGElemComment of the element that a series holds, else its VisuFGElemId; empty for a series that is none. */
export function elementComment(visu: Visu, part: SeriesPart): string {
  if (part.element === undefined) return "";
  return (
    elementText(visu, "VisuFGElemComment", part.element) ||
    elementText(visu, "VisuFGElemId", part.element)
  );
}

/** What is added to the description of a series for the element it holds, in plain ASCII; empty when there is none. */
export function elementDescription(visu: Visu, part: SeriesPart): string {
  return plainText(elementComment(visu, part));
}

/** A text of the element, or of all images; empty when there is none. */
function elementText(visu: Visu, name: string, element: number | undefined): string {
  const group = elementGroup(visu);
  if (group === undefined || element === undefined) {
    return elementTexts(visu, name, 0)[0] ?? "";
  }
  const frame = firstFrame(visu, group, element);
  return textOfGroup(visu, name, group, frame) ?? elementTexts(visu, name, frame)[0] ?? "";
}

function firstFrame({ groups }: Visu, group: FrameGroup, element: number): number {
  const faster = groups.slice(0, groups.indexOf(group));
  return element * countAlong(faster, () => true);
}

const known = new WeakMap<RawScan, Map<number | undefined, MapQuantity | undefined>>();

/**
 * What a series of maps holds: an element of FG_ISA or FG_DTI, or images with a unit of their own (field maps in Hz);
 * undefined for images of signal.
 */
export function mapQuantity(scan: RawScan, part: SeriesPart): MapQuantity | undefined {
  const elements = known.get(scan) ?? new Map<number | undefined, MapQuantity | undefined>();
  known.set(scan, elements);
  if (!elements.has(part.element)) elements.set(part.element, readQuantity(scan, part.element));
  return elements.get(part.element);
}

function readQuantity(scan: RawScan, element: number | undefined): MapQuantity | undefined {
  const { visu, findings } = scan;
  const text = elementText(visu, "VisuCoreDataUnits", element).trim();
  if (element === undefined && text === "") return undefined;
  const comment = elementComment(visu, element === undefined ? {} : { element });
  const id = elementText(visu, "VisuFGElemId", element);
  const what =
    element === undefined ? imagesWithUnit(text) : mapElement(id, comment, isRefocused(scan));
  if (what.quantity === "T2star" && !/\*/.test(comment)) {
    findings.remark(
      "map-renamed",
      `ParaVision calls the map "${comment}"; the echoes are not refocused, so it is written as T2*.`,
    );
  }
  const unit = text === "" ? what.unitless : readUnit(text);
  if (unit === undefined) {
    findings.remark(
      "unit-unknown",
      `The unit "${text}" of ${comment || "the images"} has no code; it is kept as text.`,
    );
  }
  const words =
    unit === undefined ? asciiText(text).trim() : unit === "unknown" ? "" : unitText(unit);
  const name = comment === "" ? what.label : plainText(comment);
  return {
    ...what,
    unit: unit ?? "unknown",
    unitText: words.slice(0, 64),
    explanation: (words === "" ? name : `${name} in ${words}`).slice(0, 64),
  };
}

/** RARE and MSME report SpinEcho or Both; DtiEpi says GradientEcho, but makes no maps of T2. */
function isRefocused({ visu }: RawScan): boolean {
  return wordOf(visu.file, "VisuAcqEchoSequenceType") !== "GradientEcho";
}

/** ParaVision's field maps say ACQ in VisuSeriesTypeId, and Hz. */
function imagesWithUnit(unit: string): MapElement {
  const label = unit === "Hz" ? "field map" : "map";
  return { label, imageType: "OTHER", unitless: "unknown" };
}

/** `mm2/s`, `[ppm]`, `mm^2/s`, `s-1`; undefined for a unit that is none of ours. */
function readUnit(text: string): Unit | undefined {
  const plain = asciiText(text).replaceAll("^", "");
  const bare = /^\[(.*)\]$/.exec(plain)?.[1] ?? plain;
  return parseUnit(text) ?? parseUnit(bare) ?? parseUnit(bare.replace(/^(m?s)-1$/, "1/$1"));
}

/**
 * ImageType of a series, PS3.3 C.7.6.1.1.2 and C.8.3.1.1.1: maps are DERIVED with what they map; phase, real and imaginary
 * images are OTHER with the part of the complex signal as value 4.
 */
export function imageTypeOf(scan: RawScan, part: SeriesPart): readonly string[] {
  const quantity = mapQuantity(scan, part);
  if (quantity !== undefined) {
    return ["DERIVED", "PRIMARY", quantity.imageType, codeString(quantity.label)];
  }
  const origin = /^DERIVED/.test(textOf(scan.visu.file, "VisuSeriesTypeId"))
    ? "DERIVED"
    : "ORIGINAL";
  const component = complexComponent(part.frameType ?? frameTypeOf(scan.visu, 0));
  const plain = [origin, "PRIMARY", "OTHER"];
  return component === "MAGNITUDE" ? plain : [...plain, component];
}

/**
 * What the values of a series mean, for the item of its RealWorldValueMappingSequence (PS3.3 C.7.6.16.2.11): the caller adds
 * stored range, slope and intercept. Signals are arbitrary units without a quantity.
 */
export function encodeUnits(scan: RawScan, part: SeriesPart): AttributeValues {
  const quantity = mapQuantity(scan, part);
  if (quantity === undefined) {
    return {
      LUTLabel: "signal",
      LUTExplanation: "signal intensity in arbitrary units",
      MeasurementUnitsCodeSequence: [encodeCode(unitCode("arbitrary"))],
    };
  }
  return {
    LUTLabel: quantity.label,
    LUTExplanation: quantity.explanation,
    MeasurementUnitsCodeSequence: [encodeCode(unitCode(quantity.unit))],
    ...(quantity.quantity && {
      QuantityDefinitionSequence: encodeQuantity(quantity.quantity, quantity.derivation),
    }),
  };
}

/** RescaleType of a series (LO): the unit as text; US, unspecified, for signals and plain numbers. */
export function rescaleTypeOf(scan: RawScan, part: SeriesPart): string {
  return mapQuantity(scan, part)?.unitText || "US";
}
