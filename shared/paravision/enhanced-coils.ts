import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { textIn } from "./image-values.ts";
import { structsOf, wordOf } from "./jcamp.ts";
import { plainText } from "./map-quantity.ts";
import type { ParameterFile } from "./parameter-file.ts";

/** VisuCoilReceiveType and VisuCoilTransmitType by the terms of PS3.3 C.8.13.5.7 and C.8.13.5.8. */
const types: Readonly<Record<string, string>> = {
  SURFACE_COIL: "SURFACE",
  VOLUME_COIL: "VOLUME",
  MULTICOIL: "MULTICOIL",
};

/** Where nothing says the type, as in ParaVision 5 and 6: the resonator around the animal. */
const assumedType = "VOLUME";

/** What ParaVision 360 says of the coils of a scan, which a classic image has no place for. */
export interface ScanCoils {
  readonly receiveType: string;
  /** YES or NO. */
  readonly receiveQuadrature: string;
  /** Elements of an array, by name: (name, whether it was used). */
  readonly elements: readonly (readonly [string, boolean])[];
  readonly transmitType: string;
}

/** The coils of a scan; an array whose elements are not named is a volume coil, as DICOM wants the elements of a MULTICOIL. */
export function readCoils(file: ParameterFile): ScanCoils {
  const elements = (structsOf(file, "VisuCoilReceiveMultiName") ?? []).flatMap(([text, used]) => {
    const name = plainText(typeof text === "string" ? text : "").slice(0, 16);
    return name === "" ? [] : [[name, used === "Yes"] as const];
  });
  const stated = types[wordOf(file, "VisuCoilReceiveType")] ?? assumedType;
  const transmit = types[wordOf(file, "VisuCoilTransmitType")] ?? assumedType;
  return {
    receiveType: stated === "MULTICOIL" && elements.length === 0 ? assumedType : stated,
    receiveQuadrature: wordOf(file, "VisuCoilReceiveIsQuadrature") === "Yes" ? "YES" : "NO",
    elements,
    // DICOM has no array that transmits: the two ports of a resonator are one.
    transmitType: transmit === "MULTICOIL" ? "VOLUME" : transmit,
  };
}

/** MR Receive Coil and MR Transmit Coil (PS3.3 C.8.13.5.7, C.8.13.5.8); names are those of the classic image. */
export function encodeCoils(values: AttributeValues, coils: ScanCoils): AttributeValues {
  const { receiveType, receiveQuadrature, elements, transmitType } = coils;
  return {
    MRReceiveCoilSequence: [
      {
        ReceiveCoilName: textIn(values, "ReceiveCoilName") || "UNKNOWN",
        ReceiveCoilManufacturerName: [],
        ReceiveCoilType: receiveType,
        QuadratureReceiveCoil: receiveQuadrature,
        ...(receiveType === "MULTICOIL"
          ? {
              MultiCoilDefinitionSequence: elements.map(([name, used]) => ({
                MultiCoilElementName: name,
                MultiCoilElementUsed: used ? "YES" : "NO",
              })),
            }
          : {}),
      },
    ],
    MRTransmitCoilSequence: [
      {
        TransmitCoilName: textIn(values, "TransmitCoilName") || "UNKNOWN",
        TransmitCoilManufacturerName: [],
        TransmitCoilType: transmitType,
      },
    ],
  };
}
