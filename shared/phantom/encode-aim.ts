import { createHash } from "node:crypto";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type {
  DrawnCollection,
  DrawnImages,
  DrawnOutline,
  DrawnRegion,
} from "./drawn-collection.ts";

const namespaces = {
  xmlns: "gme://caCORE.caCORE/4.4/edu.northwestern.radiology.AIM",
  "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
  aimVersion: "AIMv4_0",
  "xsi:schemaLocation":
    "gme://caCORE.caCORE/4.4/edu.northwestern.radiology.AIM AIM_v4_rv44_XML.xsd",
};

/**
 * A collection as the XNAT viewer (OHIF) stores contours: AIM 4, an annotation for each region with a polyline for each outline.
 *
 * Coordinates count pixels from the outer corner of the first one, so the centre of the first pixel is (0.5, 0.5); the first
 * corner stands once more at the end, with index 0. AIM has no holes: all outlines are included.
 */
export function encodeAim(collection: DrawnCollection, images: DrawnImages): string {
  const { name, date, time, regions } = collection;
  const { session } = images;
  const body = element("ImageAnnotationCollection", namespaces, [
    identify(images, collection.label),
    value("dateTime", `${date}${time}`),
    value("description", name),
    element("user", {}, [value("name", "Digital Mouse"), value("loginName", "mouse")]),
    element("equipment", {}, [
      value("manufacturerName", "ICR"),
      value("manufacturerModelName", "XNAT-OHIF-VIEWER"),
      value("softwareVersion", "3.6.0"),
    ]),
    element("person", {}, [
      value("name", text(session, "PatientName")),
      value("id", text(session, "PatientID")),
      value("birthDate", ""),
      value("sex", text(session, "PatientSex")),
      value("ethnicGroup", ""),
    ]),
    element(
      "imageAnnotations",
      {},
      regions.map((region) => annotate(region, collection, images)),
    ),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
}

function annotate(
  region: DrawnRegion,
  { label, date, time }: DrawnCollection,
  images: DrawnImages,
): string {
  const what = `${label} ${region.number}`;
  return element("ImageAnnotation", {}, [
    identify(images, what),
    element("typeCode", {
      code: "AnyClosedShape",
      codeSystem: " ",
      codeSystemName: " ",
      codeSystemVersion: " ",
    }),
    value("dateTime", `${date}${time}`),
    value("name", region.name),
    element(
      "markupEntityCollection",
      {},
      region.outlines.map((outline, n) =>
        element("MarkupEntity", { "xsi:type": "TwoDimensionPolyline" }, [
          identify(images, `${what} outline ${n}`),
          value("shapeIdentifier", n),
          value("includeFlag", "true"),
          value("lineColour", region.colour.join()),
          element("imageReferenceUid", { root: images.sopInstanceUIDs[outline.slice]! }),
          value("referencedFrameNumber", 1),
          element("twoDimensionSpatialCoordinateCollection", {}, listCorners(outline)),
        ]),
      ),
    ),
    element("imageReferenceEntityCollection", {}, [refer(region, what, images)]),
  ]);
}

function listCorners({ points }: DrawnOutline): string[] {
  return [...points, ...points.slice(0, 1)].map(([column, row], n) =>
    element("TwoDimensionSpatialCoordinate", {}, [
      value("coordinateIndex", n % points.length),
      // As the viewer has them after drawing: no more digits than a mouse can tell.
      value("x", Number((column + 0.5).toFixed(6))),
      value("y", Number((row + 0.5).toFixed(6))),
    ]),
  );
}

function refer(region: DrawnRegion, what: string, images: DrawnImages): string {
  const slices = new Set(region.outlines.map(({ slice }) => slice));
  return element("ImageReferenceEntity", { "xsi:type": "DicomImageReferenceEntity" }, [
    identify(images, `${what} images`),
    element("imageStudy", {}, [
      element("instanceUid", { root: text(images.session, "StudyInstanceUID") }),
      value("startDate", text(images.session, "StudyDate")),
      value("startTime", text(images.session, "StudyTime")),
      element("imageSeries", {}, [
        element("instanceUid", { root: images.seriesInstanceUID }),
        element("modality", {
          code: "MR",
          codeSystem: "1.2.840.10008.2.16.4",
          codeSystemName: "DCM",
          codeSystemVersion: "01",
        }),
        element(
          "imageCollection",
          {},
          [...slices].map((slice) =>
            element("Image", {}, [
              element("sopClassUid", { root: images.sopClassUID }),
              element("sopInstanceUid", { root: images.sopInstanceUIDs[slice]! }),
            ]),
          ),
        ),
      ]),
    ]),
  ]);
}

/** The viewer's identifiers are hexadecimal digits with dots, no UIDs of DICOM. */
function identify(images: DrawnImages, what: string): string {
  const digits = createHash("sha256").update(`${images.seriesInstanceUID} ${what}`).digest("hex");
  const root = digits.replace(
    /^(.)(.)(.)(.)(.)(.)(.{4})(.)(.)(.)(.{39}).*$/,
    "$1.$2.$3.$4.$5.$6.$7.$8.$9.$10.$11",
  );
  return element("uniqueIdentifier", { root });
}

function text(session: AttributeValues, keyword: keyof AttributeValues): string {
  return String(session[keyword] ?? "");
}

function value(name: string, content: string | number): string {
  return element(name, { value: String(content) });
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[] = [],
): string {
  const head = [
    name,
    ...Object.entries(attributes).map(([key, content]) => `${key}="${escapeText(content)}"`),
  ].join(" ");
  if (children.length === 0) return `<${head}/>`;
  const inside = children.map((child) => `    ${child.replaceAll("\n", "\n    ")}`);
  return [`<${head}>`, ...inside, `</${name}>`].join("\n");
}

function escapeText(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
