import type { Unit } from "#shared/units.ts";
import { type Code, unitCode } from "./code.ts";
import {
  type ContentItem,
  codeItem,
  containerItem,
  numberItem,
  type ObjectReference,
  segmentItem,
  textItem,
  uidItem,
} from "./content-item.ts";
import { type Quantity, quantities } from "./quantity.ts";
import { deriveUid, isUid } from "./uid.ts";

/** What was measured of a region on a map, for a structured report. */
export interface MeasurementGroup {
  /** Of the region in the segmentation, 1 first. */
  readonly segmentNumber: number;
  /** What people call the region; the same in all groups of the region. */
  readonly trackingIdentifier: string;
  /** The region's own UID, the same in all groups of the region; one is made from the segment where it has none. */
  readonly trackingUID: string;
  /** What the region is, where it is known: the property type of its segment. */
  readonly finding?: Code | undefined;
  /** File the map was read from: tells groups of the same quantity apart. */
  readonly mapName: string;
  /** What the map shows; undefined for a map of unknown meaning. */
  readonly quantity: Quantity | undefined;
  readonly unit: Unit;
  readonly nVoxels: number;
  /** Voxels whose value counts. */
  readonly nValid: number;
  /** In the unit of the map; null for what is not defined. */
  readonly statistics: { readonly [derivation in GroupDerivation]: number | null };
  readonly volumeMm3: number | undefined;
  readonly areaMm2: number | undefined;
}

type GroupDerivation = keyof typeof groupDerivations;

const sct = (value: string, meaning: string): Code => ({ value, scheme: "SCT", meaning });
const dcm = (value: string, meaning: string): Code => ({ value, scheme: "DCM", meaning });

/** PS3.16 CID 7464, general region of interest measurement modifiers. */
const groupDerivations = {
  mean: sct("373098007", "Mean"),
  sd: sct("386136009", "Standard Deviation"),
  median: sct("373099004", "Median"),
  min: sct("255605001", "Minimum"),
  max: sct("56851009", "Maximum"),
} as const satisfies Record<string, Code>;

/** PS3.16 has no code for a number of voxels: ours, as PS3.3 8.2 lets private codes be named. */
export const privateScheme = "99XNATPIC";
const ours = (value: string, meaning: string): Code => ({ value, scheme: privateScheme, meaning });

const concepts = {
  group: dcm("125007", "Measurement Group"),
  trackingIdentifier: dcm("112039", "Tracking Identifier"),
  trackingUID: dcm("112040", "Tracking Unique Identifier"),
  finding: dcm("121071", "Finding"),
  segment: dcm("121191", "Referenced Segment"),
  sourceSeries: dcm("121232", "Source series for segmentation"),
  method: sct("370129005", "Measurement Method"),
  derivation: dcm("121401", "Derivation"),
  quantity: sct("246205007", "Quantity"),
  voxels: ours("N_VOXELS", "Number of voxels"),
  validVoxels: ours("N_VALID", "Number of voxels with a valid value"),
  volume: sct("118565006", "Volume"),
  area: sct("42798000", "Area"),
  algorithmName: dcm("111001", "Algorithm Name"),
  algorithmVersion: dcm("111003", "Algorithm Version"),
  algorithmParameters: dcm("111002", "Algorithm Parameters"),
};

/** PS3.16 CID 7474, what a volume was made from. */
const voxelVolumes = dcm("126030", "Sum of segmented voxel volumes");

/** PS3.16 CID 7461 and 7462. */
const squareMillimetre: Code = { value: "mm2", scheme: "UCUM", meaning: "square millimeter" };
const cubicMillimetre: Code = { value: "mm3", scheme: "UCUM", meaning: "cubic millimeter" };

/** What all groups of a report have in common. */
export interface GroupContext {
  readonly segmentation: ObjectReference;
  readonly sourceSeriesInstanceUID: string;
  readonly tool: { readonly name: string; readonly version: string };
  /** Options that make the numbers what they are, as text. */
  readonly options: string;
}

/**
 * A region on a map as "Volumetric ROI Measurements and Qualitative Evaluations" (PS3.16 TID 1411): which segment, of which series,
 * and the numbers (TID 1419), with the algorithm (TID 4019) whose parameters name the map.
 *
 * What is not defined is left out; the number of voxels is always there.
 */
export function encodeGroup(group: MeasurementGroup, context: GroupContext): ContentItem {
  const { finding, volumeMm3, areaMm2 } = group;
  const { tool, options } = context;
  const mod = "HAS CONCEPT MOD";
  const obs = "HAS OBS CONTEXT";
  const method = codeItem(mod, concepts.method, voxelVolumes);
  const plain = unitCode("1");
  return containerItem(concepts.group, [
    textItem(obs, concepts.trackingIdentifier, oneLine(group.trackingIdentifier)),
    uidItem(obs, concepts.trackingUID, trackingUidOf(group, context)),
    ...(finding === undefined ? [] : [codeItem("CONTAINS", concepts.finding, finding)]),
    segmentItem(concepts.segment, context.segmentation, [group.segmentNumber]),
    uidItem("CONTAINS", concepts.sourceSeries, context.sourceSeriesInstanceUID),
    textItem(mod, concepts.algorithmName, tool.name),
    textItem(mod, concepts.algorithmVersion, tool.version),
    textItem(mod, concepts.algorithmParameters, `map: ${oneLine(group.mapName)}`),
    ...(options === "" ? [] : [textItem(mod, concepts.algorithmParameters, options)]),
    ...encodeStatistics(group),
    numberItem(concepts.voxels, group.nVoxels, plain),
    numberItem(concepts.validVoxels, group.nValid, plain),
    ...(volumeMm3 === undefined
      ? []
      : [numberItem(concepts.volume, volumeMm3, cubicMillimetre, [method])]),
    ...(areaMm2 === undefined ? [] : [numberItem(concepts.area, areaMm2, squareMillimetre)]),
  ]);
}

/** What is stored as the UID of a region may be a UUID, or nothing. */
function trackingUidOf(group: MeasurementGroup, { segmentation }: GroupContext): string {
  const { trackingUID, segmentNumber } = group;
  if (isUid(trackingUID)) return trackingUID;
  return deriveUid(["tracking", segmentation.sopInstanceUID, String(segmentNumber), trackingUID]);
}

function encodeStatistics({ quantity, unit, statistics }: MeasurementGroup): ContentItem[] {
  const concept = quantity === undefined ? concepts.quantity : quantities[quantity].code;
  return Object.entries(groupDerivations).flatMap(([name, code]) => {
    const value = statistics[name as GroupDerivation];
    if (value === null) return [];
    const derivation = codeItem("HAS CONCEPT MOD", concepts.derivation, code);
    return [numberItem(concept, value, unitCode(unit), [derivation])];
  });
}

/** Names as people may have typed them; an identifier is one line, and not empty. */
function oneLine(name: string): string {
  return (
    name
      .toWellFormed()
      .replace(/\p{Cc}+/gu, " ")
      .trim() || "unnamed"
  );
}
