import type { DicomJson } from "#shared/volume/series-volume.ts";
import { readItems, readText } from "./dataset.ts";

const parametricMapStorage = "1.2.840.10008.5.1.4.1.1.30";

/** Values of ImageType that name a quantity; only in DERIVED images do they mean a map of it. */
const quantities =
  /^(T1|T2|T2\*|T2_?STAR|R1|R2|R2\*|R2_?STAR|ADC|EADC|FA|MD|RA|S0|M0|PD|PERFUSION|.*MAP|.*[ _]MAP[ _].*)$/;

/** UCUM codes (CID 7181 and vendors') that say no more than "signal". */
const plainUnits = new Set(["", "1", "[arb'U]", "NO UNITS", "UNITLESS", "{counts}", "{no units}"]);

/**
 * Why an image looks like a map and no measured signal, or empty text.
 *
 * @param places - datasets that may hold a RealWorldValueMappingSequence: the file and its functional groups
 * @param imageType - values of ImageType or FrameType
 */
export function findMapSign(
  sopClassUID: string,
  places: readonly DicomJson[],
  imageType: readonly string[],
): string {
  if (sopClassUID === parametricMapStorage) return "Parametric Map object";
  for (const place of places) {
    for (const mapping of readItems(place, "RealWorldValueMappingSequence")) {
      for (const unit of readItems(mapping, "MeasurementUnitsCodeSequence")) {
        const code = readText(unit, "CodeValue");
        if (!plainUnits.has(code) && !plainUnits.has(code.toUpperCase())) return `units ${code}`;
      }
    }
  }
  if (imageType[0]?.toUpperCase() !== "DERIVED") return "";
  const named = imageType.slice(2).find((value) => quantities.test(value.toUpperCase()));
  return named === undefined ? "" : `ImageType DERIVED ${named}`;
}
