import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import type { PrivateDiffusion } from "./frame-diffusion.ts";
import { namePrivateTag, readPrivateNumber, readPrivateText } from "./private-tags.ts";

/**
 * b from (2001,1003), direction from (2005,10B0...10B2): components towards the patient's left, posterior and head
 * (the attributes are called RL, AP and FH). Averages over directions say I in (2001,1004).
 */
export function readPhilipsDiffusion(dataset: DicomJson): PrivateDiffusion {
  const bValue = readPrivateNumber(dataset, "PhilipsBValue");
  if (bValue === undefined || bValue < 0) return {};
  const direction = [
    readPrivateNumber(dataset, "PhilipsDirectionRL"),
    readPrivateNumber(dataset, "PhilipsDirectionAP"),
    readPrivateNumber(dataset, "PhilipsDirectionFH"),
  ];
  return {
    bValue: { value: bValue, source: namePrivateTag("PhilipsBValue") },
    direction: direction.includes(undefined) ? undefined : (direction as unknown as Vector3),
    source: namePrivateTag("PhilipsDirectionRL"),
    isotropic: readPrivateText(dataset, "PhilipsDirectionality") === "I",
  };
}
