import type { Unit } from "#shared/units.ts";
import { type Code, encodeCode, unitCode } from "./code.ts";
import type { AttributeValues } from "./encode-attributes.ts";
import { type Derivation, derivations, type Quantity, quantities } from "./quantity.ts";

/** What the values of a map are, in codes. */
export interface MapMeaning {
  readonly quantity: Quantity;
  /** Set when the map holds a number about the quantity instead of the quantity itself. */
  readonly derivation?: Derivation;
  readonly unit: Unit;
  /** What the signal was taken to be (fitCodes), where a code exists. */
  readonly model?: Code;
  /** How it was fitted (fitCodes), where a code exists. */
  readonly fittingMethod?: Code;
  /** Distinct b-values that went into the map, s/mm². */
  readonly bValues?: readonly number[];
}

// PS3.16 CID 9000, physical quantity descriptors.
const concepts = {
  quantity: { value: "246205007", scheme: "SCT", meaning: "Quantity" },
  derivation: { value: "121401", scheme: "DCM", meaning: "Derivation" },
  model: { value: "370129005", scheme: "SCT", meaning: "Measurement Method" },
  fittingMethod: { value: "113241", scheme: "DCM", meaning: "Model fitting method" },
  bValue: { value: "113240", scheme: "DCM", meaning: "Source image diffusion b-value" },
} as const satisfies Record<string, Code>;

/** How the map is called in DICOM texts: `T2`, `T2 standard error`. */
export function mapLabel({ quantity, derivation }: MapMeaning): string {
  const { label } = quantities[quantity];
  return derivation === undefined ? label : `${label} ${derivation}`;
}

/**
 * What the values mean, for an item of RealWorldValueMappingSequence (PS3.3 C.7.6.16.2.11): unit,
 * quantity, model and method; the caller adds the range of stored values, slope and intercept.
 */
export function encodeMeaning(meaning: MapMeaning): AttributeValues {
  const { quantity, derivation, unit, model, fittingMethod, bValues = [] } = meaning;
  return {
    LUTLabel: mapLabel(meaning).slice(0, 16),
    LUTExplanation: `${mapLabel(meaning)} in ${unitCode(unit).meaning}`.slice(0, 64),
    MeasurementUnitsCodeSequence: [encodeCode(unitCode(unit))],
    QuantityDefinitionSequence: [
      ...encodeQuantity(quantity, derivation),
      ...(model === undefined ? [] : [codeItem(concepts.model, model)]),
      ...(fittingMethod === undefined ? [] : [codeItem(concepts.fittingMethod, fittingMethod)]),
      ...bValues.map((b) => numericItem(concepts.bValue, b, "s/mm2")),
    ],
  };
}

/** Items of QuantityDefinitionSequence: what is mapped, and how the values were made from it. */
export function encodeQuantity(quantity: Quantity, derivation?: Derivation): AttributeValues[] {
  return [
    codeItem(concepts.quantity, quantities[quantity].code),
    ...(derivation === undefined ? [] : [codeItem(concepts.derivation, derivations[derivation])]),
  ];
}

function codeItem(concept: Code, value: Code): AttributeValues {
  return {
    ValueType: "CODE",
    ConceptNameCodeSequence: [encodeCode(concept)],
    ConceptCodeSequence: [encodeCode(value)],
  };
}

function numericItem(concept: Code, value: number, unit: Unit): AttributeValues {
  return {
    ValueType: "NUMERIC",
    ConceptNameCodeSequence: [encodeCode(concept)],
    NumericValue: value,
    MeasurementUnitsCodeSequence: [encodeCode(unitCode(unit))],
  };
}
