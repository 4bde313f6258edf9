import { contrastKeywords } from "#shared/volume/contrast-terms.ts";
import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { withFile } from "./byte-source.ts";
import { readLayout } from "./file-layout.ts";
import type { Image } from "./frame.ts";
import { readDataset } from "./read-dataset.ts";
import { tags } from "./tags.ts";

/** Long and of no use to a derived object: icons, overlays, curves, lookup tables, signatures. */
function isPublic(tag: number): boolean {
  const group = tag >>> 16;
  const repeating = (group & 0xff00) === 0x5000 || (group & 0xff00) === 0x6000;
  return group % 2 === 0 && group > 4 && group < 0x7fe0 && !repeating && tag !== 0x00880200;
}

const functionalGroups = new Set<string>([
  tags.SharedFunctionalGroupsSequence,
  tags.PerFrameFunctionalGroupsSequence,
]);

/**
 * All public attributes of the file of an image before its pixels, functional groups included.
 *
 * @throws InputError E-UNREADABLE, E-TRUNCATED, E-BROKEN-DICOM
 */
export function readPublicAttributes({ instance }: Pick<Image, "instance">): DicomJson {
  return withFile(instance.path, instance.absolutePath, (source) => {
    const layout = readLayout(source);
    return layout === undefined ? {} : readDataset(layout, isPublic).dataset;
  });
}

/**
 * What a derived object may repeat of a source image, as a plain DICOM JSON model (PS3.18 F.2).
 *
 * Functional groups are left out; the contrasts they hold are added where a classic image has them.
 */
export function makeTemplate(
  dataset: DicomJson,
  contrasts: Image["frame"]["contrasts"],
): DicomJson {
  const template: Record<string, DicomJsonElement> = {};
  for (const [tag, element] of Object.entries(dataset)) {
    if (!functionalGroups.has(tag)) template[tag] = toPlain(element);
  }
  for (const keyword of contrastKeywords) {
    const value = contrasts[keyword]?.value;
    const tag = tags[keyword];
    if (value === undefined || template[tag] !== undefined) continue;
    template[tag] = { vr: keyword === "DiffusionBValue" ? "FD" : "DS", Value: [value] };
  }
  return template;
}

/** Binary values inline; numbers that are none away. */
function toPlain(element: DicomJsonElement): DicomJsonElement {
  const { vr } = element;
  const values = element.Value ?? [];
  if (vr === "SQ") {
    return {
      vr,
      Value: (values as readonly DicomJson[]).map((item) =>
        Object.fromEntries(Object.entries(item).map(([tag, inner]) => [tag, toPlain(inner)])),
      ),
    };
  }
  const binary = values.filter((value) => value instanceof ArrayBuffer);
  if (binary.length > 0) {
    const bytes = Buffer.concat(binary.map((part) => Buffer.from(part)));
    return { vr, InlineBinary: bytes.toString("base64") };
  }
  const kept = values.filter((value) => !(typeof value === "number" && !Number.isFinite(value)));
  return kept.length === 0 ? { vr } : { vr, Value: kept };
}
