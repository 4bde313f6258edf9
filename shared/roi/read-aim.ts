import { createHash } from "node:crypto";
import { InputError } from "#shared/errors.ts";
import { type AimShape, markupType, readShape } from "./aim-shape.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { findDuplicateNames } from "./duplicate-names.ts";
import type { Roi, RoiCollection } from "./roi.ts";
import {
  attribute,
  childElements,
  elementsAt,
  localName,
  readXml,
  type XmlDocument,
  type XmlElement,
} from "./xml.ts";

/** Forms a markup may have that are no region: a remark on the image. */
const remarks = /^(?:TextAnnotation|TextAnnotationEntity)$/;

/** How many coordinates a diagnostic quotes, and how much of each. */
const mostQuoted = 4;
const longestQuote = 30;

/**
 * The regions of an AIM 4 file (Annotation and Image Markup, NCI): each ImageAnnotation is a region, each MarkupEntity
 * one of its outlines.
 *
 * @param path - what messages call the file
 * @throws InputError E-XML..., E-NOT-AIM, E-AIM-VERSION, E-NO-ROI
 */
export function readAim(path: string, bytes: Uint8Array): RoiCollection {
  const document = readXml(path, bytes, "MarkupEntity");
  const { root } = document;
  requireAim4(path, root);
  const annotations = elementsAt(root, "imageAnnotations", "ImageAnnotation");
  if (annotations.length === 0) {
    throw new InputError(
      "E-NO-ROI",
      `The AIM file ${path} defines no regions (it has no ImageAnnotation): nothing to measure.`,
      "Choose another collection.",
    );
  }
  const diagnostics: Diagnostic[] = document.damaged.map((text) => ({
    code: "TEXT_ENCODING",
    severity: "warning",
    text: `${path} holds bytes that are not ${document.encoding.toUpperCase()}, its encoding: the text "${text}" is read with a replacement character. Contours are not concerned.`,
    collection: path,
  }));
  const rois = annotations.map((annotation, index) =>
    readAnnotation(path, document, annotation, index, diagnostics),
  );
  diagnostics.push(...findDuplicateNames(path, rois));
  const studies = annotations.flatMap((annotation) =>
    elementsAt(annotation, "imageReferenceEntityCollection", "ImageReferenceEntity", "imageStudy"),
  );
  const value = (name: string, key: string) => attribute(childElements(root, name)[0], key);
  const equipment = (name: string) =>
    attribute(elementsAt(root, "equipment", name)[0], "value").trim();
  return {
    kind: "AIM",
    path,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    name: value("description", "value"),
    uid: value("uniqueIdentifier", "root"),
    equipment: {
      manufacturer: equipment("manufacturerName"),
      model: equipment("manufacturerModelName"),
      version: equipment("softwareVersion"),
    },
    studyInstanceUID: instanceUids(studies)[0] ?? "",
    frameOfReferenceUID: "",
    seriesInstanceUIDs: instanceUids(studies.flatMap((study) => elementsAt(study, "imageSeries"))),
    rois,
    diagnostics,
  };
}

/** The different `instanceUid` of some elements. */
function instanceUids(elements: readonly XmlElement[]): readonly string[] {
  const uids = elements.map((element) =>
    attribute(childElements(element, "instanceUid")[0], "root").trim(),
  );
  return [...new Set(uids)].filter((uid) => uid !== "");
}

function readAnnotation(
  path: string,
  document: XmlDocument,
  annotation: XmlElement,
  index: number,
  diagnostics: Diagnostic[],
): Roi {
  const of = (name: string, key: string) => attribute(childElements(annotation, name)[0], key);
  const name = (of("name", "value") || of("comment", "value")).trimEnd();
  const number = index + 1;
  const shapes: AimShape[] = [];
  let colour: Roi["colour"];
  for (const piece of elementsAt(annotation, "markupEntityCollection", "MarkupEntity")) {
    const markup = document.open(piece);
    if (remarks.test(markupType(markup))) continue;
    shapes.push(readShape(markup));
    colour ??= readColour(attribute(childElements(markup, "lineColour")[0], "value"));
  }
  shapes.forEach(({ bad }, contour) => {
    if (bad.length === 0) return;
    const quoted = bad.slice(0, mostQuoted).map((text) => `"${text.slice(0, longestQuote)}"`);
    const more = bad.length > mostQuoted ? ` and ${bad.length - mostQuoted} more` : "";
    diagnostics.push({
      code: "BROKEN_CONTOUR",
      severity: "error",
      text: `Contour ${contour + 1} of ROI ${number} "${name}" holds a coordinate that is no number of pixels (${quoted.join(", ")}${more}): the contour is left out.`,
      collection: path,
      roi: index,
      contour,
    });
  });
  return {
    number,
    name,
    uid: of("uniqueIdentifier", "root"),
    colour,
    shape: { form: "contours", contours: shapes.map(({ contour }) => contour) },
  };
}

/** `228,26,28` */
function readColour(text: string): Roi["colour"] {
  const match = /^\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*$/.exec(text);
  const [r, g, b] = match === null ? [] : match.slice(1).map(Number);
  if (r === undefined || g === undefined || b === undefined) return undefined;
  return Math.max(r, g, b) <= 255 ? [r, g, b] : undefined;
}

function requireAim4(path: string, root: XmlElement): void {
  const name = localName(root.name);
  const version = attribute(root, "aimVersion");
  const namespaces = Object.values(root.attributes).join(" ");
  if (!/^ImageAnnotation(?:Collection)?$/.test(name)) {
    const what = name === "Catalog" ? "an XNAT catalog" : `of the kind <${name.slice(0, 60)}>`;
    throw new InputError(
      "E-NOT-AIM",
      `The XML file ${path} is ${what}, no AIM collection.`,
      "Give the AIM file itself (root element ImageAnnotationCollection).",
    );
  }
  if (name === "ImageAnnotationCollection" && /^(?:AIM)?v?4|^$/i.test(version)) return;
  const found = /\d+/.exec(version)?.[0] ?? (/caCORE\/(\d+)/.exec(namespaces)?.[1] || "unknown");
  throw new InputError(
    "E-AIM-VERSION",
    `${path} is AIM version ${found} (root element ${name}, aimVersion "${version.slice(0, 30)}"); AIM version 4 is read (root element ImageAnnotationCollection, aimVersion AIMv4_0).`,
    "Export the regions as AIM 4, RTSTRUCT or SEG.",
  );
}
