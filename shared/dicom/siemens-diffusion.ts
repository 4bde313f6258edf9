import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { type CsaTags, csaNumbers } from "./csa-header.ts";
import type { PrivateDiffusion } from "./frame-diffusion.ts";
import {
  namePrivateTag,
  readPrivateNumber,
  readPrivateNumbers,
  readPrivateText,
} from "./private-tags.ts";

/** Directions and matrices of Siemens stand in patient coordinates (qmri-conventions 7.2). */
export function readSiemensDiffusion(
  dataset: DicomJson,
  csa: () => CsaTags | undefined,
): PrivateDiffusion {
  const bValue = readPrivateNumber(dataset, "SiemensBValue");
  if (bValue !== undefined && bValue >= 0) {
    const direction = readPrivateNumbers(dataset, "SiemensDirection");
    const bMatrix = readPrivateNumbers(dataset, "SiemensBMatrix");
    return {
      bValue: { value: bValue, source: namePrivateTag("SiemensBValue") },
      direction: direction.length === 3 ? (direction as unknown as Vector3) : undefined,
      bMatrix: bMatrix.length === 6 ? reorder(bMatrix) : undefined,
      source: namePrivateTag(direction.length === 3 ? "SiemensDirection" : "SiemensBMatrix"),
      isotropic: readPrivateText(dataset, "SiemensDirectionality") === "ISOTROPIC",
    };
  }
  const tags = csa();
  const [found] = (tags && csaNumbers(tags, "B_value", 1)) ?? [];
  if (tags === undefined || found === undefined || found < 0) return {};
  const bMatrix = csaNumbers(tags, "B_matrix", 6);
  return {
    bValue: { value: found, source: "siemens:CSA B_value" },
    direction: csaNumbers(tags, "DiffusionGradientDirection", 3) as Vector3 | undefined,
    bMatrix: bMatrix && reorder(bMatrix),
    source: "siemens:CSA DiffusionGradientDirection",
    isotropic: tags.get("DiffusionDirectionality")?.[0] === "ISOTROPIC",
  };
}

/** B_matrix lists xx, xy, xz, yy, yz, zz. */
function reorder([xx, xy, xz, yy, yz, zz]: readonly number[]): readonly number[] {
  return [xx!, yy!, zz!, xy!, xz!, yz!];
}
