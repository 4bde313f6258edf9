import type { DicomJson } from "#shared/volume/series-volume.ts";
import type { AttributeValues } from "./encode-attributes.ts";

/**
 * ContentDate and ContentTime, which some objects cannot do without (PS3.3 C.7.6.16, C.17.2): those of the source,
 * or the earliest date DICOM readers take where it has none, so that the same input gives the same bytes.
 */
export function contentTime(template: DicomJson): AttributeValues {
  const first = (tags: readonly string[], otherwise: string) =>
    String(tags.map((tag) => template[tag]?.Value?.[0]).find(Boolean) ?? otherwise);
  return {
    ContentDate: first(["00080023", "00080022", "00080021", "00080020"], "19000101"),
    ContentTime: first(["00080033", "00080032", "00080031", "00080030"], "000000"),
  };
}
