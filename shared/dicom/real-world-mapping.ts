import type { DicomJson } from "#shared/volume/series-volume.ts";
import { itemsAt, readItems, readText } from "./dataset.ts";
import type { Scale } from "./load-planes.ts";
import { derivations, type Quantity, quantities } from "./quantity.ts";

/** What the stored values of an image mean (PS3.3 C.7.6.16.2.11 and C.11.1). */
export interface ValueMeaning {
  /** Undefined where no linear mapping is given: the rescale slope and intercept then count. */
  readonly scale: Scale | undefined;
  /** UCUM code or RescaleType; empty where no unit is stated. */
  readonly unit: string;
  /** One of ours, by its code. */
  readonly quantity: Quantity | undefined;
  /** The values are a number about the quantity: a standard error. */
  readonly isDerivation: boolean;
  /** LUTLabel or LUTExplanation; empty where there is none. */
  readonly label: string;
}

// PS3.6: attributes only this file reads.
const tag = {
  RescaleType: "00281054",
  LUTExplanation: "00283003",
  ConceptNameCodeSequence: "0040A043",
  ConceptCodeSequence: "0040A168",
  LUTLabel: "00409210",
  QuantityDefinitionSequence: "00409220",
  RealWorldValueIntercept: "00409224",
  RealWorldValueSlope: "00409225",
} as const;

/** RescaleType that says no more than "unspecified" (PS3.3 C.11.1.1.2). */
const unspecified = /^(?:US|UNSPECIFIED)$/i;

/**
 * What the values of a frame mean.
 *
 * @param dataset - of the file
 * @param frameNumber - 1-based, 0 for a single-frame image
 */
export function readMeaning(dataset: DicomJson, frameNumber: number): ValueMeaning {
  const perFrame = readItems(dataset, "PerFrameFunctionalGroupsSequence")[frameNumber - 1];
  const shared = readItems(dataset, "SharedFunctionalGroupsSequence")[0];
  const places = [perFrame, shared, dataset].filter((place) => place !== undefined);
  const mapping = places.flatMap((place) => readItems(place, "RealWorldValueMappingSequence"))[0];
  const rescale = places
    .flatMap((place) => [...readItems(place, "PixelValueTransformationSequence"), place])
    .map((place) => textAt(place, tag.RescaleType))
    .find((text) => text !== "" && !unspecified.test(text));
  if (mapping === undefined) {
    return {
      ...{ scale: undefined, quantity: undefined, isDerivation: false, label: "" },
      unit: rescale ?? "",
    };
  }
  const slope = numberAt(mapping, tag.RealWorldValueSlope);
  const intercept = numberAt(mapping, tag.RealWorldValueIntercept);
  const units = readItems(mapping, "MeasurementUnitsCodeSequence")[0];
  const concepts = itemsAt(mapping, tag.QuantityDefinitionSequence).map((item) => ({
    name: codeAt(item, tag.ConceptNameCodeSequence),
    value: codeAt(item, tag.ConceptCodeSequence),
  }));
  return {
    scale: slope === undefined || slope === 0 ? undefined : { slope, intercept: intercept ?? 0 },
    unit: (units === undefined ? "" : readText(units, "CodeValue")) || (rescale ?? ""),
    quantity: findQuantity(concepts.map(({ value }) => value)),
    isDerivation: concepts.some(({ name, value }) => name === derivationConcept || isError(value)),
    label: textAt(mapping, tag.LUTExplanation) || textAt(mapping, tag.LUTLabel),
  };
}

/** DCM, "Derivation". */
const derivationConcept = "121401";

function isError(code: string): boolean {
  return Object.values(derivations).some(({ value }) => value === code);
}

/** Signals (M0, S0) share one code, which says too little. */
function findQuantity(codes: readonly string[]): Quantity | undefined {
  const found = (Object.keys(quantities) as Quantity[]).filter((name) =>
    codes.includes(quantities[name].code.value),
  );
  return found.length === 1 ? found[0] : undefined;
}

function codeAt(item: DicomJson, sequence: string): string {
  const code = itemsAt(item, sequence)[0];
  return code === undefined ? "" : readText(code, "CodeValue");
}

function textAt(dataset: DicomJson, at: string): string {
  const value = dataset[at]?.Value?.[0];
  return typeof value === "string" ? value.replace(/[\0 ]+$/, "").trimStart() : "";
}

function numberAt(dataset: DicomJson, at: string): number | undefined {
  const value = dataset[at]?.Value?.[0];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
