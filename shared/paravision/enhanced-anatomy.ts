import { type Code, encodeCode } from "#shared/dicom/code.ts";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";

/** Codes of BodyPartExamined, PS3.16 annex L; the whole body stands in for a part without one. */
const regions: Readonly<Record<string, Code>> = {
  ABDOMEN: { value: "113345001", scheme: "SCT", meaning: "Abdomen" },
  BRAIN: { value: "12738006", scheme: "SCT", meaning: "Brain" },
  BREAST: { value: "76752008", scheme: "SCT", meaning: "Breast" },
  CHEST: { value: "51185008", scheme: "SCT", meaning: "Chest" },
  EXTREMITY: { value: "66019005", scheme: "SCT", meaning: "Extremity" },
  HEAD: { value: "69536005", scheme: "SCT", meaning: "Head" },
  HEART: { value: "80891009", scheme: "SCT", meaning: "Heart" },
  KIDNEY: { value: "64033007", scheme: "SCT", meaning: "Kidney" },
  LIVER: { value: "10200004", scheme: "SCT", meaning: "Liver" },
  NECK: { value: "45048000", scheme: "SCT", meaning: "Neck" },
  PELVIS: { value: "12921003", scheme: "SCT", meaning: "Pelvis" },
  SKULL: { value: "89546000", scheme: "SCT", meaning: "Skull" },
  SPINE: { value: "421060004", scheme: "SCT", meaning: "Spine" },
  TSPINE: { value: "122495006", scheme: "SCT", meaning: "Thoracic spine" },
};

const wholeBody: Code = { value: "38266002", scheme: "SCT", meaning: "Entire body" };

/** Frame Anatomy (PS3.3 C.7.6.16.2.8) of BodyPartExamined and Laterality. */
export function encodeAnatomy(bodyPart: string, laterality: string): AttributeValues {
  return {
    FrameLaterality: /^[LR]$/.test(laterality) ? laterality : "U",
    AnatomicRegionSequence: [encodeCode(regions[bodyPart] ?? wholeBody)],
  };
}
